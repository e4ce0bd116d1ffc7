import {
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  realpathSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';

const ROOT = join(import.meta.dirname, '..', '..', '..');

/** A folder in which the package is installed, as far as a program there can tell. */
export interface Workplace extends Disposable {
  readonly folder: string;
}

/** Makes a folder with the packages of the repository, in which `mikro-orm-dejavu` is the source. */
export function makeWorkplace(): Workplace {
  const folder = realpathSync(mkdtempSync(join(tmpdir(), 'dejavu-docs-')));
  const modules = join(folder, 'node_modules');
  mkdirSync(join(modules, '.bin'), { recursive: true });
  link(join(ROOT, 'node_modules'), modules, name => name !== 'mikro-orm-dejavu' && name !== '.bin');
  link(join(ROOT, 'node_modules', '.bin'), join(modules, '.bin'), name => !name.includes('dejavu'));
  standIn(modules);
  return { folder, [Symbol.dispose]: () => rmSync(folder, { recursive: true, force: true }) };
}

function link(from: string, to: string, wanted: (name: string) => boolean): void {
  for (const name of readdirSync(from).filter(wanted)) symlinkSync(join(from, name), join(to, name));
}

/** A package with the exports of ours, each of which leads to the source: a program needs no build to import it. */
function standIn(modules: string): void {
  const own = JSON.parse(readFileSync(join(ROOT, 'package.json'), 'utf8')) as {
    version: string;
    exports: Record<string, string | { default: string }>;
  };
  const folder = join(modules, 'mikro-orm-dejavu');
  const doors = Object.entries(own.exports).flatMap(([door, target]) =>
    typeof target === 'string' ? [] : [{ door, target: target.default }],
  );
  for (const { target } of doors) {
    const file = join(folder, target);
    const source = join(ROOT, target.replace('./dist', 'lib').replace(/js$/, 'ts'));
    mkdirSync(dirname(file), { recursive: true });
    for (const path of [file, file.replace(/js$/, 'd.ts')]) writeFileSync(path, `export * from '${source}';\n`);
  }
  const exports = Object.fromEntries([
    ...doors.map(({ door, target }) => [door, { types: target.replace(/js$/, 'd.ts'), default: target }] as const),
    ['./package.json', './package.json'],
  ]);
  const front = { name: 'mikro-orm-dejavu', version: own.version, type: 'module', exports };
  writeFileSync(join(folder, 'package.json'), JSON.stringify(front));
  const bin = join(folder, 'bin.js');
  writeFileSync(bin, `#!/usr/bin/env node\nawait import('${join(ROOT, 'lib', 'cli', 'bin.ts')}');\n`, { mode: 0o755 });
  for (const name of ['dejavu', 'mikro-orm-dejavu']) symlinkSync(bin, join(modules, '.bin', name));
}
