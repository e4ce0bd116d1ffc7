import type { Call } from '../../boot/call.ts';
import type { LineBlock, RowTransfer } from '../../dialects/row-transfer.ts';
import { RestoreRefusedError } from '../../errors.ts';
import { linesOfBlock } from '../../rows/canonical/cells.ts';
import type { HeldConnection } from '../../store/connection.ts';
import { LineBytes } from '../reading/line-bytes.ts';
import type { MatchedTable } from './matched-tables.ts';

/** The rows that were loaded, and the dump that they come from. */
interface ReadingBack {
  readonly call: Call;
  readonly held: HeldConnection;
  readonly transfer: RowTransfer;
  readonly folder: string;
  /** Learns how many rows of a table were read back. */
  readonly onCompared: (table: string, done: number) => void;
}

/**
 * Reads back the rows that were loaded, as a dump of them would say it, next to what the dump says.
 *
 * @param expectedLine what a line of the dump is here, where that may be another
 * @throws {@link RestoreRefusedError} naming file and line
 */
export async function compareRows(
  reading: ReadingBack,
  { dumped, table }: MatchedTable,
  expectedLine: (line: string) => string,
): Promise<void> {
  const { call, held, transfer, folder } = reading;
  const { guid } = call.database;
  await using lines = await LineBytes.open(folder, dumped);
  let rows = 0;
  for await (const block of transfer.blocks(held, table)) {
    call.signal?.throwIfAborted();
    if (!(await lines.matches(block.bytes)))
      assertSameLines(guid, block, (await lines.next(block.rows)).map(expectedLine), `${dumped.file}:`, rows + 2);
    rows += block.rows;
    reading.onCompared(table.title, rows);
  }
  if (rows !== dumped.rows)
    throw new RestoreRefusedError(
      `${table.title} has ${rows} rows, and the dump has ${dumped.rows}. Nothing was written.`,
      { guid },
    );
  lines.assertDigest(guid, dumped);
}

function assertSameLines(
  guid: string,
  { bytes }: LineBlock,
  expected: readonly string[],
  file: string,
  first: number,
): void {
  for (const [index, found] of linesOfBlock(bytes).entries()) {
    const wanted = expected[index];
    if (wanted === found) continue;
    throw new RestoreRefusedError(
      `${file}${first + index} would be different here. Nothing was written. In the dump: ${wanted ?? 'nothing'}. Here: ${found}. Change the row in the source, and dump again.`,
      { guid },
    );
  }
}
