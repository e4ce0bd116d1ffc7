import { needsFirst } from '../../needs-first.ts';
import type { RowTransfer } from '../../dialects/row-transfer.ts';
import { DumpInvalidError, RestoreRefusedError, type Misfit } from '../../errors.ts';
import { splitLine } from '../../rows/canonical/cells.ts';
import { depthOf, MAX_DEPTH } from '../../rows/canonical/json-text.ts';
import { isInForm } from '../reading/cell-forms.ts';
import { KeyHash, KeySet } from '../reading/key-set.ts';
import { LineCells, type FittedColumn } from '../reading/line-cells.ts';
import { readTableBytes } from '../reading/line-reader.ts';
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
    const known = checkedReferences(table).filter(({ outside, table: target }) => outside || read.has(target));
    const check = referenceCheck(checking, matched, { keys, references: known });
    await readRows(checking, matched, misfits, (cells, line) => {
      if (line % REPORTED_ROWS === 0) checking.onRows(table.title, line - 1);
      for (const { set, at } of sets) if (hashKey(at, cells)) set.add(hash);
      check(cells, line);
    });
    checking.onRows(table.title, dumped.rows);
    read.add(table.title);
    if (known.length < checkedReferences(table).length) later.push(matched);
  }
  for (const matched of later) {
    const references = checkedReferences(matched.table);
    await readRows(checking, matched, undefined, referenceCheck(checking, matched, { keys, references }));
  }
  if (misfits.size > 0) throw refusedFor(checking, [...misfits.values()]);
}

/** Tables behind those that they refer to, as far as that is possible: then one reading is enough. */
function parentsFirst(tables: readonly MatchedTable[]): readonly MatchedTable[] {
  return needsFirst(tables, matched =>
    matched.table.references.flatMap(({ table }) => tables.filter(parent => parent.table.title === table)),
  );
}

/** The columns that foreign keys of the dump lead to, by table. */
function referredTo(tables: readonly MatchedTable[], there: TableKeys): TableKeys {
  const keys = new Map(there);
  const rows = new Map(tables.map(({ table, dumped }) => [table.title, dumped.rows]));
  for (const { table } of tables)
    for (const { table: target, target: columns, outside } of table.references) {
      if (outside) continue;
      const sets = keys.get(target) ?? new Map<string, KeySet>();
      keys.set(target, sets.set(columns.join('\0'), new KeySet(rows.get(target))));
    }
  return keys;
}

type RowCheck = (cells: LineCells, line: number) => void;

/**
 * Reads rows of a table that have the form of its columns.
 *
 * @param misfits learns which values do not fit, unless that is known
 */
async function readRows(
  checking: Checking,
  { dumped, table }: MatchedTable,
  misfits: Map<string, Misfit> | undefined,
  check: RowCheck,
): Promise<void> {
  const { guid, signal, transfer } = checking;
  const columns = table.columns.map(column => ({
    column,
    fit: transfer.fit(column),
    limit: transfer.limitOf(column),
  }));
  const cells = new LineCells(columns);
  for await (const { first, bytes } of readTableBytes(checking, dumped)) {
    signal?.throwIfAborted();
    cells.open(bytes);
    for (let line = first; !cells.isOver; line += 1) {
      if (!cells.next()) {
        const refuse = (why: string) =>
          new DumpInvalidError(`${dumped.file}:${line} ${why}. Use another dump.`, { guid, file: dumped.file, line });
        const texts = cellsOf(table, cells.text, refuse);
        if (misfits) findMisfits(table, columns, texts, misfits);
      }
      check(cells, line);
    }
  }
}

/** The values of a line that is not plain. @throws what `refuse` makes, unless it is a row of the table */
function cellsOf(table: DumpedTable, text: string, refuse: (why: string) => Error): readonly string[] {
  if (text.length > MAX_DEPTH && depthOf(text) > MAX_DEPTH + 2) throw refuse(`is nested deeper than ${MAX_DEPTH}`);
  const cells = splitLine(text);
  if (cells?.length !== table.columns.length) throw refuse(`does not have ${table.columns.length} values`);
  for (const [at, { kind, name, nullable }] of table.columns.entries()) {
    const cell = cells[at] as string;
    if (!isInForm(kind, cell)) throw refuse(`has no ${kind} for ${table.title}.${name}`);
    if (!nullable && cell === 'null') throw refuse(`has no value for ${table.title}.${name}, which is never null`);
  }
  return cells;
}

function placesOf({ columns }: DumpedTable, names: readonly string[]): readonly number[] {
  return names.map(name => columns.findIndex(column => column.name === name));
}

/** The same object for all rows. */
const hash = new KeyHash();

/** Makes the hash of some values; false if one of them is null, and refers to nothing. */
function hashKey(places: readonly number[], cells: LineCells): boolean {
  hash.begin();
  for (const place of places) {
    if (cells.isNull(place)) return false;
    cells.addTo(hash, place);
  }
  return true;
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
      if (!hashKey(at, cells) || set?.has(hash)) continue;
      const key = at.map(place => cells.textAt(place)).join();
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

function findMisfits(
  table: DumpedTable,
  columns: readonly FittedColumn[],
  cells: readonly string[],
  misfits: Map<string, Misfit>,
): void {
  for (const [index, { column, fit }] of columns.entries()) {
    const fitting = fit(cells[index] as string);
    if (typeof fitting === 'string' || column.isEmptied) continue;
    const name = JSON.stringify([table.title, column.name, fitting.why]);
    const known = misfits.get(name);
    const key =
      known?.key ??
      placesOf(table, table.key)
        .map(place => cells[place])
        .join();
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
