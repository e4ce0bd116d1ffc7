import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { join } from 'node:path';
import { DumpInvalidError } from '../../errors.ts';
import type { ManifestTable } from '../manifest.ts';

/** Some lines of a file, and the number of the first of them, counted from 1. */
interface NumberedLines {
  readonly first: number;
  readonly lines: readonly string[];
}

const NEWLINE = 0x0a;

/**
 * Reads the rows of a table from its file, some at a time, and compares the digest at the end: each time it is read, since
 * a file may change meanwhile.
 *
 * @throws {@link DumpInvalidError} naming the file
 */
export async function* readTable(
  { guid, folder }: { readonly guid: string; readonly folder: string },
  table: ManifestTable,
): AsyncGenerator<NumberedLines> {
  const { file } = table;
  const hash = createHash('sha256');
  let line = 1;
  let rest: Buffer = Buffer.alloc(0);
  for await (const chunk of createReadStream(join(folder, file), { highWaterMark: 1 << 18 }) as AsyncIterable<Buffer>) {
    hash.update(chunk);
    const end = chunk.lastIndexOf(NEWLINE);
    if (end < 0) {
      rest = Buffer.concat([rest, chunk]);
      continue;
    }
    const lines = Buffer.concat([rest, chunk.subarray(0, end)])
      .toString('utf8')
      .split('\n');
    rest = chunk.subarray(end + 1);
    if (line === 1) {
      assertHeader(guid, table, lines.shift() as string);
      line = 2;
    }
    if (lines.length > 0) yield { first: line, lines };
    line += lines.length;
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
