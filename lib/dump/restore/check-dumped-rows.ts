import type { Fit, RowTransfer } from '../../dialects/row-transfer.ts';
import { DumpInvalidError, RestoreRefusedError, type Misfit } from '../../errors.ts';
import { splitLine } from '../../rows/canonical/cells.ts';
import { depthOf, MAX_DEPTH } from '../../rows/canonical/json-text.ts';
import { isInForm } from '../reading/cell-forms.ts';
import { KeySet } from '../reading/key-set.ts';
import { readTable } from '../reading/line-reader.ts';
import type { DumpedTable } from '../values/dumped-tables.ts';
import type { MatchedTable } from './matched-tables.ts';
import type { TableKeys } from './outside-keys.ts';

/** The dump to check, and the dialect to check it against. */
interface Checking {
  readonly guid: string;
  readonly folder: string;
  readonly transfer: RowTransfer;
  readonly signal: AbortSignal | undefined;
  /** The keys that tables of other Schemas have in the database. */
  readonly outside: TableKeys;
  /** Learns how many rows of a table were read. */
  readonly onRows: (table: string, done: number) => void;
}

/** How often the number of rows is reported. */
const REPORTED_ROWS = 1000;

/** A row of a dump: each value as JSON text. */
type Cells = readonly string[];

/**
 * Checks every row before the first is written: that it is a row of its table, that each value has room where it goes, and
 * that what it refers to is in the dump.
 *
 * @throws {@link DumpInvalidError} naming file and line, {@link RestoreRefusedError} with all values that have no room
 */
export async function checkRows(checking: Checking, tables: readonly MatchedTable[]): Promise<void> {
  const keys = referredTo(tables, checking.outside);
  const misfits = new Map<string, Misfit>();
  for (const matched of tables) {
    const wanted = keys.get(matched.table.title) ?? new Map<string, KeySet>();
    const fits = matched.table.columns.map(column => checking.transfer.fit(column));
    for await (const { line, cells } of rowsOf(checking, matched)) {
      if (line % REPORTED_ROWS === 0) checking.onRows(matched.table.title, line - 1);
      for (const [columns, set] of wanted) set.add(keyOf(matched.table, columns.split('\0'), cells) ?? '');
      findMisfits(matched.table, fits, cells, misfits);
    }
    checking.onRows(matched.table.title, matched.dumped.rows);
  }
  for (const matched of tables) await checkReferences(checking, matched, keys);
  if (misfits.size > 0) throw refusedFor(checking, [...misfits.values()]);
}

/** The columns that foreign keys of the dump lead to, by table. */
function referredTo(tables: readonly MatchedTable[], there: TableKeys): TableKeys {
  const keys = new Map(there);
  for (const { table } of tables)
    for (const { table: target, target: columns, outside } of table.references) {
      if (outside) continue;
      const sets = keys.get(target) ?? new Map<string, KeySet>();
      keys.set(target, sets.set(columns.join('\0'), new KeySet()));
    }
  return keys;
}

async function* rowsOf(
  checking: Checking,
  { dumped, table }: MatchedTable,
): AsyncGenerator<{ line: number; cells: Cells }> {
  const { guid, signal } = checking;
  for await (const { first, lines } of readTable(checking, dumped)) {
    signal?.throwIfAborted();
    for (const [index, text] of lines.entries()) {
      const line = first + index;
      const refuse = (why: string) =>
        new DumpInvalidError(`${dumped.file}:${line} ${why}. Use another dump.`, { guid, file: dumped.file, line });
      if (text.length > MAX_DEPTH && depthOf(text) > MAX_DEPTH + 2) throw refuse(`is nested deeper than ${MAX_DEPTH}`);
      const cells = splitLine(text);
      if (cells?.length !== table.columns.length) throw refuse(`does not have ${table.columns.length} values`);
      const wrong = table.columns.find(({ kind }, at) => !isInForm(kind, cells[at] as string));
      if (wrong) throw refuse(`has no ${wrong.kind} for ${table.title}.${wrong.name}`);
      const empty = table.columns.find(({ nullable }, at) => !nullable && cells[at] === 'null');
      if (empty) throw refuse(`has no value for ${table.title}.${empty.name}, which is never null`);
      yield { line, cells };
    }
  }
}

/** The values of some columns as one text; `undefined` if one of them is null, and refers to nothing. */
function keyOf({ columns }: DumpedTable, names: readonly string[], cells: Cells): string | undefined {
  const values = names.map(name => cells[columns.findIndex(column => column.name === name)] ?? 'null');
  return values.includes('null') ? undefined : values.join();
}

async function checkReferences(checking: Checking, matched: MatchedTable, keys: TableKeys): Promise<void> {
  const { dumped, table } = matched;
  const references = table.references.filter(({ columns }) => !columns.some(name => isEmptied(table, name)));
  if (references.length === 0) return;
  for await (const { line, cells } of rowsOf(checking, matched)) {
    for (const { columns, table: target, target: names, outside } of references) {
      const key = keyOf(table, columns, cells);
      if (key === undefined || keys.get(target)?.get(names.join('\0'))?.has(key)) continue;
      if (outside)
        throw new RestoreRefusedError(
          `${dumped.file}:${line} refers by ${columns.join(', ')} to a row of ${target} that is not in this database: ${key}. Nothing was written. ${target} belongs to another Schema: restore its rows first.`,
          { guid: checking.guid },
        );
      throw new DumpInvalidError(
        `${dumped.file}:${line} refers by ${columns.join(', ')} to a row of ${target} that is not in the dump: ${key}. Use another dump, or add the row where it was made.`,
        { guid: checking.guid, file: dumped.file, line },
      );
    }
  }
}

function isEmptied({ columns }: DumpedTable, name: string): boolean {
  return columns.find(column => column.name === name)?.isEmptied === true;
}

function findMisfits(table: DumpedTable, fits: readonly Fit[], cells: Cells, misfits: Map<string, Misfit>): void {
  for (const [index, fit] of fits.entries()) {
    const column = table.columns[index];
    const fitting = fit(cells[index] as string);
    if (typeof fitting === 'string' || column === undefined || column.isEmptied) continue;
    const name = JSON.stringify([table.title, column.name, fitting.why]);
    const known = misfits.get(name);
    const key = known?.key ?? keyOf(table, table.key, cells) ?? '';
    misfits.set(name, { table: table.title, column: column.name, why: fitting.why, key, rows: (known?.rows ?? 0) + 1 });
  }
}

const SHOWN = 5;

function refusedFor({ guid }: Checking, misfits: readonly Misfit[]): RestoreRefusedError {
  const shown = misfits
    .slice(0, SHOWN)
    .map(
      ({ table, column, key, rows, why }) =>
        `${table}.${column}: ${rows} ${rows === 1 ? 'row' : 'rows'}, the first is ${key} (${why})`,
    );
  const more = misfits.length > SHOWN ? `; and ${misfits.length - SHOWN} more columns` : '';
  return new RestoreRefusedError(
    `the target has no room for some values. Nothing was written. ${shown.join('; ')}${more}. Change these rows where they come from, and dump again.`,
    { guid, misfits },
  );
}
