import { existsSync } from 'node:fs';
import { Utils } from '@mikro-orm/core';
import { fs } from '@mikro-orm/core/fs-utils';

/** The project's settings for MikroORM's own command, which dejavu follows. */
export interface CommandSettings {
  /** Whether configurations and entities may be TypeScript; `undefined` if not set. */
  readonly preferTs?: boolean | undefined;
  /** The TypeScript loader to use, such as `tsx`. */
  readonly tsLoader?: string | undefined;
  readonly tsConfigPath?: string | undefined;
  readonly verbose?: boolean | undefined;
  readonly configPaths?: readonly string[] | undefined;
}

/** Reads `mikro-orm` in the project's `package.json`, and the environment, which takes precedence. */
export function commandSettings(env: NodeJS.ProcessEnv = process.env): CommandSettings {
  const settings: CommandSettings = fs.getPackageConfig<{ 'mikro-orm'?: CommandSettings }>()['mikro-orm'] ?? {};
  return {
    ...settings,
    preferTs: env['MIKRO_ORM_CLI_CONFIG']?.endsWith('.ts') || flag(env['MIKRO_ORM_CLI_PREFER_TS'], settings.preferTs),
    tsLoader: env['MIKRO_ORM_CLI_TS_LOADER'] ?? settings.tsLoader,
    tsConfigPath: env['MIKRO_ORM_CLI_TS_CONFIG_PATH'] ?? settings.tsConfigPath,
    verbose: flag(env['MIKRO_ORM_CLI_VERBOSE'], settings.verbose),
  };
}

function flag(value: string | undefined, otherwise: boolean | undefined): boolean | undefined {
  return value === undefined ? otherwise : ['true', 't', '1'].includes(value.toLowerCase());
}

/** Lists the possible configuration files, in the order of MikroORM's own command. */
export function configurationPaths(env: NodeJS.ProcessEnv = process.env): string[] {
  const { preferTs = Utils.detectTypeScriptSupport(), configPaths = [] } = commandSettings(env);
  const built = ['dist', 'build'].find(folder => existsSync(folder)) ?? 'src';
  const paths = [
    ...(env['MIKRO_ORM_CLI_CONFIG'] ? [env['MIKRO_ORM_CLI_CONFIG']] : []),
    ...configPaths,
    ...(preferTs ? ['./src/mikro-orm.config.ts', './mikro-orm.config.ts'] : []),
    `./${built}/mikro-orm.config.js`,
    './mikro-orm.config.js',
  ];
  return [...new Set(paths)].filter(path => preferTs || !/\.[mc]?ts$/.test(path));
}
