import { randomBytes } from 'node:crypto';
import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import type { WithScratchDatabase } from '../../with-scratch-database.ts';
import { openFile } from '../copy/file-copies.ts';

/** A file in the folder, by the same driver. */
export const withSqliteScratchDatabase: WithScratchDatabase = async ({ database, folder }, work) => {
  const name = join(folder, `scratch-${randomBytes(6).toString('hex')}.db`);
  const orm = await openFile(database.orm, name, { hasEntities: true });
  try {
    return await work({ orm, name });
  } finally {
    await orm.close(true);
    // SQLite's own companions, and the lock of steps without a transaction.
    for (const suffix of ['', '-journal', '-wal', '-shm', '-dejavu']) await rm(`${name}${suffix}`, { force: true });
  }
};
