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
  const read = new Set<string>();
  const later: MatchedTable[] = [];
  for (const matched of parentsFirst(tables)) {
    const { table, dumped } = matched;
    const sets = [...(keys.get(table.title) ?? [])].map(([columns, set]) => ({
      set,
      at: placesOf(table, columns.split('\0')),
    }));
    const fits = table.columns.map(column => checking.transfer.fit(column));
    const known = checkedReferences(table).filter(({ outside, table: target }) => outside || read.has(target));
    const check = referenceCheck(checking, matched, { keys, references: known });
    await readRows(checking, matched, (cells, line) => {
      if (line % REPORTED_ROWS === 0) checking.onRows(table.title, line - 1);
      for (const { set, at } of sets) set.add(keyOf(at, cells) ?? '');
      findMisfits(table, fits, cells, misfits);
      check(cells, line);
    });
    checking.onRows(table.title, dumped.rows);
    read.add(table.title);
    if (known.length < checkedReferences(table).length) later.push(matched);
  }
  for (const matched of later) {
    const references = checkedReferences(matched.table);
    await readRows(checking, matched, referenceCheck(checking, matched, { keys, references }));
  }
  if (misfits.size > 0) throw refusedFor(checking, [...misfits.values()]);
}

/** Tables behind those that they refer to, as far as that is possible: then one reading is enough. */
function parentsFirst(tables: readonly MatchedTable[]): readonly MatchedTable[] {
  const sorted = new Set<MatchedTable>();
  const visited = new Set<MatchedTable>();
  const visit = (matched: MatchedTable) => {
    if (visited.has(matched)) return;
    visited.add(matched);
    for (const { table: target } of matched.table.references)
      for (const parent of tables) if (parent.table.title === target) visit(parent);
    sorted.add(matched);
  };
  for (const matched of tables) visit(matched);
  return [...sorted];
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

type RowCheck = (cells: Cells, line: number) => void;

/** Reads rows of a table that have the form of its columns. */
async function readRows(checking: Checking, { dumped, table }: MatchedTable, check: RowCheck): Promise<void> {
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
      for (const [at, { kind, name, nullable }] of table.columns.entries()) {
        const cell = cells[at] as string;
        if (!isInForm(kind, cell)) throw refuse(`has no ${kind} for ${table.title}.${name}`);
        if (!nullable && cell === 'null') throw refuse(`has no value for ${table.title}.${name}, which is never null`);
      }
      check(cells, line);
    }
  }
}

function placesOf({ columns }: DumpedTable, names: readonly string[]): readonly number[] {
  return names.map(name => columns.findIndex(column => column.name === name));
}

/** The values of some columns as one text; `undefined` if one of them is null, and refers to nothing. */
function keyOf(places: readonly number[], cells: Cells): string | undefined {
  const values = places.map(place => cells[place] ?? 'null');
  return values.includes('null') ? undefined : values.join();
}

function checkedReferences(table: DumpedTable): DumpedTable['references'] {
  return table.references.filter(({ columns }) => !columns.some(name => isEmptied(table, name)));
}

/** Makes the function that finds what a row refers to among the keys. */
function referenceCheck(
  checking: Checking,
  { dumped, table }: MatchedTable,
  { keys, references }: { readonly keys: TableKeys; readonly references: DumpedTable['references'] },
): RowCheck {
  const { guid } = checking;
  const looks = references.map(reference => ({
    ...reference,
    at: placesOf(table, reference.columns),
    set: keys.get(reference.table)?.get(reference.target.join('\0')),
  }));
  return (cells, line) => {
    for (const { at, set, columns, table: target, outside } of looks) {
      const key = keyOf(at, cells);
      if (key === undefined || set?.has(key)) continue;
      if (outside)
        throw new RestoreRefusedError(
          `${dumped.file}:${line} refers by ${columns.join(', ')} to a row of ${target} that is not in this database: ${key}. Nothing was written. ${target} belongs to another Schema: restore its rows first.`,
          { guid },
        );
      throw new DumpInvalidError(
        `${dumped.file}:${line} refers by ${columns.join(', ')} to a row of ${target} that is not in the dump: ${key}. Use another dump, or add the row in the source.`,
        { guid, file: dumped.file, line },
      );
    }
  };
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
    const key = known?.key ?? keyOf(placesOf(table, table.key), cells) ?? '';
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
    `some values do not fit the target. Nothing was written. ${shown.join('; ')}${more}. Change these rows in the source, and dump again.`,
    { guid, misfits },
  );
}
