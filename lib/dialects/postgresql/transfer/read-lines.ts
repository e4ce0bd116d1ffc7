import { qualify } from '../../../sql/quoting.ts';
import type { HeldConnection } from '../../../store/connection.ts';
import { BatchSize } from '../../batch-size.ts';
import { joinParts } from '../../line-parts.ts';
import type { LineBlock, TransferTable } from '../../row-transfer.ts';
import { copyLines } from './copy-lines.ts';
import { orderSql, pieceOf } from './line-pieces.ts';

const CURSOR = 'dejavu_lines';

/** Reads a table in the order of its key. PostgreSQL writes the lines itself. */
export async function* readBlocks(held: HeldConnection, table: TransferTable): AsyncGenerator<LineBlock> {
  yield* (await copyLines(held, table)) ?? readByCursor(held, table);
}

async function* readByCursor(held: HeldConnection, table: TransferTable): AsyncGenerator<LineBlock> {
  const { selected, lineOf } = joinParts(table.columns.map(pieceOf));
  await held.execute(
    `declare ${CURSOR} no scroll cursor for select ${selected.join(', ')} from ${qualify(table.namespace, table.name)}${orderSql(table)}`,
  );
  try {
    const size = new BatchSize();
    for (;;) {
      const count = size.rows;
      const rows = await held.execute(`fetch ${count} from ${CURSOR}`);
      const bytes = Buffer.from(rows.map(row => `${lineOf(row)}\n`).join(''));
      if (rows.length > 0) yield { bytes, rows: rows.length };
      if (rows.length < count) return;
      size.learn(rows.length, bytes.length);
    }
  } finally {
    // A failed transaction has no cursors any more.
    await held.execute(`close ${CURSOR}`).catch(() => {});
  }
}
