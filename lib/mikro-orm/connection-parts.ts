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
  const other = new Connection(configurationOf(connection), { ...optionsOf(connection), dbName }, 'write');
  if (optionsOf(other).dbName !== dbName) throw missingPart('options of a new Connection()');
  other.setPlatform(connection.getPlatform());
  return other;
}

function part(connection: AbstractSqlConnection, name: 'config' | 'options' | 'connected'): unknown {
  if (!(name in connection)) throw missingPart(`Connection.${name}`);
  return Reflect.get(connection, name);
}
