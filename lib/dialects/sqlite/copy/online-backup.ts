import type { AbstractSqlConnection } from '@mikro-orm/sql';
import { SchemaTargetError } from '../../../errors.ts';
import { connectionTo, nativeClientOf } from '../../../mikro-orm/connection-parts.ts';
import { quoteText } from '../../../sql/quoting.ts';
import { primaryOf } from '../../../store/connection.ts';
import type { Database } from '../../../store/database.ts';
import { fileOf } from '../../../store/opening/local-files.ts';
import type { FileCopies } from '../../dialect.ts';

interface BackupPages {
  readonly totalPages: number;
  readonly remainingPages: number;
}

// 4 MB of pages of the usual size: in between, the process has its turn
const PAGES_AT_ONCE = 1000;

/** What better-sqlite3 offers for an online backup. @see https://github.com/WiseLibs/better-sqlite3/blob/master/docs/api.md */
interface NativeDatabase {
  readonly name: string;
  backup(file: string, options: { progress(pages: BackupPages): number }): Promise<unknown>;
  serialize(): Buffer;
  close(): void;
}

/**
 * By the engine's own online backup, which lets the process go on meanwhile. A separate connection reads the database, since
 * ours is writing.
 */
export const saveSqlite: FileCopies['save'] = async (database, file, { shownAs, onPages, isAtOnce = false }) => {
  const native = await nativeClientOf(primaryOf(database.orm));
  const source = fileOf(database.orm);
  if (!isNative(native) || (isAtOnce && source !== undefined)) return vacuumInto(database, file, shownAs);
  const Reader = native.constructor as new (file: string | Buffer, options?: { readonly?: boolean }) => NativeDatabase;
  // One in memory has no second connection: nothing is written yet, so its own image is the same
  const reader = source === undefined ? new Reader(native.serialize()) : new Reader(source, { readonly: true });
  try {
    await reader.backup(file, {
      progress({ totalPages, remainingPages }) {
        onPages(totalPages - remainingPages, totalPages);
        return PAGES_AT_ONCE;
      },
    });
  } finally {
    reader.close();
  }
};

function isNative(client: unknown): client is NativeDatabase {
  return typeof client === 'object' && client !== null && 'backup' in client && 'serialize' in client;
}

/**
 * Writes the copy in SQL, through a second connection that the application's Kysely dialect opens: `vacuum` cannot run inside
 * our transaction.
 *
 * @see https://www.sqlite.org/lang_vacuum.html#vacuuminto
 */
async function vacuumInto({ guid, orm, name }: Database, file: string, shownAs: string): Promise<void> {
  const ours = primaryOf(orm);
  const refused = (reason: string, next: string) =>
    new SchemaTargetError(`cannot write the backup ${shownAs}: ${reason}. ${next}`, { guid, target: shownAs });
  const shared = () =>
    refused(
      'the Kysely dialect in driverOptions has one connection only, and the upgrade holds it',
      'Give the dialect a function that opens the database: new SqliteDialect({ database: async () => … }).',
    );
  const other = connectionTo(ours, name);
  // A Kysely that the application made has the connection that we hold: asking it would wait for ourselves.
  if (other.getClient() === ours.getClient()) throw shared();
  await other.connect({ skipOnConnect: true });
  // Closing it would close the application's own database.
  if (await isInTransaction(other)) throw shared();
  try {
    const [main] = await other.execute<{ file: string }[]>(`select file from pragma_database_list where name = 'main'`);
    if (!main?.file) {
      throw refused(
        'this driver cannot copy a database in memory',
        'Use a file, or better-sqlite3 by @mikro-orm/sqlite.',
      );
    }
    await other.execute(`vacuum into ${quoteText(file)}`);
  } finally {
    await other.close(true);
  }
}

/** Whether a connection is the one that our transaction is under way on. */
async function isInTransaction(connection: AbstractSqlConnection): Promise<boolean> {
  try {
    await connection.execute('begin');
  } catch (error) {
    if (/within a transaction/.test(String(error))) return true;
    throw error;
  }
  await connection.execute('rollback');
  return false;
}
