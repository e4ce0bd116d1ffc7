import { open, rename, writeFile } from 'node:fs/promises';
import { hostname } from 'node:os';
import { join } from 'node:path';
import type { Call } from '../../boot/call.ts';
import { showManifest, type Manifest } from '../manifest.ts';

/** The file without which a dump is incomplete. */
export const MANIFEST = 'manifest.json';
/** What differs between two dumps of the same rows. */
const SOURCE = 'source.json';

/** Writes where and when a dump was made. Nothing is decided by it. */
export async function writeSource(folder: string, { database, release }: Call): Promise<void> {
  const source = {
    at: new Date().toISOString(),
    host: hostname(),
    pid: process.pid,
    engine: database.dialect.title,
    database: database.place,
    release,
    node: process.version,
  };
  await writeFile(join(folder, SOURCE), `${JSON.stringify(source, undefined, 2)}\n`, { flag: 'wx', mode: 0o600 });
}

/** Writes the manifest, the last of all files: it is there as a whole or not at all. */
export async function writeManifest(folder: string, manifest: Manifest, isScratch = false): Promise<void> {
  const path = join(folder, MANIFEST);
  const part = `${path}.part`;
  const file = await open(part, 'wx', 0o600);
  try {
    await file.writeFile(showManifest(manifest));
    if (!isScratch) await file.sync();
  } finally {
    await file.close();
  }
  await rename(part, path);
}
