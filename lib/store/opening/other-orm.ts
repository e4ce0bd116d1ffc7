import { randomUUID } from 'node:crypto';
import { MikroORM, type Configuration, type IDatabaseDriver, type Options } from '@mikro-orm/core';
import type { AbstractSqlDriver } from '@mikro-orm/sql';
import { hasOwnDialect } from '../../mikro-orm/connection-parts.ts';
import { loadSqlExports } from '../../mikro-orm/sql-exports.ts';
import { inheritedOptions } from '../../models/inherited-options.ts';
import { isFile } from './local-files.ts';

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
}

/**
 * Makes an ORM without entities on another database of the same engine, or on the same one with separate connections. It
 * keeps the application's functions and collations, and is not connected yet. Close it.
 */
export async function ormOn(
  orm: MikroORM,
  dbName: string,
  { driver, isSameServer = true }: OtherOptions = {},
): Promise<MikroORM> {
  const { config } = orm;
  const onCreateConnection = config.get('onCreateConnection');
  return new MikroORM<IDatabaseDriver>({
    ...inheritedOptions(config),
    ...(isSameServer && connecting(config)),
    driver: (driver ?? config.get('driver')) as never,
    dbName,
    entities: [],
    contextName: `other ${randomUUID()}`,
    discovery: { warnWhenNoEntities: false },
    pool: { min: 0, max: 4 },
    // The application's own dialect leads to its database, and MikroORM's general driver has none for another one.
    ...(isFile(orm) && hasOwnDialect(config) && { driverOptions: await sqliteDialect(dbName) }),
    ...(onCreateConnection && { onCreateConnection }),
  });
}

function connecting(config: Configuration): Partial<Options> {
  const taken = CONNECTING.map(key => [key, config.get(key)] as const);
  return Object.fromEntries(taken.filter(([, value]) => value !== undefined));
}

/** SQLite as Node.js and Bun bring it. */
async function sqliteDialect(dbName: string): Promise<object> {
  const Dialect = Reflect.get(await loadSqlExports(), 'NodeSqliteDialect') as
    | (new (dbName: string) => object)
    | undefined;
  if (!Dialect) throw new Error('@mikro-orm/sql, which has a dialect for it, cannot be imported');
  return new Dialect(dbName);
}
