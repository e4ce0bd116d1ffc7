import type { Configuration } from '@mikro-orm/core';
import type { AbstractSqlConnection } from '@mikro-orm/sql';
import { missingPart } from './missing-part.ts';

/** The configuration a connection was made with. */
export function configurationOf(connection: AbstractSqlConnection): Configuration {
  return part(connection, 'config') as Configuration;
}

/** What a connection was made from; nothing but a name is left of it in one that was closed. */
export function optionsOf(connection: AbstractSqlConnection): Readonly<Record<string, unknown>> {
  return part(connection, 'options') as Record<string, unknown>;
}

/** Whether the application made the Kysely, or its dialect, that its ORM connects by. */
export function hasOwnDialect(config: Configuration): boolean {
  const own: unknown = config.get('driverOptions');
  return typeof own === 'function' || (typeof own === 'object' && own !== null && OWN.some(key => key in own));
}

/**
 * Whether the application made Kysely's own dialect for SQLite, or one derived from it, such as `NodeSqliteDialect`: these open
 * a file of this machine. Goes by the name of the class, since there may be two copies of it. A function is not called.
 */
export function hasOwnSqliteDialect(config: Configuration): boolean {
  let own: unknown = config.get('driverOptions');
  while (typeof own === 'object' && own !== null) {
    if ((Reflect.get(own, 'constructor') as { name?: string } | undefined)?.name === 'SqliteDialect') return true;
    own = Object.getPrototypeOf(own);
  }
  return false;
}

/** What a dialect of Kysely has, and a Kysely. */
const OWN = ['createDriver', 'getExecutor'];

/** Whether a connection was opened. Asking MikroORM itself would send a query, and open it. */
export function isConnected(connection: AbstractSqlConnection): boolean {
  return part(connection, 'connected') === true;
}

/** Makes a connection that failed open itself again when it is used next. */
export function openAgain(connection: AbstractSqlConnection): void {
  part(connection, 'connected');
  Reflect.set(connection, 'connected', false);
}

/** Makes a connection like this one to another database of the same server. It is not opened yet. */
export function connectionTo(connection: AbstractSqlConnection, dbName: string): AbstractSqlConnection {
  const Connection = connection.constructor as new (...args: unknown[]) => AbstractSqlConnection;
  // MikroORM copies the options, of which a dialect of Kysely is useless: it falls back on those of the configuration.
  const options = { ...optionsOf(connection), dbName, driverOptions: undefined };
  const other = new Connection(configurationOf(connection), options, 'write');
  if (optionsOf(other).dbName !== dbName) throw missingPart('options of a new Connection()');
  other.setPlatform(connection.getPlatform());
  return other;
}

/**
 * The client of the driver behind a connection: a pool of `pg`, a database of better-sqlite3. `undefined` where MikroORM has
 * none to give: it throws for a driver that it knows nothing of, and for a dialect or a Kysely that the application made.
 */
export async function nativeClientOf(connection: AbstractSqlConnection): Promise<unknown> {
  try {
    return await connection.getNativeClient();
  } catch {
    return undefined;
  }
}

function part(connection: AbstractSqlConnection, name: 'config' | 'options' | 'connected'): unknown {
  if (!(name in connection)) throw missingPart(`Connection.${name}`);
  return Reflect.get(connection, name);
}
