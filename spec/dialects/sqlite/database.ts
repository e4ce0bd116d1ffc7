import Database from 'better-sqlite3';
import { rebuildTable } from '../../../lib/dialects/sqlite/rebuild/rebuild.ts';
import { readDefinition } from '../../../lib/dialects/sqlite/rebuild/schema-objects.ts';
import { parseTable, type TableDefinition } from '../../../lib/dialects/sqlite/table-text/table-definition.ts';
import type { Sql } from '../../../lib/dialects/table-editor.ts';
import { quoteText } from '../../../lib/sql/quoting.ts';

/** A real SQLite database in memory, through the one method a rebuild has, and what a spec wants to know of it. */
export interface TestDatabase extends Sql, Disposable {
  /** Every statement that was executed, in order. */
  readonly statements: string[];
  /** Runs statements that return nothing. */
  readonly script: (sql: string) => void;
  readonly rows: (sql: string) => Record<string, unknown>[];
  /** The first column of the rows. */
  readonly column: (sql: string) => unknown[];
  /** The stored statement of a table, index, trigger or view. */
  readonly sqlOf: (name: string) => string | undefined;
  /** What SQLite finds wrong with the file, or with the foreign keys in it. */
  readonly faults: () => unknown[];
}

/** Opens a database with foreign keys off and a transaction begun, as steps have it. */
export function openDatabase(script = ''): TestDatabase {
  const raw = new Database(':memory:');
  const statements: string[] = [];
  const rows = (sql: string) => raw.prepare(sql).all() as Record<string, unknown>[];
  const column = (sql: string) => raw.prepare(sql).pluck().all();
  raw.exec(`pragma foreign_keys = off; begin; ${script}`);
  return {
    statements,
    async execute(sql, params = []) {
      statements.push(sql);
      const statement = raw.prepare(sql);
      if (statement.reader) return statement.all(...params) as Record<string, unknown>[];
      statement.run(...params);
      return [];
    },
    script: sql => void raw.exec(sql),
    rows,
    column,
    sqlOf: name => column(`select sql from sqlite_master where name = ${quoteText(name)}`)[0] as string,
    faults: () => [
      ...column('pragma integrity_check').filter(verdict => verdict !== 'ok'),
      ...rows('pragma foreign_key_check'),
    ],
    [Symbol.dispose]: () => void raw.close(),
  };
}

export type RebuildOptions = NonNullable<Parameters<typeof rebuildTable>[3]>;

/** Rebuilds a table by an edit of the definition that it has, or would have if it were there. */
export async function rebuild(
  db: Sql & Partial<Pick<TestDatabase, 'statements'>>,
  table: string,
  edit: (definition: TableDefinition) => TableDefinition,
  options: RebuildOptions = {},
): ReturnType<typeof rebuildTable> {
  const before = (await readDefinition(db, table)) ?? parseTable(`create table ${table} (a)`);
  db.statements?.splice(0); // what is read before is not the rebuild's
  return rebuildTable(db, before, edit(before), options);
}
