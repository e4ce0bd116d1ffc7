import { createRequire } from 'node:module';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';

const IS_NOT_FOUND = /MODULE_NOT_FOUND$|^UNDECLARED_DEPENDENCY$/;

/**
 * Imports a package that the project may have installed: from this package, or else from the project. Some package managers
 * let only the project import a package that only the project lists.
 *
 * @returns `undefined` if neither can import it
 */
export async function importOptional(name: string): Promise<object | undefined> {
  return (await found(name)) ?? (await found(resolvedByProject(name)));
}

async function found(specifier: string | undefined): Promise<object | undefined> {
  if (specifier === undefined) return undefined;
  try {
    return (await import(specifier)) as object;
  } catch (error) {
    if (error instanceof Error && IS_NOT_FOUND.test(String(Reflect.get(error, 'code')))) return undefined;
    throw error;
  }
}

function resolvedByProject(name: string): string | undefined {
  try {
    return pathToFileURL(createRequire(join(process.cwd(), 'package.json')).resolve(name)).href;
  } catch {
    return undefined;
  }
}
