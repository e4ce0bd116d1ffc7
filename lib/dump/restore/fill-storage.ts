import { frozenStorageSql } from '../../boot/frozen/frozen-storage.ts';
import type { Call } from '../../boot/call.ts';
import type { RowTransfer } from '../../dialects/row-transfer.ts';
import { RestoreRefusedError } from '../../errors.ts';
import type { HeldConnection } from '../../store/connection.ts';
import { describeViolations, findViolations } from '../../store/violations.ts';
import { fitted, loadTable, orRefuse } from './load-table.ts';
import type { MatchedTable } from './matched-tables.ts';
import { compareRows } from './read-back.ts';
import { refusedStorage } from './try-storage.ts';

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
  try {
    await held.executeBatch(statements.filter(statement => FIRST.test(statement)));
  } catch (error) {
    // A database that was not there before has not been tried.
    throw refusedStorage(call, version, error);
  }
  for (const matched of tables) await loadTable(filling, matched);
  for (const statement of statements.filter(one => !FIRST.test(one)))
    await orRefuse(call, `\`${statement.split('\n', 1)[0]}\``, held.execute(statement));
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

/** What a line of the dump is in a dump of this database. */
function expectedLines(filling: Filling, { dumped, table }: MatchedTable): (line: string) => string {
  const fits = table.columns.map(column => filling.transfer.fit(column));
  return line => {
    const cells = fitted(filling.call, line, fits, dumped.file);
    return `[${cells.map((cell, index) => (table.columns[index]?.isEmptied ? 'null' : cell)).join(',')}]`;
  };
}
