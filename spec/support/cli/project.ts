import { cpSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';

const ROOT = join(import.meta.dirname, '..', '..', '..');

/** A project made for one spec; `using` removes it. */
export interface TemporaryProject extends Disposable {
  readonly folder: string;
}

/**
 * Writes a project with the packages of this one. In its files `@lib` stands for the library.
 *
 * @param files their text, by path
 */
export function makeProject(files: Readonly<Record<string, string>>): TemporaryProject {
  const folder = mkdtempSync(join(tmpdir(), 'dejavu-project-'));
  symlinkSync(join(ROOT, 'node_modules'), join(folder, 'node_modules'));
  for (const [path, text] of Object.entries({ 'package.json': '{ "type": "module" }', ...files })) {
    mkdirSync(dirname(join(folder, path)), { recursive: true });
    writeFileSync(join(folder, path), text.replaceAll('@lib', join(ROOT, 'lib', 'index.ts')));
  }
  return { folder, [Symbol.dispose]: () => rmSync(folder, { recursive: true, force: true }) };
}

/** Copies the library to where none of the packages is. */
export function copyAlone(): TemporaryProject {
  const folder = mkdtempSync(join(tmpdir(), 'dejavu-alone-'));
  for (const path of ['lib', 'package.json']) cpSync(join(ROOT, path), join(folder, path), { recursive: true });
  return { folder, [Symbol.dispose]: () => rmSync(folder, { recursive: true, force: true }) };
}
