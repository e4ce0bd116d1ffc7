import { existsSync } from 'node:fs';
import type { MikroORM } from '@mikro-orm/core';
import {
  DatabaseUnavailableError,
  PermissionDeniedError,
  SchemaDefinitionError,
  isSchemaError,
  reasonOf,
  UpgradeBusyError,
} from '../errors.ts';
import { isConnected, openAgain, optionsOf } from '../mikro-orm/connection-parts.ts';
import { HeldConnection, primaryOf, type Patience, type Row } from './connection.ts';
import type { Dialect } from '../dialects/dialect.ts';
import { DIALECT_TITLES, dialectOf, type DialectName } from '../dialects/registry.ts';
import { faultOf } from './faults.ts';
import { parseRow, type DeployedRow } from './deployed-row.ts';
import { tablesIn, type Tables } from './tables.ts';

/** A database, as one Schema sees it. */
export interface Database {
  readonly guid: string;
  readonly orm: MikroORM;
  readonly dialect: Dialect<DialectName>;
  /** Where this Schema's tables are, if not where the database looks by itself. */
  readonly namespace: string | undefined;
  readonly tables: Tables;
  /** Names the database as a person would, without credentials. */
  readonly place: string;
}

// as long as an upgrade waits for others
const DEFAULT_PATIENCE: Patience = { waitMs: 60_000 };

/** @throws {@link SchemaDefinitionError} for a driver we do not speak. */
export function databaseOf(guid: string, orm: MikroORM, namespace?: string): Database {
  const dialect = dialectOf(orm.config.getPlatform());
  if (!dialect) {
    const driver = orm.driver.constructor.name;
    throw new SchemaDefinitionError(`${driver} is not supported: use an ORM on ${DIALECT_TITLES.join(' or ')}`, {
      guid,
    });
  }
  // MikroORM names the default namespace in its configuration, and leaves it out of its SQL: so do we, which follows a
  // search_path that was set for the role
  const configured =
    orm.config.get('schema') === orm.config.getPlatform().getDefaultSchemaName() ? undefined : orm.config.get('schema');
  const space = dialect.capabilities.namespaces ? (namespace ?? configured) : undefined;
  return { guid, orm, dialect, namespace: space, tables: tablesIn(space, dialect), place: placeOf(orm, space) };
}

/**
 * Reads what the database remembers, in one statement, from the primary.
 * Creates nothing: neither a file nor a database that is not there.
 *
 * @throws {@link VersionCorruptError}, {@link DatabaseUnavailableError}
 */
export async function readRow(
  database: Database,
  patience: Patience = DEFAULT_PATIENCE,
): Promise<DeployedRow | undefined> {
  const { guid, orm, tables, place } = database;
  try {
    const connection = primaryOf(orm);
    assertOpen(database);
    if (!isConnected(connection)) {
      if (isMissing(orm)) return undefined;
      // by default MikroORM creates a database that is not there as soon as it connects
      await connection.connect({ skipOnConnect: true });
    }
    const rows = await ask(database, patience, `select * from ${tables.version} where guid = ?`, [guid]);
    return parseRow(guid, rows);
  } catch (error) {
    if (faultOf(error) === 'no table') return undefined;
    if (faultOf(error) === 'unavailable') openAgain(primaryOf(orm));
    if (faultOf(error) !== 'permission') throw translate(database, error);
    throw new PermissionDeniedError(
      `this role may not read ${tables.version} in ${place}: ${reasonOf(error)}: grant it select on that table`,
      { guid, cause: error },
    );
  }
}

/** Sends one statement on a connection of its own, for which it waits no longer than it is told to. */
export async function ask(
  { orm }: Database,
  patience: Patience,
  sql: string,
  params: readonly unknown[] = [],
): Promise<Row[]> {
  return HeldConnection.ask(orm, patience, sql, params);
}

