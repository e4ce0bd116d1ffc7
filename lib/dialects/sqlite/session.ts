import type { HeldConnection } from '../../store/connection.ts';
import { quoteName } from '../../sql/quoting.ts';
import type { Dialect } from '../dialect.ts';
import { sqliteErrors } from './driver-errors.ts';
import { sqliteSettings } from './session/step-settings.ts';
import { MARK, MISMATCH, RELEASE, sqliteRow, STEPS } from './row.ts';

export const sqlite: Dialect<'sqlite'> = {
  name: 'sqlite',
  title: 'SQLite',
  copies: { load: async () => (await import('./copy/file-copies.ts')).sqliteCopies },
  capabilities: {
    transactionalDdl: true,
    returning: true,
    namespaces: false,
    roles: false,
    enums: false,
    deferrable: true,
    tableLocks: false,
    files: true,
    exact: false,
  },
  load: {
    editor: async () => (await import('./editor.ts')).sqliteEditor,
    modeling: async () => (await import('./modeling/sqlite-modeling.ts')).sqliteModeling,
    metering: async () => (await import('./meter.ts')).sqliteMetering,
    identity: async () => (await import('./session/identity.ts')).sqliteIdentity,
    scratch: async () => (await import('./scratch.ts')).withSqliteScratch,
    scratchDatabase: async () => (await import('./databases/scratch-database.ts')).withSqliteScratchDatabase,
    transfer: async () => (await import('./transfer/sqlite-transfer.ts')).sqliteTransfer,
  },
  // a deferred transaction that turns to writing gets "database is locked" at once, with any timeout
  begin: ({ withSteps }) => ['begin immediate', ...(withSteps ? [MARK] : [])],
  errors: sqliteErrors,
  quoteName,
  row: sqliteRow,
  types: { serial: 'integer primary key autoincrement', bigint: 'integer', moment: 'text' },

  async prepare(held) {
    const before = {
      // better-sqlite3 blocks the whole process while it waits inside a statement: we poll between statements instead
      busy_timeout: await pragma(held, 'busy_timeout', 0),
      // a table rebuild with foreign keys on deletes the rows that refer to it
      // https://www.sqlite.org/pragma.html#pragma_foreign_keys: ignored inside a transaction, so it comes first
      foreign_keys: await pragma(held, 'foreign_keys', 0),
      ...(await spillLater(held)),
    };
    return async () => {
      for (const [name, value] of Object.entries(before)) await held.execute(`pragma ${name} = ${value}`);
      // SQLite takes a number of pages for off as well if it is a multiple of 256
      if (Number(before.cache_spill) > 0) await held.execute('pragma cache_spill = on');
    };
  },

  async withoutWaiting(held, work) {
    const before = await pragma(held, 'busy_timeout', 0);
    try {
      return await work();
    } finally {
      await held.execute(`pragma busy_timeout = ${before}`);
    }
  },
  settings: sqliteSettings,

  async setForeignKeys(held, state) {
    await held.execute(`pragma foreign_keys = ${state}`);
  },

  // beginning was enough: there is one writer
  tryInstallLock: async () => ({ isOurs: true, databaseName: undefined }),
  installer: async () => undefined,

  // A process that can create a view here can write the file
  onlyTable: name => name,
  ownTables: (_tables, names) =>
    `select m.name as name, m.type as kind, (select group_concat(c.name) from pragma_table_info(m.name) as c) as columns, ` +
    `0 as rules, null as owner, 1 as trusted, 0 as guarded from sqlite_master as m ` +
    `where m.type in ('table', 'view') and lower(m.name) in (${names.map(name => `'${name}'`).join(', ')})`,

  listNamespaces: undefined,
  listTables: () =>
    `select name, null as namespace, 1 as visible, 1 as asked from sqlite_master ` +
    `where type in ('table', 'view') and name not like 'sqlite\\_%' escape '\\'`,

  // https://www.sqlite.org/lang_transaction.html#response_to_errors_within_a_transaction
  async isUnderWay(held) {
    try {
      await held.execute('begin');
    } catch {
      return true;
    }
    await held.execute('rollback');
    return false;
  },

  async openSteps(held) {
    await held.execute(MARK);
    return STEPS;
  },

  // No statement can end the transaction unless it fails or says so, and either is noticed: one savepoint does for all.
  async endStep(held, { next }) {
    if (next === undefined) await held.execute(RELEASE);
    return true;
  },
  foreignKeyCheck: {
    sql: 'pragma foreign_key_check',
    isRefusal: error => MISMATCH.test(String(error)),
    load: async () => (await import('./foreign-keys/orphans.ts')).listViolations,
  },
  mayChange: () => undefined,
};

/** 128 MiB of pages of the usual size; a multiple of 256 would be off. */
const SPILL_AT = 32_767;

/**
 * Without a write-ahead log, a transaction locks readers out once it outgrows the cache. They are to go on, but not at the
 * price of a cache that grows with the table.
 *
 * @see https://www.sqlite.org/pragma.html#pragma_cache_spill
 */
async function spillLater(held: HeldConnection): Promise<{ cache_spill?: number }> {
  const [row] = await held.execute('pragma journal_mode');
  return row?.journal_mode === 'wal' ? {} : { cache_spill: await pragma(held, 'cache_spill', SPILL_AT) };
}

async function pragma(held: HeldConnection, name: string, value: number): Promise<number> {
  const [row] = await held.execute(`pragma ${name}`);
  const [before] = Object.values(row ?? {});
  if (Number(before) !== value) await held.execute(`pragma ${name} = ${value}`);
  return Number(before);
}
