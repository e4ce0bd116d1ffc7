import { randomUUID } from 'node:crypto';
import { MikroORM, type Configuration, type IDatabaseDriver, type Options } from '@mikro-orm/core';
import type { AbstractSqlDriver } from '@mikro-orm/sql';
import { hasOwnDialect } from '../../mikro-orm/connection-parts.ts';
import { lendEntities } from '../../mikro-orm/inner-orm.ts';
import { loadSqlExports } from '../../mikro-orm/sql-exports.ts';
import { inheritedOptions } from '../../models/inherited-options.ts';
import { hasOneConnection, isFile } from './local-files.ts';

/** The options by which an ORM reaches its server, or opens its file. */
const CONNECTING = [
  'clientUrl',
  'host',
  'port',
  'user',
  'password',
  'multipleStatements',
  'driverOptions',
] as const satisfies (keyof Options)[];

export type DriverClass = new (...options: never[]) => AbstractSqlDriver;

/** How another ORM differs from the application's, in addition to its database. */
interface OtherOptions {
  /** By default the application's. */
  readonly driver?: DriverClass;
  /** Whether it takes over how the application's ORM reaches its server. Default: true. */
  readonly isSameServer?: boolean;
  /** Whether it works with the entities of the application's ORM, which keep belonging to that one. Default: false. */
  readonly hasEntities?: boolean;
  /** Options of the driver, in place of those that lead to the application's database. */
  readonly driverOptions?: object;
}

/**
 * Tells whether another ORM like this one has separate connections: PGlite has one for all, and a dialect or a Kysely that the
 * application made for a server is shared, and would be closed with the other ORM.
 */
export function opensOthers(orm: MikroORM): boolean {
  return !hasOneConnection(orm) && (isFile(orm) || !hasOwnDialect(orm.config));
}

/**
 * Makes an ORM on another database of the same engine, or on the same one with separate connections. It
 * keeps the application's functions and collations, and is not connected yet. Close it.
 */
export async function ormOn(
  orm: MikroORM,
  dbName: string,
  { driver, isSameServer = true, hasEntities = false, driverOptions }: OtherOptions = {},
): Promise<MikroORM> {
  const { config } = orm;
  const onCreateConnection = config.get('onCreateConnection');
  const other = new MikroORM<IDatabaseDriver>({
    ...inheritedOptions(config),
    ...(isSameServer && connecting(config)),
    driver: (driver ?? config.get('driver')) as never,
    dbName,
    entities: [],
    // By the name of the application's, code of a step that uses that ORM gets the EntityManager of this one.
    contextName: hasEntities ? config.get('contextName') : `other ${randomUUID()}`,
    discovery: { warnWhenNoEntities: false, skipSyncDiscovery: hasEntities },
    pool: { min: 0, max: 4 },
    // The application's own dialect leads to its database, and MikroORM's general driver has none for another one.
    ...(isFile(orm) && hasOwnDialect(config) && { driverOptions: await sqliteDialect(dbName) }),
    ...(driverOptions && { driverOptions }),
    ...(onCreateConnection && { onCreateConnection }),
  });
  return hasEntities ? lendEntities(orm, other) : other;
}

/** Makes an ORM on a new PGlite in memory, with the extensions that the application gives its own. Close it. */
export async function pgliteInMemory(orm: MikroORM): Promise<MikroORM> {
  const driverOptions = optionsOfNewPglite(orm.config.get('driverOptions'));
  return ormOn(orm, 'memory://', { isSameServer: false, hasEntities: true, driverOptions });
}

/** Options of PGlite in an application: what holds its data, and what it would be on any data. */
interface PgliteOptions {
  readonly pglite?: unknown;
  readonly dataDir?: unknown;
  readonly fs?: unknown;
  readonly loadDataDir?: unknown;
  readonly extensions?: Readonly<Record<string, unknown>>;
}

/** The options of an application's PGlite for a new one that has nothing in it, such as its extensions. */
export function optionsOfNewPglite(options: PgliteOptions = {}): Pick<PgliteOptions, 'extensions'> {
  const { pglite: _instance, dataDir: _folder, fs: _files, loadDataDir: _data, ...others } = options;
  return others;
}

function connecting(config: Configuration): Partial<Options> {
  const taken = CONNECTING.map(key => [key, config.get(key)] as const);
  return Object.fromEntries(taken.filter(([, value]) => value !== undefined));
}

/** SQLite as Node.js and Bun bring it. */
export async function sqliteDialect(dbName: string): Promise<object> {
  const Dialect = Reflect.get(await loadSqlExports(), 'NodeSqliteDialect') as
    | (new (dbName: string) => object)
    | undefined;
  if (!Dialect) throw new Error('@mikro-orm/sql, which has a dialect for it, cannot be imported');
  return new Dialect(dbName);
}
