import { frozenStorageSql } from '../../boot/frozen/frozen-storage.ts';
import type { Call } from '../../boot/call.ts';
import type { Fit, RowTransfer } from '../../dialects/row-transfer.ts';
import { DumpInvalidError, reasonOf, RestoreRefusedError } from '../../errors.ts';
import { splitLine } from '../../rows/canonical/cells.ts';
import type { HeldConnection } from '../../store/connection.ts';
import { isRefused } from '../../store/faults.ts';
import { describeViolations, findViolations } from '../../store/violations.ts';
import { readTable } from '../reading/line-reader.ts';
import type { MatchedTable } from './matched-tables.ts';
import { compareRows } from './read-back.ts';

/** The database to fill, and the dump to fill it from. */
interface Filling {
  readonly call: Call;
  readonly held: HeldConnection;
  readonly transfer: RowTransfer;
  readonly folder: string;
  readonly version: number;
  /** Learns how many rows of a table are there. */
  readonly onRows: (table: string, done: number) => void;
  /** Learns how many rows of a table were read back. */
  readonly onCompared: (table: string, done: number) => void;
}

/** What has to be there before rows are. Indexes, keys between tables and triggers come after them. */
const FIRST = /^\s*create\s+(?:table|schema|type|sequence|domain|extension)\b/i;

/**
 * Creates the storage of a version in the transaction under way, and loads the rows of a dump into it.
 *
 * @throws {@link RestoreRefusedError} if the database refuses a row, an index or a foreign key, or has other rows afterwards
 */
export async function fillStorage(filling: Filling, tables: readonly MatchedTable[]): Promise<void> {
  const { call, held, transfer, version } = filling;
  const statements = await frozenStorageSql(held, call, version);
  await held.executeBatch(transfer.session);
  await held.executeBatch(statements.filter(statement => FIRST.test(statement)));
  for (const matched of tables) await loadTable(filling, matched);
  for (const statement of statements.filter(one => !FIRST.test(one)))
    await orRefuse(filling, `\`${statement.split('\n', 1)[0]}\``, held.execute(statement));
  for (const { dumped, table } of tables) {
    const { counter } = dumped;
    if (counter) await transfer.setNext(held, table, { column: counter.column, next: BigInt(counter.next) });
  }
  const violations = await findViolations(held, call.database);
  if (violations.length > 0)
    throw new RestoreRefusedError(`${describeViolations(violations)}. Nothing was written.`, {
      guid: call.database.guid,
    });
  for (const matched of tables) await compareRows(filling, matched, expectedLines(filling, matched));
}

const ROWS_AT_ONCE = 500;
const CHARACTERS_AT_ONCE = 1_000_000;

async function loadTable(filling: Filling, { dumped, table }: MatchedTable): Promise<void> {
  const { call, folder, held, transfer } = filling;
  let [rows, length, done]: [string[][], number, number] = [[], 0, 0];
  const send = async () => {
    await orRefuse(
      filling,
      `a row of ${table.title} in ${dumped.file}, lines ${done + 2} to ${done + rows.length + 1}`,
      transfer.load(held, table, rows),
    );
    done += rows.length;
    [rows, length] = [[], 0];
    filling.onRows(table.title, done);
  };
  const fits = table.columns.map(column => transfer.fit(column));
  for await (const { lines } of readTable({ guid: call.database.guid, folder }, dumped)) {
    call.signal?.throwIfAborted();
    for (const line of lines) {
      rows.push(fitted(filling, line, fits, dumped.file));
      length += line.length;
      if (rows.length >= ROWS_AT_ONCE || length >= CHARACTERS_AT_ONCE) await send();
    }
  }
  await send();
}

/** It was checked before: a file that is another by now is no dump any more. */
function fitted({ call }: Filling, line: string, fits: readonly Fit[], file: string): string[] {
  const cells = splitLine(line)?.map((cell, index) => fits[index]?.(cell));
  if (cells?.length === fits.length && cells.every(cell => typeof cell === 'string')) return cells;
  throw new DumpInvalidError(`${file} was changed while it was restored. Nothing was written. Restore again.`, {
    guid: call.database.guid,
    file,
  });
}

async function orRefuse({ call }: Filling, what: string, work: Promise<unknown>): Promise<void> {
  try {
    await work;
  } catch (cause) {
    if (!isRefused(cause)) throw cause;
    throw new RestoreRefusedError(
      `the database refuses ${what}: ${reasonOf(cause)}. Nothing was written. Change the rows where they come from, and dump again.`,
      {
        guid: call.database.guid,
        cause,
      },
    );
  }
}

/** What a line of the dump is in a dump of this database. */
function expectedLines(filling: Filling, { dumped, table }: MatchedTable): (line: string) => string {
  const fits = table.columns.map(column => filling.transfer.fit(column));
  return line => {
    const cells = fitted(filling, line, fits, dumped.file);
    return `[${cells.map((cell, index) => (table.columns[index]?.isEmptied ? 'null' : cell)).join(',')}]`;
  };
}
