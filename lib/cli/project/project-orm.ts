import { existsSync } from 'node:fs';
import { MikroORM } from '@mikro-orm/core';
import { fs } from '@mikro-orm/core/fs-utils';
import { commandConfiguration, commandSettings, registerLoader } from '../../mikro-orm/command-helper.ts';
import type { Flags } from '../flags.ts';
import type { Secrets } from '../output.ts';
import { ImportError, UsageError } from '../exit-codes.ts';

/**
 * Makes the project's ORM, found and configured the way MikroORM's own command does it; nothing connects. What the
 * configuration keeps secret is learned first.
 */
export async function makeOrm({ config: path, context }: Flags, secrets: Secrets): Promise<MikroORM> {
  if (path !== undefined && !existsSync(path)) throw new UsageError(`--config ${path}: there is no such file`);
  // It belongs to the project if it was found from here, whatever the package.json of this folder says.
  process.env['MIKRO_ORM_ALLOW_GLOBAL_CLI'] ??= '1';
  fs.checkPackageVersion();
  await registerTypeScript();
  const paths = path === undefined ? undefined : [path];
  const config = await importing("MikroORM's configuration", () => commandConfiguration(context, paths)).catch(
    (error: unknown) => {
      // That there is none is no fault of any code.
      if (!(error instanceof Error) || !error.message.startsWith('MikroORM config file not found')) throw error;
      throw new UsageError(`${error.message}: run it in the folder of the project, or say --config path`, {
        cause: error,
      });
    },
  );
  secrets.learn(config);
  const { verbose, preferTs } = commandSettings();
  return MikroORM.init({
    ...config.getAll(),
    allowGlobalContext: true,
    debug: verbose === true,
    ...(preferTs !== false && { preferTs: true }),
  });
}

/**
 * Lets TypeScript be imported without a build, the way MikroORM's own command does: with the loader the project has, if it
 * has one, or else as Node itself reads it.
 */
async function registerTypeScript(): Promise<void> {
  const settings = commandSettings();
  if (settings.preferTs === false) return;
  const { warn } = console;
  // MikroORM's command knows nothing of Node's own way, and warns that there is none.
  console.warn = () => {};
  try {
    await registerLoader(settings);
  } finally {
    console.warn = warn;
  }
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
