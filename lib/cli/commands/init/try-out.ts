import { existsSync } from 'node:fs';
import { reasonOf } from '../../../errors.ts';
import { ImportError, UsageError } from '../../exit-codes.ts';
import type { Flags } from '../../line/flags.ts';
import { inFreshThread } from '../../project/threads/fresh-thread.ts';
import { isModule } from '../../project/typescript-loader.ts';
import { complaintsAbout, findCompiler, readOptions } from './compiler.ts';
import { importExtension, type ImportExtension } from './import-extension.ts';

/**
 * Chooses the file ending in imports of the new files.
 *
 * @param named the ending in existing imports
 * @throws {@link UsageError} if no ending suits both the compiler and the loader
 */
export async function chooseExtension(named: ImportExtension | undefined): Promise<ImportExtension> {
  const compiler = findCompiler();
  const isReadByNode = process.env['MIKRO_ORM_CLI_TS_LOADER'] === undefined && process.versions['bun'] === undefined;
  const options = compiler && (await readOptions(compiler));
  const chosen = importExtension({ named, compiler: options, isModule: isModule(), isReadByNode });
  if (chosen !== undefined) return chosen;
  throw new UsageError(
    "Node.js imports this project's TypeScript, so imports must end in .ts, but its tsconfig.json does not allow that. " +
      'Set "rewriteRelativeImportExtensions": true there, or install a loader: npm install --save-dev tsx',
  );
}

/** Matches compiler errors about the file ending of an import. */
const ABOUT_NAMES = /error TS(?:2307|2834|2835|2691|5097):/;

/**
 * Imports the new Schemas, and compiles them if the project has TypeScript.
 *
 * @param schemas their locations, `./schema.ts#ZooSchema`
 * @returns other compiler errors
 * @throws {@link ImportError} if one file cannot import another
 */
export async function tryOut(schemas: readonly string[], files: readonly string[], flags: Flags): Promise<string[]> {
  const compiler = findCompiler();
  const compiling = compiler
    ? complaintsAbout(
        compiler,
        files.filter(file => existsSync(file)),
      )
    : [];
  const [complaints] = await Promise.all([compiling, importAll(schemas, flags)]);
  const wrong = complaints.filter(line => ABOUT_NAMES.test(line));
  if (wrong.length === 0) return complaints;
  throw new ImportError(
    `TypeScript cannot import the files that init would write. Nothing was written.\n${wrong.join('\n')}`,
  );
}

async function importAll(schema: readonly string[], flags: Flags): Promise<void> {
  const { guid: _guid, ...others } = flags;
  try {
    await inFreshThread('trial-worker', import.meta.url, { ...others, schema });
  } catch (error) {
    // The next step is in the last line.
    const why = error instanceof Error ? error.message : reasonOf(error);
    throw new ImportError(`The files that init would write cannot be imported. Nothing was written. ${why}`, {
      cause: error,
    });
  }
}
