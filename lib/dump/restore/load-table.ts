import type { Call } from '../../boot/call.ts';
import type { Fit, RowLoading, RowTransfer } from '../../dialects/row-transfer.ts';
import { DumpInvalidError, reasonOf, RestoreRefusedError } from '../../errors.ts';
import { splitLine } from '../../rows/canonical/cells.ts';
import type { HeldConnection } from '../../store/connection.ts';
import { isRefused } from '../../store/faults.ts';
import { readTable } from '../reading/line-reader.ts';
import type { MatchedTable } from './matched-tables.ts';

/** Where rows go, and the dump they come from. */
interface TableLoading {
  readonly call: Call;
  readonly held: HeldConnection;
  readonly transfer: RowTransfer;
  readonly folder: string;
  /** Learns how many rows of a table are there. */
  readonly onRows: (table: string, done: number) => void;
}

const ROWS_AT_ONCE = 500;
const CHARACTERS_AT_ONCE = 1_000_000;

/** Loads the rows of a table. @throws {@link RestoreRefusedError} naming file and lines, if the database refuses one */
export async function loadTable(loading: TableLoading, matched: MatchedTable): Promise<void> {
  const { dumped, table } = matched;
  if (dumped.rows === 0) return;
  const { held, transfer } = loading;
  const bulk = await transfer.loading(held, table);
  try {
    await loadRows(loading, matched, bulk);
  } catch (error) {
    await bulk?.abandon();
    throw error;
  }
}

async function loadRows(
  loading: TableLoading,
  { dumped, table }: MatchedTable,
  bulk: RowLoading | undefined,
): Promise<void> {
  const { call, folder, held, transfer } = loading;
  let [rows, length, done]: [string[][], number, number] = [[], 0, 0];
  const where = (cause: unknown) => {
    const row = bulk?.rowOf(cause);
    const lines = row === undefined ? `lines ${bulk ? 2 : done + 2} to ${done + rows.length + 1}` : `line ${row + 1}`;
    return `a row of ${table.title} in ${dumped.file}, ${lines}`;
  };
  const send = async () => {
    await orRefuse(call, where, bulk ? bulk.add(rows) : transfer.load(held, table, rows));
    done += rows.length;
    [rows, length] = [[], 0];
    loading.onRows(table.title, done);
  };
  const fits = table.columns.map(column => (transfer.keeps(column) ? undefined : transfer.fit(column)));
  for await (const { lines } of readTable({ guid: call.database.guid, folder }, dumped)) {
    call.signal?.throwIfAborted();
    for (const line of lines) {
      rows.push(fitted(call, line, fits, dumped.file));
      length += line.length;
      if (rows.length >= ROWS_AT_ONCE || length >= CHARACTERS_AT_ONCE) await send();
    }
  }
  await send();
  if (bulk) await orRefuse(call, where, bulk.end());
}

/** It was checked before: a file that is another by now is no dump any more. */
export function fitted(call: Call, line: string, fits: readonly (Fit | undefined)[], file: string): string[] {
  const cells = splitLine(line);
  let isWhole = cells?.length === fits.length;
  for (let index = 0; isWhole && index < fits.length; index += 1) {
    const fitting = fits[index]?.(cells?.[index] as string);
    if (fitting === undefined) continue;
    isWhole = typeof fitting === 'string';
    if (isWhole && cells) cells[index] = fitting as string;
  }
  if (isWhole && cells) return cells;
  throw new DumpInvalidError(`${file} was changed while it was restored. Nothing was written. Restore again.`, {
    guid: call.database.guid,
    file,
  });
}

/** Says which part of a restore the database refuses. */
export async function orRefuse(
  call: Call,
  what: string | ((cause: unknown) => string),
  work: Promise<unknown>,
): Promise<void> {
  try {
    await work;
  } catch (cause) {
    if (!isRefused(cause)) throw cause;
    throw new RestoreRefusedError(
      `the database refuses ${typeof what === 'string' ? what : what(cause)}: ${reasonOf(cause)}. Nothing was written. Change the rows in the source, and dump again.`,
      {
        guid: call.database.guid,
        cause,
      },
    );
  }
}
