import { isUtf8 } from 'node:buffer';
import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { join } from 'node:path';
import { DumpInvalidError } from '../../errors.ts';
import { linesOfBlock } from '../../rows/canonical/cells.ts';
import type { ManifestTable } from '../manifest.ts';

/** Some lines of a file, each with its end, and the number of the first of them, counted from 1. */
interface NumberedBytes {
  readonly first: number;
  readonly bytes: Buffer;
}

/** Some lines of a file as texts, and the number of the first of them. */
interface NumberedLines {
  readonly first: number;
  readonly lines: readonly string[];
}

/** A table's file, and the dump that it belongs to. */
interface TableReading {
  readonly guid: string;
  readonly folder: string;
}

const NEWLINE = 0x0a;

/** Reads the rows of a table as {@link readTableBytes} does, as texts. */
export async function* readTable(reading: TableReading, table: ManifestTable): AsyncGenerator<NumberedLines> {
  for await (const { first, bytes } of readTableBytes(reading, table)) yield { first, lines: linesOfBlock(bytes) };
}

/**
 * Reads the rows of a table from its file, some at a time, and compares the digest at the end: each time it is read, since
 * a file may change meanwhile.
 *
 * @throws {@link DumpInvalidError} naming the file
 */
export async function* readTableBytes(
  { guid, folder }: TableReading,
  table: ManifestTable,
): AsyncGenerator<NumberedBytes> {
  const { file } = table;
  const hash = createHash('sha256');
  let line = 1;
  let rest: Buffer = Buffer.alloc(0);
  for await (const chunk of createReadStream(join(folder, file), {
    highWaterMark: bytesAtOnce(table, 1 << 18),
  }) as AsyncIterable<Buffer>) {
    hash.update(chunk);
    const end = chunk.lastIndexOf(NEWLINE) + 1;
    if (end === 0) {
      rest = Buffer.concat([rest, chunk]);
      continue;
    }
    let bytes = Buffer.concat([rest, chunk.subarray(0, end)]);
    rest = chunk.subarray(end);
    if (line === 1) {
      const header = bytes.indexOf(NEWLINE);
      assertHeader(guid, table, bytes.toString('utf8', 0, header));
      bytes = bytes.subarray(header + 1);
      line = 2;
    }
    if (bytes.length > 0) {
      assertUtf8(guid, table, { first: line, bytes });
      yield { first: line, bytes };
    }
    line += countLines(bytes);
  }
  if (rest.length > 0)
    throw new DumpInvalidError(`${file}:${line} is cut off. Copy the dump again, or use another one.`, {
      guid,
      file,
      line,
    });
  if (line - 2 !== table.rows)
    throw new DumpInvalidError(`${file} has ${line - 2} rows, and the manifest says ${table.rows}. Use another dump.`, {
      guid,
      file,
    });
  assertDigest(guid, table, hash.digest('hex'));
}

/** Other bytes would become question marks without a word. */
function assertUtf8(guid: string, { file }: ManifestTable, { first, bytes }: NumberedBytes): void {
  if (isUtf8(bytes)) return;
  let line = first;
  for (let at = 0; ; line += 1) {
    const end = bytes.indexOf(NEWLINE, at) + 1;
    if (end === 0 || !isUtf8(bytes.subarray(at, end))) break;
    at = end;
  }
  throw new DumpInvalidError(`${file}:${line} is not UTF-8. Use another dump.`, { guid, file, line });
}

/**
 * How much of a table's file to read at once: all of a small one, and its end with it. Most tables of a large Schema are small, and
 * memory for each of them has to be cleared up again.
 */
export function bytesAtOnce({ bytes }: ManifestTable, most: number): number {
  // A manifest may have been written by other code.
  return Math.max(LEAST, Math.floor(Math.min(most, bytes + 1)) || most);
}

const LEAST = 1 << 10;

function countLines(bytes: Uint8Array): number {
  let lines = 0;
  for (let at = 0; at < bytes.length; at += 1) if (bytes[at] === NEWLINE) lines += 1;
  return lines;
}

/** @throws {@link DumpInvalidError} for the digest of another file than the one that the manifest names */
export function assertDigest(guid: string, { file, sha256 }: ManifestTable, found: string): void {
  if (found === sha256) return;
  throw new DumpInvalidError(
    `${file} was changed after it was written: its digest is not that of the manifest. Copy the dump again, or use another one.`,
    { guid, file },
  );
}

function assertHeader(guid: string, { file, columns }: ManifestTable, header: string): void {
  if (header === JSON.stringify(columns.map(({ name }) => name))) return;
  throw new DumpInvalidError(`${file}:1 does not name the columns that the manifest names. Use another dump.`, {
    guid,
    file,
    line: 1,
  });
}
