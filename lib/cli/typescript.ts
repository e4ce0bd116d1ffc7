import { CLIHelper } from '@mikro-orm/cli';
import { ImportError } from './usage.ts';

/**
 * Lets TypeScript be imported without a build, the way MikroORM's own command does: with the loader the project has, if it
 * has one, or else as Node itself reads it.
 */
export async function registerTypeScript(): Promise<void> {
  const { preferTs, tsConfigPath, tsLoader } = CLIHelper.getSettings();
  if (preferTs === false) return;
  const { warn } = console;
  // MikroORM's command knows nothing of Node's own way, and warns that there is none
  console.warn = () => {};
  try {
    await CLIHelper.registerTypeScriptSupport(tsConfigPath, tsLoader);
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
    const advice = adviceOn(error);
    if (advice === undefined) throw error;
    throw new ImportError(`${what} could not be imported: ${(error as Error).message}\n${advice}`, { cause: error });
  }
}

function adviceOn(error: unknown): string | undefined {
  if (!(error instanceof Error)) return undefined;
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
      // a package that is missing is another matter
      return error.message.startsWith('Cannot find module')
        ? `Node imports files by their whole name, './animal.ts'; for shorter ones ${add}`
        : undefined;
    default:
      return error instanceof SyntaxError
        ? `if that is a decorator, or a type imported without the word type, ${add}`
        : undefined;
  }
}
