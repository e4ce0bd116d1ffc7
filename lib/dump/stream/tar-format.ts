/** Everything in a tar stands in blocks of this size. https://pubs.opengroup.org/onlinepubs/9799919799/utilities/pax.html */
export const BLOCK = 512;

/** From here on a header has no room for a size, or for a name. */
const [MAX_SIZE, MAX_NAME] = [0o77777777777, 100];

/** Writes the header of a file: the same bytes for the same name and size. */
export function showHeader(path: string, size: number): Buffer {
  if (size <= MAX_SIZE && Buffer.byteLength(path) <= MAX_NAME) return headerOf({ path, size, type: '0' });
  const records = Buffer.from(showRecord('path', path) + showRecord('size', String(size)));
  const more = headerOf({ path: 'pax', size: records.length, type: 'x' });
  const plain = headerOf({ path: path.slice(0, MAX_NAME), size: Math.min(size, MAX_SIZE), type: '0' });
  return Buffer.concat([more, records, padding(records.length), plain]);
}

/** What follows `size` bytes up to the next block. */
export function padding(size: number): Buffer {
  return Buffer.alloc((BLOCK - (size % BLOCK)) % BLOCK);
}

interface Header {
  readonly path: string;
  readonly size: number;
  /** One letter: `0` is a file. */
  readonly type: string;
}

function headerOf({ path, size, type }: Header): Buffer {
  const block = Buffer.alloc(BLOCK);
  block.write(path, 0);
  block.write('0000600\0' + '0000000\0'.repeat(2), 100);
  block.write(`${size.toString(8).padStart(11, '0')}\0${'0'.repeat(11)}\0`, 124);
  block.write(`        ${type}`, 148);
  block.write('ustar\u{0}00', 257);
  block.write(`${sumOf(block).toString(8).padStart(6, '0')}\0 `, 148);
  return block;
}

/** The bytes of a header, with blanks for the sum itself. */
function sumOf(block: Buffer): number {
  return block.reduce((sum, byte, at) => sum + (at >= 148 && at < 156 ? 0x20 : byte), 0);
}

/** `20 path=tables/a.jsonl\n`: the number counts all of it, itself too. */
function showRecord(key: string, value: string): string {
  const rest = ` ${key}=${value}\n`;
  let length = Buffer.byteLength(rest);
  while (String(length).length + Buffer.byteLength(rest) !== length)
    length = String(length).length + Buffer.byteLength(rest);
  return `${length}${rest}`;
}

/** Reads a header; `undefined` if the block is none. */
export function parseHeader(block: Buffer): Header | undefined {
  if (!/^[ 0]*[0-7]+[ \0]*$/.test(text(block, 148, 8, false))) return undefined;
  if (Number.parseInt(text(block, 148, 8), 8) !== sumOf(block)) return undefined;
  const prefix = text(block, 257, 5) === 'ustar' ? text(block, 345, 155) : '';
  const name = text(block, 0, 100);
  const size = text(block, 124, 12).trim();
  if (!/^[0-7]+$/.test(size)) return undefined;
  return {
    path: prefix ? `${prefix}/${name}` : name,
    size: Number.parseInt(size, 8),
    type: text(block, 156, 1) || '0',
  };
}

function text(block: Buffer, from: number, length: number, ends = true): string {
  const bytes = block.subarray(from, from + length);
  const end = bytes.indexOf(0);
  return bytes.subarray(0, ends && end >= 0 ? end : length).toString('utf8');
}

/** Reads the records of a header of type `x`; `undefined` if they are not well-formed. */
export function parseRecords(bytes: Buffer): ReadonlyMap<string, string> | undefined {
  const records = new Map<string, string>();
  for (let at = 0; at < bytes.length;) {
    const digits = /^(\d{1,6}) /.exec(bytes.subarray(at, at + 8).toString('latin1'))?.[1];
    const length = Number(digits ?? 0);
    const match = /^\d+ ([^=]+)=(.*)\n$/s.exec(bytes.subarray(at, at + length).toString('utf8'));
    if (!match) return undefined;
    records.set(match[1] as string, match[2] as string);
    at += length;
  }
  return records;
}
