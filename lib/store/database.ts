import { acrossCopies } from '../one-copy.ts';
import type { MikroORM } from '@mikro-orm/core';
import { asSentence, isSchemaError, PermissionDeniedError, reasonOf, SchemaDefinitionError } from '../errors.ts';
import { openAgain } from '../mikro-orm/connection-parts.ts';
import { HeldConnection, primaryOf, type Patience, type Row } from './connection.ts';
import type { Dialect } from '../dialects/dialect.ts';
import { dialectOf, type DialectName } from '../dialects/registry.ts';
import { unsupportedDriver } from '../dialects/drivers/recognise-driver.ts';
import { signsOf } from '../mikro-orm/driver-signs.ts';
import { unsupportedError } from './opening/unsupported-error.ts';
import { faultOf } from './faults.ts';
import { nameOf, placeOf } from './opening/database-name.ts';
import { hasOneConnection } from './opening/local-files.ts';
import { openDatabase } from './opening/open-database.ts';
import { translate } from './opening/translate.ts';
import { compatibleError, historyError, numberOf, parseRow, type DeployedRow } from './deployed-row.ts';
import { Busy, poll } from './poll.ts';
import { tablesIn, type Tables } from './tables.ts';

/** A database, as one Schema sees it. */
export interface Database {
  readonly guid: string;
  readonly orm: MikroORM;
  readonly dialect: Dialect<DialectName>;
  /** What the ORM calls it. */
  readonly name: string;
  /** Where this Schema's tables are, if not where the database looks by itself. */
  readonly namespace: string | undefined;
  readonly tables: Tables;
  /** Names the database as a person would, without credentials. */
  readonly place: string;
}

// as long as an upgrade waits for others
const DEFAULT_PATIENCE: Patience = { waitMs: 60_000 };

/** @throws {@link DriverUnsupportedError} for a driver that is known by its configuration not to be supported. */
export function databaseOf(guid: string, orm: MikroORM, namespace?: string): Database {
  const dialect = dialectOf(orm.config.getPlatform());
  const signs = signsOf(orm);
  const unsupported = unsupportedDriver(signs);
  if (!dialect || unsupported) throw unsupportedError(guid, unsupported ?? 'unknown', signs.className);
  if (namespace?.includes('\0')) {
    throw new SchemaDefinitionError(
      `the namespace ${JSON.stringify(namespace)} contains a null character. Remove it.`,
      {
        guid,
      },
    );
  }
  // MikroORM names the default namespace in its configuration, and leaves it out of its SQL: so do we, which follows a
  // search_path that was set for the role
  const configured =
    orm.config.get('schema') === orm.config.getPlatform().getDefaultSchemaName() ? undefined : orm.config.get('schema');
  const space = dialect.capabilities.namespaces ? (namespace ?? configured) : undefined;
  const [tables, name] = [tablesIn(space, dialect), nameOf(orm)];
  // PGlite has a host only in its configuration.
  const where = { isFile: dialect.capabilities.files, isOnServer: !hasOneConnection(orm) };
  return { guid, orm, dialect, name, namespace: space, tables, place: placeOf(orm, where, space) };
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
  return (await readRows(database, [database.guid], patience)).get(database.guid);
}

/**
 * Reads the rows of several Schemas, in one statement. Those without a row are left out.
 *
 * @throws {@link VersionCorruptError}, {@link DatabaseUnavailableError}
 */
export async function readRows(
  database: Database,
  guids: readonly string[],
  patience: Patience = DEFAULT_PATIENCE,
): Promise<ReadonlyMap<string, DeployedRow>> {
  const { guid, orm, tables, place, dialect } = database;
  try {
    if (!(await openDatabase(database, patience, { mayCreate: false }))) return new Map();
    const own = dialect.onlyTable(tables.version);
    const among = guids.length === 1 ? '= ?' : `in (${guids.map(() => '?').join(', ')})`;
    return parseRows(guids, await ask(database, patience, `select * from ${own} where guid ${among}`, guids));
  } catch (error) {
    if (faultOf(error) === 'no table') return new Map();
    if (faultOf(error) === 'unavailable') openAgain(primaryOf(orm));
    if (faultOf(error) === 'other' && !isSchemaError(error)) {
      await orUnsupported(database, patience);
      await orUnsound(database, patience);
    }
    if (faultOf(error) !== 'permission') throw translate(database, error);
    throw new PermissionDeniedError(
      `this role may not read ${tables.version} in ${place}: ${asSentence(reasonOf(error))} Grant it: grant select on ${tables.version} to <role>`,
      { guid, cause: error },
    );
  }
}

