import { existsSync } from 'node:fs';
import { CLIHelper } from '@mikro-orm/cli';
import { MikroORM } from '@mikro-orm/core';
import { fs } from '@mikro-orm/core/fs-utils';
import type { Flags } from './flags.ts';
import type { Secrets } from './secrets.ts';
import { importing, registerTypeScript } from './typescript.ts';
import { UsageError } from './usage.ts';

/**
 * Makes the project's ORM, found and configured the way MikroORM's own command does it; nothing connects. What the
 * configuration keeps secret is learned first.
 *
 * @throws {@link UsageError} if `--config` leads nowhere
 */
export async function makeOrm({ config: path, context }: Flags, secrets: Secrets): Promise<MikroORM> {
  if (path !== undefined && !existsSync(path)) throw new UsageError(`--config ${path}: there is no such file`);
  // it belongs to the project if it was found from here, whatever the package.json of this folder says
  process.env['MIKRO_ORM_ALLOW_GLOBAL_CLI'] ??= '1';
  fs.checkPackageVersion();
  await registerTypeScript();
  const paths = path === undefined ? undefined : [path];
  const config = await importing("MikroORM's configuration", () => CLIHelper.getConfiguration(context, paths)).catch(
    rethrown,
  );
  secrets.learn(config);
  const { verbose, preferTs } = CLIHelper.getSettings();
  return MikroORM.init({
    ...config.getAll(),
    allowGlobalContext: true,
    debug: verbose === true,
    ...(preferTs !== false && { preferTs: true }),
  });
}

/** That there is none is no fault of any code. */
function rethrown(error: unknown): never {
  if (!(error instanceof Error) || !error.message.startsWith('MikroORM config file not found')) throw error;
  throw new UsageError(`${error.message}: run it in the folder of the project, or say --config path`, { cause: error });
}
