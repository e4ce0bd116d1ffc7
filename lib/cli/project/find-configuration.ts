import { createRequire } from 'node:module';
import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { Configuration, loadEnvironmentVars, loadOptionalDependencies, type Options, Utils } from '@mikro-orm/core';
import { fs } from '@mikro-orm/core/fs-utils';
import { UsageError } from '../exit-codes.ts';
import { importOptional } from './import-optional.ts';
import { isModule } from './typescript-loader.ts';

type PartialOptions = Partial<Options>;

/** The package and the class of each `MIKRO_ORM_TYPE`. */
const DRIVERS: Readonly<Record<string, readonly [string, string]>> = {
  sqlite: ['@mikro-orm/sqlite', 'SqliteDriver'],
  postgresql: ['@mikro-orm/postgresql', 'PostgreSqlDriver'],
  pglite: ['@mikro-orm/pglite', 'PgliteDriver'],
  libsql: ['@mikro-orm/libsql', 'LibSqlDriver'],
  mysql: ['@mikro-orm/mysql', 'MySqlDriver'],
  mariadb: ['@mikro-orm/mariadb', 'MariaDbDriver'],
  mssql: ['@mikro-orm/mssql', 'MsSqlDriver'],
};

interface FindingOptions {
  /** Whether the environment may set options. Default: true. */
  readonly withEnvironment?: boolean;
  /** Whether it may have no entities. Default: false. */
  readonly mayBeEmpty?: boolean;
}

/** Lets MikroORM take a configuration without entities. */
const EMPTY = { discovery: { warnWhenNoEntities: false } };

/**
 * Loads the configuration of a project, found as MikroORM's own command finds it. Does not connect.
 *
 * @param name the configuration to use if a file exports several. Default: `MIKRO_ORM_CONTEXT_NAME`, or else `default`
 * @param paths possible files. The first that exists is used. Without one, the environment may contain all settings
 * @throws {@link UsageError} if there is no configuration
 */
export async function findConfiguration(
  name = process.env['MIKRO_ORM_CONTEXT_NAME'] ?? 'default',
  paths: readonly string[],
  { withEnvironment = true, mayBeEmpty = false }: FindingOptions = {},
): Promise<Configuration> {
  const env = withEnvironment ? await optionsOfEnvironment() : {};
  const path = paths.map(candidate => fs.absolutePath(candidate)).find(candidate => existsSync(candidate));
  if (path === undefined && Object.keys(env).length === 0)
    throw new UsageError(
      `MikroORM config file not found in ['${paths.join(`', '`)}']. Run this command in the folder of the project, or add --config <path>. If there is none yet, write one that exports the options of MikroORM.init().`,
    );
  const chosen =
    path === undefined ? { contextName: name } : await chooseOptions(await defaultExport(path), name, path);
  await loadOptionalDependencies(chosen);
  // Without it, the configuration would bring MikroORM's default, which imports what a loader of CommonJS does not see.
  const provider: unknown = Reflect.get(globalThis, 'dynamicImportProvider');
  return new Configuration(
    Utils.mergeConfig(
      {},
      provider === undefined ? {} : { dynamicImportProvider: provider },
      chosen,
      env,
      mayBeEmpty ? EMPTY : {},
    ) as Options,
  );
}

async function optionsOfEnvironment(): Promise<PartialOptions> {
  const options = loadEnvironmentVars();
  const driver = DRIVERS[process.env['MIKRO_ORM_TYPE'] ?? ''];
  if (driver === undefined || options.driver !== undefined) return options;
  const [packageName, className] = driver;
  const exports = await importOptional(packageName);
  if (exports === undefined)
    throw new UsageError(
      `MIKRO_ORM_TYPE is '${process.env['MIKRO_ORM_TYPE']}', but ${packageName} is not installed. Run: npm install ${packageName}`,
    );
  return { ...options, driver: Reflect.get(exports, className) as NonNullable<PartialOptions['driver']> };
}

async function defaultExport(path: string): Promise<unknown> {
  // MikroORM imports entities the same way, so that a module compiled to CommonJS is loaded only once.
  if (!isModule())
    Reflect.set(globalThis, 'dynamicImportProvider', Reflect.get(globalThis, 'dynamicImportProvider') ?? requireUrl);
  const exports = await fs.dynamicImport<{ default?: unknown }>(path);
  return (await exports.default) ?? exports;
}

function requireUrl(url: string): unknown {
  return createRequire(process.cwd())(fileURLToPath(url));
}

/** Returns the configuration with a name from the exports of a file: options, a function that makes them, or a list of both. */
async function chooseOptions(exported: unknown, name: string, path: string): Promise<PartialOptions> {
  const refuse = (why: string) => new UsageError(`${path}: ${why}`);
  if (!Array.isArray(exported)) {
    const options: unknown = typeof exported === 'function' ? await exported(name) : exported;
    const fits = typeof exported === 'function' ? mayBe(options, name) : isNamed(options, name);
    if (!fits) throw refuse(`the default export is not the MikroORM configuration '${name}'`);
    return options as PartialOptions;
  }
  const [options, ...more] = exported.filter(entry => isNamed(entry, name));
  if (more.length > 0) throw refuse(`exports several MikroORM configurations with the name '${name}'`);
  if (options !== undefined) return options as PartialOptions;
  for (const make of exported) {
    const made: unknown = typeof make === 'function' ? await make(name) : undefined;
    if (mayBe(made, name)) return made as PartialOptions;
  }
  throw refuse(`exports no MikroORM configuration with the name '${name}'`);
}

/** A configuration without a name is the default configuration. */
function isNamed(value: unknown, name: string): boolean {
  return isObject(value) && (value['contextName'] ?? 'default') === name;
}

/** A function is called with the name, so the options it returns need not repeat it. */
function mayBe(value: unknown, name: string): boolean {
  return isObject(value) && (value['contextName'] ?? name) === name;
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null;
}
