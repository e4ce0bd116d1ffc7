import { mkdir, open } from 'node:fs/promises';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { createGunzip, createZstdDecompress } from 'node:zlib';
import { DumpInvalidError, isSchemaError, reasonOf } from '../../errors.ts';
import { BlockReader } from './block-reader.ts';
import { assertRoom, noRoomError } from '../scratch/disk-room.ts';
import { upToLimit } from './unpacked-limit.ts';
import { BLOCK, parseHeader, parseRecords } from './tar-format.ts';

/** All that a dump consists of. */
const FILE = /^(?:manifest\.json|source\.json|tables\/[a-z0-9_-]+\.jsonl)$/;
const FOLDER = /^(?:\.|tables)?\/?$/;

const TYPES: Readonly<Record<string, string>> = {
  1: 'a hard link',
  2: 'a symbolic link',
  3: 'a device',
  4: 'a device',
  6: 'a pipe',
  S: 'a sparse file',
};

/** A header has short records. */
const MAX_RECORDS = 64 * 1024;

/**
 * Unpacks a dump from one stream into a folder that it creates. Only the files of a dump are written, and nothing outside the
 * folder.
 *
 * @param maxBytes how many bytes it may unpack to; by default, as many as a dump may
 * @throws {@link DumpInvalidError} for a stream that is cut off, and for everything in it that belongs to no dump
 * @throws {@link SchemaTargetError} if the disk has no room for it
 */
export async function unpackDump(
  guid: string,
  from: AsyncIterable<Buffer | string>,
  { folder, maxBytes }: { readonly folder: string; readonly maxBytes: number | undefined },
): Promise<void> {
  const refuse = (why: string, file?: string, cause?: unknown) => new DumpInvalidError(why, { guid, file, cause });
  await mkdir(join(folder, 'tables'), { recursive: true, mode: 0o700 });
  let packed = 0;
  const counted = async function* () {
    for await (const chunk of from) {
      packed += chunk.length;
      yield chunk;
    }
  };
  const expansion = await expanded(counted());
  const reader = new BlockReader(upToLimit(expansion, { guid, packed: () => packed, maxBytes }));
  const seen = new Set<string>();
  try {
    let records: ReadonlyMap<string, string> = new Map();
    for (;;) {
      const block = await reader.read(BLOCK);
      if (block.every(byte => byte === 0)) break;
      const header = parseHeader(block);
      if (!header) throw refuse('the stream is not a tar file, or was changed. Use another dump.');
      const size = sizeOf(records.get('size') ?? String(header.size));
      const path = (records.get('path') ?? header.path).replace(/^\.\//, '');
      const sparse = [...records.keys()].find(key => key.startsWith('GNU.sparse'));
      if (header.type === 'x') {
        const found = size <= MAX_RECORDS ? parseRecords(await reader.read(size)) : undefined;
        if (!found) throw refuse('the stream has an incomplete header. Use another dump.');
        await reader.skipPadding(size);
        records = found;
        continue;
      }
      // GNU tar has another way to say a long name.
      if (header.type === 'L' && size <= MAX_RECORDS) {
        const name = (await reader.read(size)).toString('utf8').replace(/\0.*$/s, '');
        await reader.skipPadding(size);
        records = new Map([...records, ['path', name]]);
        continue;
      }
      records = new Map();
      if (header.type === '5' && FOLDER.test(path) && size === 0) continue;
      const what = sparse ? TYPES['S'] : (TYPES[header.type] ?? `an entry of the type ${JSON.stringify(header.type)}`);
      const name = JSON.stringify(path);
      if (sparse || header.type !== '0')
        throw refuse(`${name} is ${what}, and a dump has only files. Use another dump.`, path);
      if (!FILE.test(path)) throw refuse(`${name} is not part of a dump. Remove it, or use another dump.`, path);
      if (seen.has(path)) throw refuse(`the dump has ${name} twice. Use another dump.`, path);
      if (!Number.isSafeInteger(size)) throw refuse(`${name} has no size. Use another dump.`, path);
      await assertRoom(guid, folder, size);
      seen.add(path);
      const file = await open(join(folder, path), 'wx', 0o600);
      try {
        for await (const chunk of reader.upTo(size)) await file.writeFile(chunk);
      } finally {
        await file.close();
      }
      await reader.skipPadding(size);
    }
    // The other block of the end. What compresses checks its own sum behind it.
    const rest = await reader.read(BLOCK);
    if (rest.some(byte => byte !== 0) || !(await reader.endsInZeros()))
      throw refuse('the stream goes on after its end. Use another dump.');
  } catch (cause) {
    if (isSchemaError(cause)) throw cause;
    const full = noRoomError(guid, folder, cause);
    if (full) throw full;
    throw refuse(
      `the dump is cut off or damaged: ${reasonOf(cause)}. Copy it again, or use another one.`,
      undefined,
      cause,
    );
  }
}

function sizeOf(text: string): number {
  return /^\d{1,16}$/.test(text) ? Number(text) : Number.NaN;
}

/** Looks at the first bytes, and not at a name. */
async function expanded(from: AsyncIterable<Buffer | string>): Promise<AsyncIterable<Buffer>> {
  const chunks = from[Symbol.asyncIterator]();
  let head: Buffer = Buffer.alloc(0);
  while (head.length < 4) {
    const next = await chunks.next();
    if (next.done) break;
    head = Buffer.concat([head, Buffer.from(next.value)]);
  }
  const all = async function* () {
    yield head;
    for (let next = await chunks.next(); !next.done; next = await chunks.next()) yield Buffer.from(next.value);
  };
  const magic = head.subarray(0, 4).toString('hex');
  const expander = magic.startsWith('1f8b')
    ? createGunzip()
    : magic === '28b52ffd'
      ? createZstdDecompress()
      : undefined;
  if (!expander) return all();
  const source = Readable.from(all(), { objectMode: false });
  source.once('error', error => expander.destroy(error));
  return source.pipe(expander);
}
