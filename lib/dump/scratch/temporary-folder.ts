import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { HOST_DIGEST, isAlive } from '../../store/opening/this-host.ts';

const PREFIX = `dejavu-scratch-${HOST_DIGEST}-`;

/** Lends a folder that only this user may read, and removes it. What killed processes left is removed before. */
export async function withTemporaryFolder<T>(work: (folder: string) => Promise<T>): Promise<T> {
  await removeForgotten();
  const folder = await mkdtemp(join(tmpdir(), `${PREFIX}${process.pid}-`));
  try {
    return await work(folder);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

let swept: Promise<void> | undefined;

/** Makes a folder that only this user may read. Remove it. What killed processes left is removed before the first. */
export async function makeTemporaryFolder(): Promise<string> {
  await (swept ??= removeForgotten());
  return mkdtemp(join(tmpdir(), `${PREFIX}${process.pid}-`));
}

async function removeForgotten(): Promise<void> {
  for (const name of await readdir(tmpdir())) {
    const pid = name.startsWith(PREFIX) ? /^(\d+)-/.exec(name.slice(PREFIX.length))?.[1] : undefined;
    if (pid === undefined || isAlive(Number(pid))) continue;
    // It may be another user's.
    await rm(join(tmpdir(), name), { recursive: true, force: true }).catch(() => {});
  }
}
