import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';

const ROOT = join(import.meta.dirname, '..', '..', '..');

/** A project made for one spec; `using` removes it. */
export interface TemporaryProject extends Disposable {
  readonly folder: string;
}

/**
 * Writes a project with the packages of this one, and this one among them. In its files `@lib` stands for the library by
 * its path.
 *
 * @param files their text, by path
 */
export function makeProject(files: Readonly<Record<string, string>>): TemporaryProject {
  const home = mkdtempSync(join(tmpdir(), 'dejavu-project-'));
  const folder = join(home, 'project');
  symlinkSync(join(ROOT, 'node_modules'), join(home, 'node_modules'));
  // Node takes no types away below node_modules, but follows a link out of there
  mkdirSync(join(folder, 'node_modules'), { recursive: true });
  symlinkSync(join(home, 'library'), join(folder, 'node_modules', 'mikro-orm-dejavu'));
  mkdirSync(join(home, 'library'));
  writeFileSync(join(home, 'library', 'package.json'), '{ "type": "module", "exports": "./index.ts" }');
  writeFileSync(join(home, 'library', 'index.ts'), `export * from '${join(ROOT, 'lib', 'index.ts')}';`);
  for (const [path, text] of Object.entries({ 'package.json': '{ "type": "module" }', ...files })) {
    mkdirSync(dirname(join(folder, path)), { recursive: true });
    writeFileSync(join(folder, path), text.replaceAll('@lib', join(ROOT, 'lib', 'index.ts')));
  }
  return { folder, [Symbol.dispose]: () => rmSync(home, { recursive: true, force: true }) };
}
