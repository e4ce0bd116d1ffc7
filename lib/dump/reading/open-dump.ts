import { lstat, readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { DumpInvalidError, reasonOf } from '../../errors.ts';
import type { Manifest } from '../manifest.ts';
import { parseManifest } from './check-manifest.ts';

/** A dump whose manifest was read. */
interface OpenDump {
  readonly folder: string;
  readonly manifest: Manifest;
}

const MANIFEST_MAX_BYTES = 256 * 1024 * 1024;

/**
 * Reads the manifest of a dump, and makes sure that the files it names are there and no others.
 *
 * @throws {@link DumpInvalidError}
 */
export async function openDump(guid: string, folder: string): Promise<OpenDump> {
  const file = 'manifest.json';
  const path = join(folder, file);
  const text = await lstat(path)
    .then(({ size }) => (size > MANIFEST_MAX_BYTES ? '' : readFile(path, 'utf8')))
    .catch(async (cause: unknown) => {
      const isThere = await lstat(folder).then(
        () => true,
        () => false,
      );
      if (!isThere) throw new DumpInvalidError(`${folder} does not exist. Name the dump.`, { guid, file, cause });
      throw new DumpInvalidError(
        `${path} cannot be read: ${reasonOf(cause)}. A dump without it is incomplete: its process was killed, or this is not the folder of a dump. Use another dump.`,
        { guid, file, cause },
      );
    });
  const manifest = parseManifest(guid, text);
  await assertFiles(guid, folder, manifest);
  return { folder, manifest };
}

async function assertFiles(guid: string, folder: string, { tables }: Manifest): Promise<void> {
  const named = new Set(tables.map(table => table.file));
  const there = (await readdir(join(folder, 'tables')).catch(() => [])).map(name => `tables/${name}`);
  const extra = there.find(file => !named.has(file));
  if (extra !== undefined)
    throw new DumpInvalidError(`${extra} is not in the manifest. Remove it from the folder, or use another dump.`, {
      guid,
      file: extra,
    });
  for (const { file, bytes, rows } of tables) {
    const stats = await lstat(join(folder, file)).catch(() => undefined);
    if (!stats?.isFile())
      throw new DumpInvalidError(`${file} is missing. Copy the dump again, or use another one.`, { guid, file });
    if (stats.size !== bytes)
      throw new DumpInvalidError(
        `${file} has ${stats.size} bytes, and the manifest says ${bytes} for ${rows} rows: it was cut off or changed. Copy the dump again, or use another one.`,
        { guid, file },
      );
  }
}
