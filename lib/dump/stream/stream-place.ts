import { createReadStream } from 'node:fs';
import { open, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { type Readable, Writable } from 'node:stream';
import { reasonOf, SchemaTargetError } from '../../errors.ts';
import { noRoomError } from '../scratch/disk-room.ts';
import { withTemporaryFolder } from '../scratch/temporary-folder.ts';
import { packDump, type Compression } from './pack-dump.ts';
import { unpackDump } from './unpack-dump.ts';

const ENDINGS: readonly (readonly [RegExp, Compression | undefined])[] = [
  [/\.tar$/i, undefined],
  [/\.(?:tar\.gz|tgz)$/i, 'gzip'],
  [/\.(?:tar\.zst|tzst)$/i, 'zstd'],
];

interface Packing {
  readonly guid: string;
  readonly compress: Compression | undefined;
  readonly signal: AbortSignal | undefined;
}

/**
 * Has a dump written where it is to go. A name that ends with `.tar`, `.tar.gz` or `.tar.zst` and a stream take one file, which
 * is written once the dump is whole: a tar has the size of each table before its rows.
 */
export async function writeTo<T>(
  to: string | Writable,
  { guid, compress, signal }: Packing,
  write: (folder: string) => Promise<T>,
): Promise<T> {
  const ending = typeof to === 'string' ? ENDINGS.find(([pattern]) => pattern.test(to)) : undefined;
  if (typeof to === 'string' && !ending) {
    if (compress === undefined) return write(to);
    throw new SchemaTargetError(
      `a folder is not compressed. Use a file, for example ${to}.tar.${compress === 'gzip' ? 'gz' : 'zst'}.`,
      { guid, target: to },
    );
  }
  return withTemporaryFolder(async temporary => {
    const folder = join(temporary, 'dump');
    const how = { compress: compress ?? ending?.[1], signal };
    if (to instanceof Writable) {
      const written = await write(folder);
      await packDump(folder, to, how);
      return written;
    }
    // Refused before anything is read, and nothing else gets the name meanwhile.
    const file = await open(to, 'wx', 0o600).catch((cause: NodeJS.ErrnoException) => {
      const why =
        cause.code === 'EEXIST'
          ? `the file ${to} exists, and a dump overwrites nothing. Use another file.`
          : `the file ${to} cannot be created: ${reasonOf(cause)}. Create the folder around it, or use another one.`;
      throw new SchemaTargetError(why, { guid, target: to, cause });
    });
    try {
      const written = await write(folder);
      await packDump(folder, file.createWriteStream({ flush: true }), how);
      return written;
    } catch (error) {
      await file.close().catch(() => {});
      await rm(to, { force: true });
      throw noRoomError(guid, to, error) ?? error;
    }
  });
}

/** Tells whether a file is a dump by its name. */
export function hasArchiveName(path: string): boolean {
  return ENDINGS.some(([pattern]) => pattern.test(path));
}

/** Tells whether a path is a dump in one file: by its name, or by how it begins. */
export async function isArchive(path: string): Promise<boolean> {
  if (!(await stat(path).catch(() => undefined))?.isFile()) return false;
  if (hasArchiveName(path)) return true;
  const file = await open(path);
  try {
    const { buffer } = await file.read(Buffer.alloc(262), 0, 262, 0);
    return /^(?:1f8b|28b52ffd)/.test(buffer.toString('hex', 0, 4)) || buffer.toString('latin1', 257) === 'ustar';
  } finally {
    await file.close();
  }
}

/** Has a dump read that is in one file or stream, and is unpacked first. */
export async function readFrom<T>(
  from: string | Readable,
  { guid, maxBytes }: { readonly guid: string; readonly maxBytes: number | undefined },
  read: (folder: string) => Promise<T>,
): Promise<T> {
  return withTemporaryFolder(async temporary => {
    const folder = join(temporary, 'dump');
    const stream = typeof from === 'string' ? createReadStream(from) : from;
    try {
      await unpackDump(guid, stream, { folder, maxBytes });
    } finally {
      // The rest of it is not read.
      stream.destroy();
    }
    return read(folder);
  });
}
