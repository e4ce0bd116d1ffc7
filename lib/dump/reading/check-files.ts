import type { Manifest } from '../manifest.ts';
import { readTable } from './line-reader.ts';
import { openDump } from './open-dump.ts';

/**
 * Opens a dump and reads all of its files, whose rows and digests must be those of the manifest.
 *
 * @throws {@link DumpInvalidError} naming the file
 */
export async function checkFiles(guid: string, folder: string): Promise<Manifest> {
  const { manifest } = await openDump(guid, folder);
  for (const table of manifest.tables) {
    const reading = readTable({ guid, folder }, table);
    while (!(await reading.next()).done);
  }
  return manifest;
}
