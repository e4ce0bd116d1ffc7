import SQLite from 'better-sqlite3';
import { Kysely, PostgresDialect, SqliteDialect, sql } from 'kysely';
import { type Migration, Migrator } from 'kysely/migration';
import pg from 'pg';
import type { TestDatabase } from '../spec/support/databases.ts';

/** Kysely's own Migrator on a database, as a program without an ORM would use it. */
export interface KyselyMigrator {
  /** Runs what is missing. */
  up(): Promise<void>;
  close(): Promise<void>;
}

/** What the nth migration is called. */
export function kyselyName(n: number): string {
  return String(n).padStart(5, '0');
}

/**
 * Opens it with as many migrations as there are statements.
 *
 * @param together whether they are committed together. On SQLite Kysely begins no transaction, whatever is asked.
 */
export function openKysely(
  { dialect, address = '' }: TestDatabase,
  statements: readonly string[],
  together = true,
): KyselyMigrator {
  const db = new Kysely<unknown>({
    dialect:
      dialect === 'sqlite'
        ? new SqliteDialect({ database: new SQLite(address) })
        : new PostgresDialect({ pool: new pg.Pool({ connectionString: address }) }),
  });
  const migrations: Record<string, Migration> = Object.fromEntries(
    statements.map((text, index) => [
      kyselyName(index + 1),
      { up: async on => void (await sql.raw(text).execute(on)) },
    ]),
  );
  const migrator = new Migrator({
    db,
    provider: { getMigrations: async () => migrations },
    disableTransactions: !together,
  });
  return {
    async up() {
      const { error } = await migrator.migrateToLatest();
      if (error !== undefined) throw new Error('a migration failed', { cause: error });
    },
    close: () => db.destroy(),
  };
}
