import { existsSync, readFileSync } from 'node:fs';
import { CLIHelper } from '@mikro-orm/cli';
import { UsageError } from '../usage.ts';
import { parseSource } from '../class-source/syntax.ts';
import { extensionOf } from '../class-source/schema-source.ts';

/** How the files of a project name each other, as MikroORM's configuration does it: `.ts` if it names none. */
export async function importStyle(config: string | undefined): Promise<'.ts' | '.js' | ''> {
  const paths = config === undefined ? await CLIHelper.getConfigPaths() : [config];
  const path = paths.find(candidate => existsSync(candidate));
  return (path === undefined ? undefined : extensionIn(path)) ?? '.ts';
}

function extensionIn(path: string): '.ts' | '.js' | '' | undefined {
  try {
    return extensionOf(parseSource(readFileSync(path, 'utf8'), path));
  } catch (error) {
    // it was imported, so whatever it is written in, it is only not understood here
    if (error instanceof UsageError) return undefined;
    throw error;
  }
}
