import { quoteName } from '../../../sql/quoting.ts';
import type { HeldConnection, Row } from '../../../store/connection.ts';
import { BatchSize } from '../../batch-size.ts';
import { joinParts } from '../../line-parts.ts';
import type { Lines, TransferTable } from '../../row-transfer.ts';
import { sqlName } from '../../table-names.ts';
import { exactColumns, exactLine } from './exact-values.ts';
import { pieceOf } from './line-pieces.ts';

/**
 * Reads a table in the order of its key, by the key of the last row: SQLite has no cursors next to which other statements could
 * be sent. SQLite writes the lines itself. Rows with a value that does not fit its column are read once more,
 * the exact way.
 */
export async function* readLines(held: HeldConnection, table: TransferTable): AsyncGenerator<Lines> {
  const pieces = table.columns.map(pieceOf);
  const { selected, lineOf } = joinParts(pieces);
  const plain = `${pieces.map(piece => piece.plain).join(' and ')} as plain`;
  const keys = table.key.map((column, index) => `${literalSql(quoteName(column))} as k${index}`);
  const size = new BatchSize();
  let after = '';
  for (;;) {
    const limit = size.rows;
    const rest = `from ${sqlName({ quoteName }, table)}${after} order by ${sorted(table).join(', ')} limit ${limit}`;
    const rows = await held.execute(`select ${[plain, ...selected, ...keys].join(', ')} ${rest}`);
    const lines = rows.map(row => (Number(row.plain) === 1 ? exactOrNone(lineOf(row)) : undefined));
    if (lines.includes(undefined))
      await mend(lines, () => held.execute(`select ${exactColumns(table.columns)} ${rest}`), table);
    if (lines.length > 0) yield lines as string[];
    if (rows.length < limit) return;
    after = ` where (${sorted(table).join(', ')}) > (${table.key.map((_, index) => String(rows.at(-1)?.[`k${index}`])).join(', ')})`;
    size.learn(lines as string[]);
  }
}

/** What `quote()` makes of a text ends at its first null character. */
function literalSql(column: string): string {
  return `case typeof(${column}) when 'text' then 'cast(x''' || hex(cast(${column} as blob)) || ''' as text)' else quote(${column}) end`;
}

/** By bytes, with any collation of a column: dumps are sorted the same everywhere. */
function sorted({ key }: TransferTable): string[] {
  return key.map(column => `${quoteName(column)} collate binary`);
}

/** What a driver puts in the place of bytes that are no UTF-8. */
const REPLACED = '\u{FFFD}';

function exactOrNone(line: string): string | undefined {
  return line.includes(REPLACED) ? undefined : line;
}

async function mend(
  lines: (string | undefined)[],
  read: () => Promise<Row[]>,
  { columns }: TransferTable,
): Promise<void> {
  const exact = await read();
  for (const [index, line] of lines.entries())
    if (line === undefined) lines[index] = exactLine(columns, exact[index] as Row);
}
