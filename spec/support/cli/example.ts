import { cpSync, mkdirSync, mkdtempSync, realpathSync, rmSync, symlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** The repository's own folder. */
export const ROOT = join(import.meta.dirname, '..', '..', '..');

/** The example of the next version, from there. */
export const EXAMPLE = join('examples', '08-next-version');

/** The repository as far as the example reaches, with a copy of the example that may be spoiled. */
export function copyRepository(): { readonly folder: string } & Disposable {
  const folder = realpathSync(mkdtempSync(join(tmpdir(), 'dejavu-example-')));
  for (const name of ['lib', 'node_modules', 'package.json']) symlinkSync(join(ROOT, name), join(folder, name));
  mkdirSync(join(folder, 'examples'));
  cpSync(join(ROOT, EXAMPLE), join(folder, EXAMPLE), {
    recursive: true,
    verbatimSymlinks: true,
    filter: path => !/\.db(?:-\w+)?$/.test(path),
  });
  return { folder, [Symbol.dispose]: () => rmSync(folder, { recursive: true, force: true }) };
}
