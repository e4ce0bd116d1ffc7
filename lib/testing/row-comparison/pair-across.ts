import { showName } from '../../dialects/table-names.ts';
import type { Rename } from '../../drift/renames.ts';
import type { DumpedTable } from '../../dump/values/dumped-tables.ts';
import type { CapturedRows } from './captured-rows.ts';
import type { ColumnPair, RowPair } from './compare-rows.ts';
import { keptIn } from './kept-values.ts';

/** The tables of one version and of the next, as far as both have them. */
interface PairsAcross {
  readonly pairs: readonly RowPair[];
  /** The tables that the next version does not have. */
  readonly dropped: readonly string[];
}

/**
 * Pairs the tables of two versions, and their columns, under their old or their new name. A row of a table whose key changes
 * is known by its other values.
 *
 * @param isChanged whether a step declares that it changes the values of a column, or the rows of a table
 */
export function pairAcross(
  before: CapturedRows,
  after: CapturedRows,
  renames: readonly Rename[],
  isChanged: (table: DumpedTable, column?: string) => boolean,
): PairsAcross {
  const pairs: RowPair[] = [];
  const dropped: string[] = [];
  for (const old of before.tables) {
    const { now, columnNow } = follow(old, renames, name => after.tables.some(table => nameOf(table) === name));
    const table = after.tables.find(one => nameOf(one) === now);
    if (!table) dropped.push(old.title);
    else if (!isChanged(table)) pairs.push(pairOf(old, table, columnNow, isChanged));
  }
  return { pairs, dropped };
}

function pairOf(
  old: DumpedTable,
  table: DumpedTable,
  columnNow: (before: string) => string,
  isChanged: (table: DumpedTable, column?: string) => boolean,
): RowPair {
  const columns = old.columns.flatMap((column): ColumnPair[] => {
    const after = columnNow(column.name);
    const found = table.columns.find(({ name }) => name === after);
    if (!found || isChanged(table, after)) return [];
    const pair = { before: column.name, after, title: `${table.title}.${after}` };
    if (sizeOf({ ...found, name: '' }) === sizeOf({ ...column, name: '' })) return [pair];
    const isKept = keptIn(column, found);
    return isKept ? [{ ...pair, isKept }] : [];
  });
  const key = old.key.flatMap(name => columns.filter(({ before }) => before === name));
  const isSameKey = key.length === old.key.length && key.length === table.key.length && key.length > 0;
  if (isSameKey && key.every(column => isReadAlike(old, table, column)))
    return { before: old.title, after: table.title, key, columns };
  // A row without its key is known by all other values that stay as they are.
  const keys = new Set([...old.key, ...table.key]);
  const alike = columns.filter(
    column => !keys.has(column.before) && !keys.has(column.after) && column.isKept === undefined,
  );
  return { before: old.title, after: table.title, key: alike, columns: [] };
}

/** Whether equal values of a column are equal cells of a dump, although the step alters the column. */
function isReadAlike(old: DumpedTable, table: DumpedTable, { before, after, isKept }: ColumnPair): boolean {
  const [was, is] = [old.columns.find(({ name }) => name === before), table.columns.find(({ name }) => name === after)];
  return isKept === undefined || (was?.kind === is?.kind && was?.kind !== 'json' && was?.scale === is?.scale);
}

/** The properties of a column that decide how a value is stored. */
function sizeOf(column: DumpedTable['columns'][number]): string {
  return JSON.stringify(column);
}

function nameOf({ name, namespace }: DumpedTable): string {
  return showName({ name, namespace });
}

function follow(table: DumpedTable, renames: readonly Rename[], isThere: (name: string) => boolean) {
  let now = nameOf(table);
  const columns = new Map<string, string>();
  for (const rename of renames) {
    if (rename.kind === 'table' && rename.from === now) now = rename.to;
    if (rename.kind !== 'column' || rename.table !== now) continue;
    const first = [...columns].find(([, to]) => to === rename.from)?.[0] ?? rename.from;
    columns.set(first, rename.to);
  }
  if (!isThere(now) && isThere(nameOf(table))) now = nameOf(table);
  return { now, columnNow: (before: string) => columns.get(before) ?? before };
}