/** Connects for work that may write; MikroORM creates a database that is not there, unless it was told not to. */
export async function openDatabase(database: Database): Promise<void> {
  const { orm } = database;
  assertOpen(database);
  const name = orm.config.get('dbName');
  try {
    await primaryOf(orm).ensureConnection();
  } catch (error) {
    // to create a database MikroORM turns to another one, and there it stays if it may not create it
    if (orm.config.get('dbName') !== name) {
      orm.config.set('dbName', name);
      await orm.driver.reconnect({ skipOnConnect: true }).catch(() => {});
      // another process that found none was faster to create it
      if (faultOf(error) === 'duplicate') return;
    }
    throw isSchemaError(error) ? error : unavailable(database, error);
  }
}

/** Says what a driver's error means here, where it is not about a step. */
export function translate(database: Database, error: unknown): unknown {
  const { guid, place } = database;
  if (isSchemaError(error)) return error;
  switch (faultOf(error)) {
    case 'unavailable':
      return unavailable(database, error);
    case 'no connection':
      return new DatabaseUnavailableError(
        `${place} was not asked: ${reasonOf(error)}: end that, or give the pool more connections`,
        { guid, cause: error },
      );
    case 'busy':
    case 'lock timeout':
      return new UpgradeBusyError({ guid, waitedMs: 0, cause: error, reason: `for a lock: ${reasonOf(error)}` });
    case 'permission':
      return new PermissionDeniedError(
        `this role may not do what has to be done in ${place}: ${reasonOf(error)}: upgrade with a role that owns the tables`,
        { guid, cause: error },
      );
    default:
      return error;
  }
}

function unavailable({ guid, place }: Database, error: unknown): DatabaseUnavailableError {
  return new DatabaseUnavailableError(
    `${place} cannot be reached: ${reasonOf(error)}: check that it is there, that it may be created, and the credentials`,
    { guid, cause: error },
  );
}

/** MikroORM would quietly connect once more, to whatever defaults are left. */
function assertOpen({ guid, orm, place }: Database): void {
  const connection = primaryOf(orm);
  const closed = !isConnected(connection) && Object.keys(optionsOf(connection)).every(key => key === 'name');
  if (closed) throw new DatabaseUnavailableError(`the ORM of ${place} was closed: call before closing it`, { guid });
}

/** Whether there is not even a file, which looking does not make. */
export function isMissing(orm: MikroORM): boolean {
  const file = fileOf(orm);
  return file !== undefined && !existsSync(file);
}

/** The file behind an SQLite database; `undefined` for one in memory, behind a URL or made by the user. */
export function fileOf(orm: MikroORM): string | undefined {
  if (!dialectOf(orm.config.getPlatform())?.capabilities.files) return undefined;
  const name = orm.config.get('dbName');
  const own = orm.config.get('driverOptions') as object | undefined;
  const isMade = own !== undefined && ('createDriver' in own || 'getExecutor' in own || typeof own === 'function');
  return !name || name === ':memory:' || name.startsWith('file:') || isMade ? undefined : name;
}

function placeOf(orm: MikroORM, namespace: string | undefined): string {
  const options = { ...read(orm) };
  const space = namespace === undefined ? '' : `, namespace "${namespace}"`;
  if (dialectOf(orm.config.getPlatform())?.capabilities.files) return options.dbName ?? 'the database in memory';
  const host = options.host === undefined ? '' : ` on ${options.host}${options.port ? `:${options.port}` : ''}`;
  return `the database "${options.dbName}"${host}${space}`;
}

/** Host, port and name; from the URL if there is one, never its user or password. */
function read(orm: MikroORM): {
  dbName?: string | undefined;
  host?: string | undefined;
  port?: number | string | undefined;
} {
  const url = orm.config.get('clientUrl');
  const parsed = url && URL.canParse(url) ? new URL(url) : undefined;
  return {
    dbName: orm.config.get('dbName') ?? (parsed ? decodeURIComponent(parsed.pathname.slice(1)) : undefined),
    host: orm.config.get('host') ?? parsed?.hostname,
    port: orm.config.get('port') ?? parsed?.port,
  };
}
