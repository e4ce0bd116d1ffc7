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

function part(connection: AbstractSqlConnection, name: 'config' | 'options' | 'connected'): unknown {
  if (!(name in connection)) throw missingPart(`Connection.${name}`);
  return Reflect.get(connection, name);
}
