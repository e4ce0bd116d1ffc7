import { CLIHelper } from '@mikro-orm/cli';
import type { Configuration } from '@mikro-orm/core';
import { missingPart } from './missing-part.ts';

/** How a project is set up, as MikroORM's own command reads it. */
type CommandSettings = ReturnType<typeof CLIHelper.getSettings>;

/** The settings of MikroORM's command, from the `package.json` and the environment. */
export function commandSettings(): CommandSettings {
  return helper('getSettings').getSettings();
}

/** The configuration of a project, found the way MikroORM's command does it. */
export async function commandConfiguration(context: string | undefined, paths?: string[]): Promise<Configuration> {
  return helper('getConfiguration').getConfiguration(context, paths);
}

/** Where MikroORM's command looks for a configuration, in this order. */
export async function configurationPaths(): Promise<string[]> {
  return helper('getConfigPaths').getConfigPaths();
}

/** Registers the loader of TypeScript that the project has, if it has one. */
export async function registerLoader({ tsConfigPath, tsLoader }: CommandSettings): Promise<void> {
  await helper('registerTypeScriptSupport').registerTypeScriptSupport(tsConfigPath, tsLoader);
}

/** All of MikroORM's helper is internal to it. */
function helper(part: keyof typeof CLIHelper): typeof CLIHelper {
  if (typeof CLIHelper[part] !== 'function') throw missingPart(`CLIHelper.${part}()`);
  return CLIHelper;
}
