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
export async function* readBlocks(
  held: HeldConnection,
  table: TransferTable,
  first?: number,
): AsyncGenerator<LineBlock> {
  const raw = new RawLines(table.columns);
  const size = new BatchSize(MOST_ROWS, first);
  let batch = sortedBatch(table, '', size.rows);
  let isByRowid: boolean | undefined;
  for (;;) {
    const block = await readBlock(held, table, batch, raw);
    const { bytes, rows } = block;
    if (rows === 0) return;
    yield block;
    if (rows < batch.rows) return;
    size.learn(rows, bytes.length);
    const last = batch.last ?? (await keyAt(held, table, { from: batch.from, offset: rows - 1 }));
    const after = ` where (${sorted(table).join(', ')}) > (${last})`;
    isByRowid ??= await isInOrderOfRowid(held, table, `${after} and ${sorted(table)[0]} <= 0`);
    batch = isByRowid ? await rowidBatch(held, table, after, size.rows) : sortedBatch(table, after, size.rows);
  }
}

/** Which rows to read at once. */
interface Batch {
  /** The table, and a condition. */
  readonly from: string;
  readonly order: string;
  /** Fewer rows are the last ones. */
  readonly rows: number;
  /** The key of the last row, if it is known before. */
  readonly last?: string | undefined;
}

function sortedBatch(table: TransferTable, after: string, rows: number): Batch {
  return { from: `from ${nameOf(table)}${after}`, order: ` order by ${sorted(table).join(', ')} limit ${rows}`, rows };
}

/** Rows between two keys, which SQLite reads in their order anyway: without `order by` it is faster. */
async function rowidBatch(held: HeldConnection, table: TransferTable, after: string, rows: number): Promise<Batch> {
  const from = `from ${nameOf(table)} not indexed${after}`;
  const last = await keyAt(held, table, { from, offset: rows - 1 });
  if (last === undefined) return { from, order: '', rows: Infinity };
  return { from: `${from} and ${sorted(table)[0]} <= ${last}`, order: '', rows, last };
}

/** Whether SQLite reads in the order of the key without `order by`, since the key is the rowid. */
async function isInOrderOfRowid(held: HeldConnection, table: TransferTable, where: string): Promise<boolean> {
  if (table.key.length > 1) return false;
  const plan = await held.execute(`explain query plan select 1 from ${nameOf(table)} not indexed${where}`);
  const [reverse] = await held.execute('pragma reverse_unordered_selects');
  return (
    plan.length === 1 &&
    String(plan[0]?.detail).endsWith('USING INTEGER PRIMARY KEY (rowid>? AND rowid<?)') &&
    Number(reverse?.reverse_unordered_selects) === 0
  );
}

function nameOf(table: TransferTable): string {
  return sqlName({ quoteName }, table);
}

async function readBlock(
  held: HeldConnection,
  { columns }: TransferTable,
  { from, order }: Batch,
  raw: RawLines,
): Promise<LineBlock> {
  const readExactly = () => held.execute(`select ${exactColumns(columns)} ${from}${order}`);
  const line = rawLineSql(columns);
  const [lines, source] = order === '' ? [line, from] : ['line', `from (select ${line} as line ${from}${order})`];
  const [row] = await held
    .execute(`select cast(group_concat(${lines}, char(10)) || char(10) as blob) as t ${source}`)
    // A blob in a column for text, or more than a value has room for: nothing that the exact way could not read.
    .catch((): Row[] => []);
  if (row?.t === null) return { bytes: new Uint8Array(), rows: 0 };
  const text = row?.t as Uint8Array | undefined;
  if (text && isUtf8(text)) return mend(raw, text, columns, readExactly);
  const rows = await readExactly();
  return { bytes: asLines(columns, rows), rows: rows.length };
}

/** The key of one of some rows. */
async function keyAt(
  held: HeldConnection,
  table: TransferTable,
  { from, offset }: { readonly from: string; readonly offset: number },
): Promise<string | undefined> {
  const { key } = table;
  const literals = key.map((column, index) => `${literalSql(quoteName(column))} as k${index}`);
  const [row] = await held.execute(
    `select ${literals.join(', ')} ${from} order by ${sorted(table).join(', ')} limit 1 offset ${offset}`,
  );
  return row && key.map((_, index) => String(row[`k${index}`])).join(', ');
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
): Promise<LineBlock> {
  const { bytes, rows, odd } = raw.rewrite(text);
  if (odd.length === 0) return { bytes, rows };
  const exact = await readExactly();
  const parts: Uint8Array[] = [];
  let from = 0;
  for (const { row, at } of odd) {
    parts.push(bytes.subarray(from, at), asLines(columns, exact.slice(row, row + 1)));
    from = at;
  }
  return { bytes: Buffer.concat([...parts, bytes.subarray(from)]), rows };
}
