import { qualify, quoteName } from '../../../sql/quoting.ts';
import { TEXTUAL } from '../../../rows/canonical/value-counts.ts';
import type { HeldConnection } from '../../../store/connection.ts';
import { BatchSize } from '../../batch-size.ts';
import { joinParts } from '../../line-parts.ts';
import type { LineBlock, TransferTable } from '../../row-transfer.ts';
import { pieceOf } from './line-pieces.ts';

const CURSOR = 'dejavu_lines';

/** Reads a table through a cursor, in the order of its key. PostgreSQL writes the lines itself. */
export async function* readBlocks(held: HeldConnection, table: TransferTable): AsyncGenerator<LineBlock> {
  const { selected, lineOf } = joinParts(table.columns.map(pieceOf));
  const order = table.key.length > 0 ? ` order by ${sorted(table).join(', ')}` : '';
  await held.execute(
    `declare ${CURSOR} no scroll cursor for select ${selected.join(', ')} from ${qualify(table.namespace, table.name)}${order}`,
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

/** Text by its bytes, with any collation of the database: dumps are sorted the same everywhere. */
function sorted({ key, columns }: TransferTable): string[] {
  return key.map(name => {
    const kind = columns.find(column => column.name === name)?.kind ?? 'other';
    const isText = kind !== 'uuid' && (TEXTUAL.has(kind) || kind === 'array');
    return isText ? `${quoteName(name)}::pg_catalog.text collate "C"` : quoteName(name);
  });
}
