import type { Readable } from 'node:stream';
import { showReal } from '../../../rows/canonical/number-text.ts';
import { qualify, quoteName } from '../../../sql/quoting.ts';
import type { HeldConnection } from '../../../store/connection.ts';
import type { LineBlock, TransferColumn, TransferTable } from '../../row-transfer.ts';
import { loadStreams } from './copy-streams.ts';
import { orderSql, pieceOf, quoted, showJson } from './line-pieces.ts';

const NEWLINE = 0x0a;
/** No JSON has control characters in it: they mark values that are not JSON yet. */
const [BEGIN, END] = ['\u0003', '\u0004'];
const MARKED = new RegExp(`${BEGIN}(.)([^${END}]*)${END}`, 'g');
const BYTES = 1 << 19;

/**
 * Reads a table by `copy`, in the order of its key. PostgreSQL writes the lines, and all of them are one answer.
 *
 * @returns `undefined` without the package `pg-copy-streams`, and for connections other than those of `pg`
 */
export async function copyLines(
  held: HeldConnection,
  table: TransferTable,
): Promise<AsyncGenerator<LineBlock> | undefined> {
  const copy = await loadStreams(held);
  if (!copy) return undefined;
  const line = `'[' || ${table.columns.map(markedSql).join(` || ',' || `)} || ']'`;
  // A line without control characters is written as it is.
  const how = String.raw`with (format csv, delimiter E'\x02', quote E'\x01')`;
  const select = `select ${line} from ${qualify(table.namespace, table.name)}${orderSql(table)}`;
  return blocksOf(held, copy.out(`copy (${select}) to stdout ${how}`));
}

async function* blocksOf(held: HeldConnection, stream: Readable): AsyncGenerator<LineBlock> {
  let isOver = false;
  // The loop below throws it, unless it has ended.
  stream.on('error', () => (isOver = true));
  try {
    let [parts, length]: [Buffer[], number] = [[], 0];
    for await (const chunk of stream as AsyncIterable<Buffer>) {
      parts.push(chunk);
      length += chunk.length;
      const end = length < BYTES ? -1 : chunk.lastIndexOf(NEWLINE);
      if (end < 0) continue;
      const rest = chunk.subarray(end + 1);
      parts[parts.length - 1] = chunk.subarray(0, end + 1);
      yield blockOf(Buffer.concat(parts));
      [parts, length] = [[rest], rest.length];
    }
    isOver = true;
    if (length > 0) yield blockOf(Buffer.concat(parts));
  } finally {
    // Nothing can be sent before the whole answer was read, and the rest of it is not wanted.
    if (!isOver) held.throwAway();
  }
}

function blockOf(raw: Buffer): LineBlock {
  const isFinal = !raw.includes(BEGIN);
  const bytes = isFinal ? raw : Buffer.from(raw.toString().replace(MARKED, showMarked));
  let rows = 0;
  for (let at = bytes.indexOf(NEWLINE); at >= 0; at = bytes.indexOf(NEWLINE, at + 1)) rows += 1;
  return { bytes, rows };
}

/** The JSON of a value marked as a number, as a `json` or as a `jsonb`. */
function showMarked(_: string, mark: string, text: string): string {
  if (mark === 'r') return showReal(Number(text));
  return showJson(JSON.parse(text) as string, mark === 'b' ? 'jsonb' : 'json');
}

function marked(mark: string, sql: string): string {
  return String.raw`E'\x03${mark}' || ${sql} || E'\x04'`;
}

/** SQL that makes JSON of a column, or marks it. */
function markedSql(column: TransferColumn): string {
  const { kind, type, isEmptied } = column;
  if (isEmptied || (kind !== 'real' && kind !== 'json')) return pieceOf(column).sql;
  const name = quoteName(column.name);
  if (kind === 'json') return `coalesce(${marked(type === 'jsonb' ? 'b' : 'j', quoted(name))}, 'null')`;
  // In between, PostgreSQL writes a number as JavaScript does. A float of four bytes has an exponent sooner.
  const last = type === 'double precision' ? '1e15' : '1e5';
  const isAlike = `${name} = 0 or pg_catalog.abs(${name}) >= 1e-4 and pg_catalog.abs(${name}) < ${last}`;
  const text = `${name}::pg_catalog.text`;
  return `coalesce(case when ${isAlike} then ${text} else ${marked('r', text)} end, 'null')`;
}