/** Reads rows by guid. Those without one are left out. */
export function parseRows(guids: readonly string[], rows: readonly Row[]): ReadonlyMap<string, DeployedRow> {
  const found = guids.map(
    guid => [guid, parseRow(guid, guids.length === 1 ? rows : rows.filter(row => row.guid === guid))] as const,
  );
  return new Map(found.filter((entry): entry is readonly [string, DeployedRow] => entry[1] !== undefined));
}

/**
 * Looks for the reason of an error that says nothing in the database itself.
 *
 * @throws {@link DriverUnsupportedError} if it is one that is not supported
 */
async function orUnsupported(database: Database, patience: Patience): Promise<void> {
  const { assertSupported } = await import('./opening/assert-supported.ts');
  try {
    await assertSupported(database, sql => ask(database, patience, sql));
  } catch (error) {
    if (isSchemaError(error)) throw error;
  }
}

/**
 * Looks whether it is the table of the row that is wrong.
 *
 * @throws {@link VersionCorruptError}, {@link PermissionDeniedError} if it is
 */
async function orUnsound(database: Database, patience: Patience): Promise<void> {
  const { assertSound, inspectTables } = await import('./bookkeeping/inspect-tables.ts');
  const found = await HeldConnection.hold(database.orm, patience, held => inspectTables(held, database)).catch(
    () => [],
  );
  assertSound(database, found);
}

/**
 * Checks a row before anything is decided by it. No step and no override leaves `compatible` above the version: the row
 * was changed by hand, which its history shows.
 *
 * @throws {@link VersionCorruptError}
 */
export async function assertPossible(
  database: Database,
  row: DeployedRow | undefined,
  patience: Patience = DEFAULT_PATIENCE,
): Promise<void> {
  if (!row || row.compatible <= row.version) return;
  const { guid, tables, dialect } = database;
  const last = `select * from ${dialect.onlyTable(tables.log)} where guid = ? order by id desc limit 1`;
  const [line] = await ask(database, patience, last, [guid]).catch(() => []);
  if (line && numberOf(line.to_version) !== row.version) throw historyError(guid, row.raw, line);
  throw compatibleError(guid, row);
}

/** Reads the row as {@link readRow} does, and waits while another program has the database. */
export async function readRowPatiently(
  database: Database,
  patience: Patience = DEFAULT_PATIENCE,
): Promise<DeployedRow | undefined> {
  return (await readRowsPatiently(database, [database.guid], patience)).get(database.guid);
}

/** Reads the rows of several Schemas as {@link readRows} does, and waits while another program has the database. */
export async function readRowsPatiently(
  database: Database,
  guids: readonly string[],
  patience: Patience = DEFAULT_PATIENCE,
): Promise<ReadonlyMap<string, DeployedRow>> {
  const attempt = async () => {
    try {
      return await readRows(database, guids, patience);
    } catch (error) {
      if (!['busy', 'crowded'].includes(faultOf(error))) throw error;
      return new Busy({ cause: error });
    }
  };
  const giveUp = async ({ cause }: Busy) => translate(database, cause) as Error;
  const { value } = await poll({ ...patience, giveUp, aborted: async () => patience.signal?.reason as Error }, attempt);
  return value;
}

// Where a driver waits inside a statement, it blocks the process: once is enough to know.
const locked = acrossCopies('locked', () => new WeakSet<MikroORM>());

/** Sends one statement on a separate connection, and waits for it no longer than `patience`. */
export async function ask(
  { orm, dialect }: Pick<Database, 'orm' | 'dialect'>,
  patience: Patience,
  sql: string,
  params: readonly unknown[] = [],
): Promise<Row[]> {
  try {
    if (!locked.has(orm)) return await HeldConnection.ask(orm, patience, sql, params);
    return await HeldConnection.hold(orm, patience, held =>
      dialect.withoutWaiting(held, () => held.execute(sql, params)),
    );
  } catch (error) {
    if (faultOf(error) === 'busy') locked.add(orm);
    throw error;
  }
}
