import { createReadStream } from 'node:fs';
import { readdir, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { Readable, type Writable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { createGzip, createZstdCompress } from 'node:zlib';
import { MANIFEST } from '../writing/write-manifest.ts';
import { BLOCK, padding, showHeader } from './tar-format.ts';

/** How a dump in one stream may be compressed. */
export type Compression = 'gzip' | 'zstd';

/** Writes the folder of a dump into a stream, which it ends: a tar, with the manifest as the last file. */
export async function packDump(
  folder: string,
  into: Writable,
  { compress, signal }: { readonly compress: Compression | undefined; readonly signal: AbortSignal | undefined },
): Promise<void> {
  const source = Readable.from(tarOf(folder), { objectMode: false });
  if (compress === undefined) return pipeline(source, into, { signal: signal as AbortSignal });
  const compressor = compress === 'gzip' ? createGzip() : createZstdCompress();
  return pipeline(source, compressor, into, { signal: signal as AbortSignal });
}

async function* tarOf(folder: string): AsyncGenerator<Buffer> {
  const tables = (await readdir(join(folder, 'tables'))).toSorted().map(name => `tables/${name}`);
  for (const path of ['source.json', ...tables, MANIFEST]) {
    const { size } = await stat(join(folder, path));
    yield showHeader(path, size);
    yield* createReadStream(join(folder, path)) as AsyncIterable<Buffer>;
    yield padding(size);
  }
  yield Buffer.alloc(2 * BLOCK);
}
