import type { LiveTable } from '../dialects/table-changes.ts';
import type { RowWriting, Sql } from '../dialects/table-editor.ts';

/** What rows get that all get something in the same columns. */
export interface RowUpdates {
  readonly key: readonly string[];
  readonly columns: readonly string[];
  /** Of each row the values of its key, and then the new ones, as they are stored. */
  readonly rows: readonly (readonly unknown[])[];
}

/** Writes what rows get, with one statement for all that are alike. */
export async function writeUpdates(
  { sql, writing }: { readonly sql: Sql; readonly writing: RowWriting },
  table: LiveTable,
  updates: readonly RowUpdates[],
  literal: (value: unknown) => string,
): Promise<void> {
  for (const { key, columns, rows } of updates) {
    await sql.execute(writing.update(table, { key, columns, values: rows.map(row => row.map(literal)) }));
  }
}
