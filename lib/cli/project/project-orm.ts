import { existsSync } from 'node:fs';
import { MikroORM } from '@mikro-orm/core';
import { fs } from '@mikro-orm/core/fs-utils';
import type { Flags } from '../flags.ts';
import type { Secrets } from '../output.ts';
import { ImportError, UsageError } from '../exit-codes.ts';
import { findConfiguration } from './find-configuration.ts';
import { commandSettings, configurationPaths } from './mikro-orm-settings.ts';
import { registerLoader } from './typescript-loader.ts';

/**
 * Makes the project's ORM, found and configured the way MikroORM's own command does it; nothing connects. What the
 * configuration keeps secret is learned first.
 */
export async function makeOrm({ config: path, context }: Flags, secrets: Secrets): Promise<MikroORM> {
  if (path !== undefined && !existsSync(path)) throw new UsageError(`--config ${path}: there is no such file`);
  fs.checkPackageVersion();
  const settings = commandSettings();
  if (settings.preferTs !== false) await registerLoader(settings);
  const paths = path === undefined ? configurationPaths() : [path];
  const config = await importing("MikroORM's configuration", () => findConfiguration(context, paths));
  secrets.learn(config);
  const { verbose, preferTs } = settings;
  return MikroORM.init({
    ...config.getAll(),
    allowGlobalContext: true,
    debug: verbose === true,
    ...(preferTs !== false && { preferTs: true }),
  });
}

/**
 * Runs what imports a file of the project, and adds to its error what to do about it, if Node reads less than was written.
 *
 * @param what the error speaks of, `schema.ts`
 */
export async function importing<T>(what: string, work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    const advice = error instanceof Error ? adviceOn(error) : undefined;
    if (advice === undefined) throw error;
    throw new ImportError(`${what} could not be imported: ${(error as Error).message}\n${advice}`, { cause: error });
  }
}

function adviceOn(error: Error): string | undefined {
  if (/^merge conflict marker/i.test(error.message))
    return 'a merge is under way: where both sides made a version, dejavu renumber resolves it';
  const add = 'add a loader that MikroORM knows: npm install --save-dev tsx';
  switch (Reflect.get(error, 'code')) {
    case 'ERR_UNKNOWN_FILE_EXTENSION':
      return `this Node does not read TypeScript by itself: take Node 22.18 or later, or ${add}`;
    case 'ERR_UNSUPPORTED_TYPESCRIPT_SYNTAX':
    case 'ERR_INVALID_TYPESCRIPT_SYNTAX':
      return `Node only takes types away; enums, parameter properties and decorators need more: ${add}`;
    case 'ERR_UNSUPPORTED_DIR_IMPORT':
      return `Node imports files by their whole name, './entities/index.ts'; for shorter ones ${add}`;
    case 'ERR_MODULE_NOT_FOUND':
      // A package that is missing is another matter.
      return error.message.startsWith('Cannot find module')
        ? `Node imports files by their whole name, './animal.ts'; for shorter ones ${add}`
        : undefined;
    default:
      return error instanceof SyntaxError
        ? `if that is a decorator, or a type imported without the word type, ${add}`
        : undefined;
  }
}
