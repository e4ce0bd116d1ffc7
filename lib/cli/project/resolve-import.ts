import { existsSync, statSync } from 'node:fs';
import { basename, dirname, join, resolve } from 'node:path';

const ENDINGS = ['', '.ts', '.mts', '.js', '.mjs', '/index.ts', '/index.js'];

/**
 * Finds the file that a relative import means: `./zoo.ts`, `./zoo` for those who leave the ending out, and `./zoo.js` for
 * those who write what a compiler will make of it.
 *
 * @returns `undefined` for a package, an alias, or a file that is not there
 */
export function resolveImport(from: string, specifier: string): string | undefined {
  if (!isRelative(specifier)) return undefined;
  const path = resolve(dirname(from), specifier);
  return [asSource(path), ...ENDINGS.map(ending => path + ending)].find(isFile);
}

/**
 * The file that a relative import will mean once it is written.
 *
 * @returns `undefined` for a package, or an alias
 */
export function intendedFile(from: string, specifier: string): string | undefined {
  if (!isRelative(specifier)) return undefined;
  const path = asSource(resolve(dirname(from), specifier));
  if (/\.[cm]?ts$/.test(path)) return path;
  return basename(path) === 'index' ? `${path}.ts` : join(path, 'index.ts');
}

/** What a compiler makes `zoo.js` of. */
function asSource(path: string): string {
  return path.replace(/\.([cm]?)js$/, '.$1ts');
}

function isRelative(specifier: string): boolean {
  return /^\.\.?\//.test(specifier);
}

function isFile(path: string): boolean {
  return existsSync(path) && statSync(path).isFile();
}
