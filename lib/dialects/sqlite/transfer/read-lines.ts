import { isUtf8 } from 'node:buffer';
import { quoteName } from '../../../sql/quoting.ts';
import type { HeldConnection, Row } from '../../../store/connection.ts';
import { BatchSize } from '../../batch-size.ts';
import type { LineBlock, TransferColumn, TransferTable } from '../../row-transfer.ts';
import { sqlName } from '../../table-names.ts';
import { exactColumns, exactLine } from './exact-values.ts';
import { rawLineSql } from './line-pieces.ts';
import { RawLines } from './raw-lines.ts';

/** They are one value to SQLite, and one to JavaScript. */
const MOST_ROWS = 20_000;

/**
 * Reads a table in the order of its key, by the key of the last row: SQLite has no cursors next to which other statements could
 * be sent. SQLite writes all lines of a batch at once, as bytes. Rows with a value that its column is not for are read once
 * more, the exact way.
 */
export async function* readBlocks(held: HeldConnection, table: TransferTable): AsyncGenerator<LineBlock> {
  const raw = new RawLines(table.columns);
  const size = new BatchSize(MOST_ROWS);
  let after = '';
  for (;;) {
    const rest = `from ${sqlName({ quoteName }, table)}${after} order by ${sorted(table).join(', ')} limit ${size.rows}`;
    const { rows, text } = await readRaw(held, table, rest);
    if (rows === 0) return;
    const exact = () => held.execute(`select ${exactColumns(table.columns)} ${rest}`);
    const bytes =
      text === undefined ? asLines(table.columns, await exact()) : await mend(raw, text, table.columns, exact);
    yield { bytes, rows };
    if (rows < size.rows) return;
    after = ` where (${sorted(table).join(', ')}) > (${await lastKey(held, table, { rest, rows })})`;
    size.learn(rows, bytes.length);
  }
}

/** Some rows: how many, and their lines as SQLite wrote them, if it could. */
interface RawBatch {
  readonly rows: number;
  readonly text: Uint8Array | undefined;
}

async function readRaw(held: HeldConnection, table: TransferTable, rest: string): Promise<RawBatch> {
  const [row] = await held
    .execute(
      `select count(*) as n, cast(group_concat(line, char(10)) || char(10) as blob) as t from (select ${rawLineSql(table.columns)} as line ${rest})`,
    )
    // A blob in a column for text, or more than a value has room for: nothing that the exact way could not read.
    .catch(async () => held.execute(`select count(*) as n, null as t from (select 1 ${rest})`));
  const text = row?.t as Uint8Array | null | undefined;
  return { rows: Number(row?.n), text: text && isUtf8(text) ? text : undefined };
}

async function lastKey(
  held: HeldConnection,
  { key }: TransferTable,
  { rest, rows }: { readonly rest: string; readonly rows: number },
): Promise<string> {
  const literals = key.map((column, index) => `${literalSql(quoteName(column))} as k${index}`);
  const ordered = rest.replace(/ limit \d+$/, ` limit 1 offset ${rows - 1}`);
  const [row] = await held.execute(`select ${literals.join(', ')} ${ordered}`);
  return key.map((_, index) => String(row?.[`k${index}`])).join(', ');
}

/** What `quote()` makes of a text ends at its first null character. */
function literalSql(column: string): string {
  return `case typeof(${column}) when 'text' then 'cast(x''' || hex(cast(${column} as blob)) || ''' as text)' else quote(${column}) end`;
}

/** By bytes, with any collation of a column: dumps are sorted the same everywhere. */
function sorted({ key }: TransferTable): string[] {
  return key.map(column => `${quoteName(column)} collate binary`);
}

function asLines(columns: readonly TransferColumn[], rows: readonly Row[]): Uint8Array {
  return Buffer.from(rows.map(row => `${exactLine(columns, row)}\n`).join(''));
}

/** Rewrites lines, and puts those of odd rows where they belong. */
async function mend(
  raw: RawLines,
  text: Uint8Array,
  columns: readonly TransferColumn[],
  readExactly: () => Promise<Row[]>,
): Promise<Uint8Array> {
  const { bytes, odd } = raw.rewrite(text);
  if (odd.length === 0) return bytes;
  const rows = await readExactly();
  const parts: Uint8Array[] = [];
  let from = 0;
  for (const { row, at } of odd) {
    parts.push(bytes.subarray(from, at), asLines(columns, rows.slice(row, row + 1)));
    from = at;
  }
  return Buffer.concat([...parts, bytes.subarray(from)]);
}
