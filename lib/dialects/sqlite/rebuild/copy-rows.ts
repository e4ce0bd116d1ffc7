import { quoteName } from '../../../sql/quoting.ts';
import { sameName } from '../../../sql/same-names.ts';
import type { ColumnRename } from '../../rename-order.ts';
import type { TableDefinition } from '../table-text/table-definition.ts';
import { TableEditError } from '../table-text/table-edit-error.ts';
import type { TableShape } from './schema-objects.ts';

/** What an edit does to the columns themselves. */
export interface ColumnChanges {
  readonly added: readonly string[];
  /** Dropped columns whose name is free afterwards. */
  readonly dropped: readonly string[];
  readonly renamed: readonly ColumnRename[];
}

/** The definition without origins that the table never had: it may be another statement, and not an edit of this one. */
export function checkOrigins(before: TableDefinition, after: TableDefinition): TableDefinition {
  const had = (name: string) => before.columns.some(column => sameName(column.name, name));
  const columns = after.columns.map(column => {
    return column.origin !== undefined && !had(column.origin) ? { ...column, origin: undefined } : column;
  });
  return { ...after, columns };
}

/** Compares the columns of a table before and after an edit by their origins. */
export function compareColumns(before: TableDefinition, after: TableDefinition): ColumnChanges {
  const added = after.columns.filter(column => column.origin === undefined).map(column => column.name);
  const stays = (name: string) =>
    after.columns.some(column => column.origin !== undefined && sameName(column.origin, name));
  const dropped = before.columns
    .map(column => column.name)
    .filter(name => !stays(name) && !added.some(other => sameName(name, other)));
  const renamed = after.columns.flatMap(({ origin, name }) =>
    origin === undefined || sameName(origin, name) ? [] : [{ from: origin, to: name }],
  );
  return { added, dropped, renamed };
}

/** Whether the table has other columns afterwards, by name or by content. */
export function movesColumns({ added, dropped, renamed }: ColumnChanges): boolean {
  return added.length + dropped.length + renamed.length > 0;
}

/** One table, its definition and how SQLite reads it. */
interface CopySide {
  readonly table: string;
  readonly definition: TableDefinition;
  readonly shape: TableShape;
}

/**
 * The statement that carries the rows over. A column gets what it is filled with, else what it had under its old name,
 * else its default. Rows keep their rowid; a new `integer primary key` that is not filled takes it over.
 *
 * @throws {@link TableEditError} if not one column keeps anything.
 */
export function copyRows(from: CopySide, to: CopySide, fills: ReadonlyMap<string, string>): string {
  const values = new Map<string, string>();
  for (const { name, origin } of to.definition.columns) {
    if (!to.shape.written.some(written => sameName(written, name))) continue;
    const fill = fills.get(name);
    if (fill !== undefined) values.set(name, `(${fill}\n)`); // A fill may end in a comment.
    else if (origin !== undefined) values.set(name, quoteName(origin));
  }
  const { rowid } = from.shape;
  const target = to.shape.alias ?? to.shape.rowid;
  if (rowid !== undefined && target !== undefined && !values.has(target)) values.set(target, rowid);
  if (values.size === 0) throw new TableEditError(from.definition.name, 'no column keeps its values');

  // `or abort`: a constraint's own `on conflict ignore` would leave rows behind without a word
  // `not indexed`: read in the order of the table, which is the order of the rows where no rowid can be copied
  return (
    `insert or abort into main.${quoteName(to.table)} (${[...values.keys()].map(quoteName).join(', ')}) ` +
    `select ${[...values.values()].join(', ')} from main.${quoteName(from.table)} not indexed`
  );
}
