import type { Options } from '@mikro-orm/sql';

/*
 * The drivers of SQLite that are supported. It is imported by every process of a race, and imports no driver but the one it
 * is asked for.
 */

/** How a SQLite file is opened. */
export type SqliteClient = 'better-sqlite3' | 'node:sqlite' | 'bun:sqlite';

/** Every driver of SQLite that is supported, on what runs it. `docs/drivers.md` lists the same. */
export const SQLITE_RUNNERS = [
  { client: 'better-sqlite3', runtime: 'node' },
  { client: 'node:sqlite', runtime: 'node' },
  { client: 'better-sqlite3', runtime: 'bun' },
  { client: 'bun:sqlite', runtime: 'bun' },
  { client: 'node:sqlite', runtime: 'bun' },
] as const satisfies readonly { client: SqliteClient; runtime: string }[];

/** What an ORM on a SQLite file is made with, without its entities. */
export async function sqliteOptions(client: SqliteClient, file: string): Promise<Options> {
  if (client === 'better-sqlite3') return { driver: (await import('@mikro-orm/sqlite')).SqliteDriver, dbName: file };
  const { NodeSqliteDialect, SqliteDriver } = await import('@mikro-orm/sql');
  const driverOptions = client === 'node:sqlite' ? new NodeSqliteDialect(file) : await bunDialect(file);
  return { driver: SqliteDriver, dbName: file, driverOptions };
}

/** A database of bun:sqlite, as far as it is used here. */
interface BunDatabase {
  prepare(sql: string): {
    readonly columnNames: readonly string[];
    all(...parameters: readonly unknown[]): unknown[];
    run(...parameters: readonly unknown[]): { changes: number; lastInsertRowid: number };
    iterate(...parameters: readonly unknown[]): IterableIterator<unknown>;
  };
  close(): void;
}

/** Kysely's dialect for SQLite on bun:sqlite, as docs/drivers.md shows it. */
async function bunDialect(file: string) {
  const { SqliteDialect } = await import('kysely');
  const name = 'bun:sqlite'; // only Bun has it, which is not what compiles this
  const { Database } = (await import(name)) as { Database: new (file: string) => BunDatabase };
  return new SqliteDialect({
    database: async () => {
      const database = new Database(file);
      return {
        prepare(sql) {
          const statement = database.prepare(sql);
          return {
            reader: statement.columnNames.length > 0,
            all: parameters => statement.all(...parameters),
            run: parameters => statement.run(...parameters),
            iterate: parameters => statement.iterate(...parameters),
          };
        },
        close: () => database.close(),
      };
    },
  });
}
