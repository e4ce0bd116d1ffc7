import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from '@jest/globals';
import Database from 'better-sqlite3';
import { spawnWorker } from '../support/processes.ts';

const MEGABYTE = 2 ** 20;

test('a hundred SQLite files are upgraded one after the other by one process, whose memory stays flat', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'dejavu-sqlite-'));
  try {
    await using worker = spawnWorker('many-files.ts', { folder, files: 100, warm: 20 });
    const { before, after, outcomes } = await worker.line('measured');
    expect(outcomes).toEqual(Array.from({ length: 100 }, () => 'upgraded'));
    // Eighty ORMs that nobody let go of weigh five.
    expect(Number(after) - Number(before)).toBeLessThan(3 * MEGABYTE);
    expect((await worker.finished).code).toBe(0);

    for (const n of [1, 50, 100]) {
      const file = new Database(join(folder, `${n}.db`), { readonly: true });
      expect(file.prepare('select version from deployed_version').get()).toEqual({ version: 2 });
      expect(file.prepare('select id from zoo').all()).toEqual([{ id: 2 }]);
      file.close();
    }
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
});
