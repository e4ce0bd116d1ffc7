import type { Call } from '../../boot/call.ts';
import { frozenStorageSql } from '../../boot/frozen/frozen-storage.ts';
import type { RowTransfer } from '../../dialects/row-transfer.ts';
import { sqlName } from '../../dialects/table-names.ts';
import { reasonOf } from '../../errors.ts';
import type { HeldConnection } from '../../store/connection.ts';
import { isRefused } from '../../store/faults.ts';
import {
  makeAgain,
  NOTHING_TO_REFER_TO,
  type GeneratedRow,
  type GeneratedRows,
  type GeneratedTable,
  type Unfilled,
} from './generate-rows.ts';
import { dropOrphans } from './refer-rows.ts';

/** The database to fill, in the transaction under way. */
interface VersionFilling {
  readonly held: HeldConnection;
  readonly call: Call;
  readonly transfer: RowTransfer;
  readonly version: number;
}

/** Storage that is created after the rows: references between rows, triggers, and policies. */
const AFTER_ROWS =
  /^\s*alter\s+table\b[^]*\bforeign\s+key\b|^\s*create\s+(?:or\s+replace\s+)?(?:constraint\s+)?trigger\b|\bpolicy\b|\brow\s+level\s+security\b|^\s*create\s+materialized\b/i;
const SAVEPOINT = 'dejavu_rows';
const TRIES = 40;
/** After this many rows that were refused every time, the other rows of a table are tried only once. */
const HOPELESS = 3;

/**
 * Creates the storage of a version with rows in it. A row that the database refuses, because of a check or an index over an
 * expression, is made again, simpler each time, and finally left out.
 *
 * @returns the tables without rows, and why
 */
export async function fillVersion(filling: VersionFilling, rows: GeneratedRows): Promise<readonly Unfilled[]> {
  const { held, call, transfer, version } = filling;
  const statements = await frozenStorageSql(held, call, version);
  await held.executeBatch(transfer.session);
  await held.executeBatch(statements.filter(statement => !AFTER_ROWS.test(withoutText(statement))));
  const refused = new Map<string, string>();
  for (const made of rows.tables) {
    const why = await loadTable(filling, made, rows);
    if (why !== undefined) refused.set(made.table.title, why);
  }
  if (refused.size > 0) await loadAgain(filling, rows);
  await held.executeBatch(statements.filter(statement => AFTER_ROWS.test(withoutText(statement))));
  await setCounters(filling, rows);
  const known = new Set(rows.unfilled.map(({ table }) => table));
  const empty = rows.tables.filter(made => made.rows.length === 0 && !known.has(made.table.title));
  return [
    ...rows.unfilled,
    ...empty.map(({ table: { title } }) => {
      const why = refused.get(title);
      return { table: title, why: why === undefined ? NOTHING_TO_REFER_TO : `the database refuses each row: ${why}` };
    }),
  ];
}

/** The tables without rows although the user's rows were written. */
export async function stillEmpty(
  { held, call }: VersionFilling,
  { tables }: GeneratedRows,
  unfilled: readonly Unfilled[],
): Promise<readonly Unfilled[]> {
  const empty: Unfilled[] = [];
  for (const one of unfilled) {
    const table = tables.find(made => made.table.title === one.table)?.table;
    const rows = table && (await held.execute(`select 1 from ${sqlName(call.database.dialect, table)} limit 1`));
    if (rows?.length === 0) empty.push(one);
  }
  return empty;
}

/** A name or a text may hold any word. */
function withoutText(statement: string): string {
  return statement.replaceAll(/'(?:[^']|'')*'|"(?:[^"]|"")*"/g, '_');
}

/** @returns why a row was left out, if one was */
async function loadTable(
  filling: VersionFilling,
  made: GeneratedTable,
  all: GeneratedRows,
): Promise<string | undefined> {
  if ((await isTaken(filling, made, made.rows)) === undefined) return undefined;
  let left: string | undefined;
  let [taken, refused] = [0, 0];
  for (const [index, row] of made.rows.entries()) {
    let why = await isTaken(filling, made, [row]);
    for (let tries = 0; why !== undefined && tries < (taken === 0 && refused >= HOPELESS ? 1 : TRIES); tries += 1) {
      const again = makeAgain(made, row, all.options, index, tries);
      why = await isTaken(filling, made, [again]);
      if (why === undefined) row.cells.splice(0, row.cells.length, ...again.cells);
    }
    row.isDropped = why !== undefined;
    left ??= why;
    if (why === undefined) taken += 1;
    else refused += 1;
  }
  return left;
}

/** @returns why the database refuses the rows; `undefined` if it took them */
async function isTaken(
  filling: VersionFilling,
  { table }: GeneratedTable,
  rows: GeneratedRow[],
): Promise<string | undefined> {
  const { held } = filling;
  if (rows.length === 0) return undefined;
  await held.execute(`savepoint ${SAVEPOINT}`);
  try {
    await load(filling, { table, rows });
    await held.execute(`release savepoint ${SAVEPOINT}`);
    return undefined;
  } catch (error) {
    if (!isRefused(error)) throw error;
    await held.execute(`rollback to savepoint ${SAVEPOINT}`);
    await held.execute(`release savepoint ${SAVEPOINT}`);
    return reasonOf(error);
  }
}

/** A row that refers to a row that was left out is removed too, or refers to nothing. */
async function loadAgain(filling: VersionFilling, { tables }: GeneratedRows): Promise<void> {
  dropOrphans(new Map(tables.map(made => [made.table.title, made])));
  for (const { table } of tables)
    await filling.held.execute(`delete from ${sqlName(filling.call.database.dialect, table)}`);
  for (const made of tables) await load(filling, made);
}

const ROWS_AT_ONCE = 500;

async function load(
  { held, transfer }: VersionFilling,
  { table, rows }: Pick<GeneratedTable, 'table' | 'rows'>,
): Promise<void> {
  for (let from = 0; from < rows.length; from += ROWS_AT_ONCE)
    await transfer.load(
      held,
      table,
      rows.slice(from, from + ROWS_AT_ONCE).map(({ cells }) => cells),
    );
}

async function setCounters({ held, transfer }: VersionFilling, { tables }: GeneratedRows): Promise<void> {
  for (const { table, rows } of tables) {
    const at = table.columns.findIndex(({ name }) => name === table.counter);
    if (at < 0 || rows.length === 0) continue;
    const highest = Math.max(...rows.map(({ cells }) => Number(cells[at])));
    await transfer.setNext(held, table, { column: table.counter as string, next: BigInt(highest) + 1n });
  }
}
