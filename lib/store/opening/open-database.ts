import { acrossCopies } from '../../one-copy.ts';
import type { MikroORM } from '@mikro-orm/core';
import { DatabaseUnavailableError, isSchemaError } from '../../errors.ts';
import type { InstallLock } from '../../dialects/dialect.ts';
import { connectionTo, hasOwnDialect, isConnected, openAgain, optionsOf } from '../../mikro-orm/connection-parts.ts';
import { managementDatabaseOf } from '../../mikro-orm/schema-helper-parts.ts';
import { HeldConnection, primaryOf, type Patience } from '../connection.ts';
import type { Database } from '../database.ts';
import { codeOf, faultOf, isLost, NO_DATABASE } from '../faults.ts';
import { assertSupported } from './assert-supported.ts';
import { fileOf, isFile, isMissing, isOpen, missingFolderOf } from './local-files.ts';
import { unavailable } from './translate.ts';

// One opening of an ORM at a time, and every other call waits for it: one call creates the database for all.
const openings = acrossCopies('openings', () => new WeakMap<MikroORM, Promise<void>>());

/** What an opening may do. */
interface Opening {
  /** Whether a database that does not exist may be created. */
  readonly mayCreate: boolean;
  /** Runs before a database is created, and throws if it must not be. */
  readonly beforeCreating?: (() => Promise<void>) | undefined;
}

/**
 * Connects an ORM. Creates a database that does not exist if the call allows it, and `ensureDatabase` does not forbid it.
 *
 * MikroORM creates it as soon as it connects, even for a read, and points the ORM at the maintenance database meanwhile,
 * where another call would then install. So the ORM connects without that, and a second connection creates.
 *
 * @returns whether there is a database; without `mayCreate` a SQLite file is not made
 * @throws {@link DatabaseUnavailableError}
 */
export async function openDatabase(database: Database, patience: Patience, opening: Opening): Promise<boolean> {
  const { orm } = database;
  for (let other = openings.get(orm); other; other = openings.get(orm)) await other.catch(() => {});
  assertOpen(database);
  if (isOpen(orm)) return true;
  if (!opening.mayCreate && isMissing(orm)) return false;
  const ours = connect(database, patience, opening).finally(() => openings.delete(orm));
  openings.set(orm, ours);
  await ours;
  return true;
}

async function connect(database: Database, patience: Patience, opening: Opening): Promise<void> {
  const { orm } = database;
  const { mayCreate, beforeCreating } = opening;
  const connection = primaryOf(orm);
  const ensure = orm.config.get('ensureDatabase');
  try {
    if (!mayCreate) assertFolder(database);
    // For both, connecting creates the database.
    else if (isMissing(orm) || missingFolderOf(orm) !== undefined) await beforeCreating?.();
    if (!isConnected(connection)) await connection.connect({ skipOnConnect: true });
    if (isFile(orm)) return await probeFile(database, patience);
    if (!mayCreate || ensure === false) return;
    await probe(database, patience, opening);
    if (typeof ensure !== 'object') return;
    openAgain(connection);
    await connection.ensureConnection();
  } catch (error) {
    openAgain(connection);
    throw isSchemaError(error) || isLost(error) ? error : unavailable(database, error);
  }
}

/** @throws {@link DatabaseUnavailableError} where connecting alone would make PGlite create a database */
function assertFolder(database: Database): void {
  const folder = missingFolderOf(database.orm);
  if (folder !== undefined) throw unavailable(database, new Error(`the folder ${folder} has no database`));
}

/** Whether an error says that there is no such database: a call that installs creates it. */
export function isAbsent({ orm }: Database, error: unknown): boolean {
  return codeOf(error) === NO_DATABASE || missingFolderOf(orm) !== undefined;
}

/** Meets another program's lock here, where the driver can be set not to wait for it inside a statement. */
async function probeFile(database: Database, patience: Patience): Promise<void> {
  const { orm, dialect } = database;
  if (fileOf(orm) === undefined) return;
  if (hasOwnDialect(orm.config)) return assertSameFile(database, patience);
  await HeldConnection.hold(orm, patience, held =>
    dialect.withoutWaiting(held, () => held.execute('select 1 from sqlite_master limit 1')),
  );
}

/**
 * Checks that the application's own Kysely dialect opened the file `dbName`: calls that create nothing look for that one.
 *
 * @throws {@link DatabaseUnavailableError}
 */
async function assertSameFile(database: Database, patience: Patience): Promise<void> {
  const { guid, orm, name } = database;
  if (!isMissing(orm)) return;
  const ask = (sql: string) => HeldConnection.ask(orm, patience, sql, []);
  await assertSupported(database, ask);
  const [main] = await ask(`select file from pragma_database_list where name = 'main'`);
  if (!isMissing(orm)) return; // the statement opened it
  const opened = typeof main?.['file'] === 'string' && main['file'] !== '' ? main['file'] : ':memory:';
  throw new DatabaseUnavailableError(
    `dbName of the ORM is '${name}', and no such file exists: the Kysely dialect in driverOptions opens '${opened}'. Set dbName: '${opened}'.`,
    { guid },
  );
}

/** Asks whether there is a database, and creates it if there is none. */
async function probe(database: Database, patience: Patience, { beforeCreating }: Opening): Promise<void> {
  const { orm } = database;
  try {
    await HeldConnection.ask(orm, patience, 'select 1', []);
  } catch (error) {
    if (codeOf(error) === NO_DATABASE) {
      await beforeCreating?.();
      return createDatabase(database);
    }
    if (faultOf(error) !== 'other') throw error;
    // PGlite does not say which database is missing, and only MikroORM can create it.
    openAgain(primaryOf(orm));
    await primaryOf(orm).ensureConnection();
  }
}

async function createDatabase(database: Database): Promise<void> {
  const { orm, name, dialect } = database;
  const other = connectionTo(primaryOf(orm), managementDatabaseOf(orm));
  try {
    await other.connect({ skipOnConnect: true });
    await assertSupported(database, sql => other.execute(sql));
    await other.execute(`create database ${dialect.quoteName(name)}`);
  } catch (error) {
    // Another process that found none was faster.
    if (faultOf(error) !== 'duplicate') throw error;
  } finally {
    await other.close();
  }
}

/**
 * Whether the ORM was turned to the maintenance database: while the application's own first query makes MikroORM create
 * its database, the connection leads there.
 */
export function isElsewhere({ orm, name }: Database, { databaseName }: InstallLock): boolean {
  if (databaseName === undefined || databaseName === name || orm.config.get('ensureDatabase') === false) return false;
  return databaseName === managementDatabaseOf(orm);
}

/** Says so. */
export function elsewhere({ name }: Database, { databaseName }: InstallLock): Error {
  return new Error(
    `the ORM of the database "${name}" is connected to "${databaseName}", from which MikroORM creates it`,
  );
}

/** MikroORM would quietly connect once more, with the remaining defaults. */
function assertOpen({ guid, orm, place }: Database): void {
  const connection = primaryOf(orm);
  const closed = !isConnected(connection) && Object.keys(optionsOf(connection)).every(key => key === 'name');
  if (closed)
    throw new DatabaseUnavailableError(`the ORM of ${place} is closed. Call this before \`orm.close()\`.`, { guid });
}
