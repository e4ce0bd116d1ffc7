import { expect, test } from '@jest/globals';
import Database from 'better-sqlite3';
import type { Progress, Schema } from '../../lib/index.ts';
import { Bank, bankEntities, EnteringBank, installed } from '../support/bank.ts';
import { sqliteFile } from '../support/databases.ts';

/** Takes a file from everybody else, readers included, as a backup tool does. */
function lock(file: string) {
  const other = new Database(file);
  other.exec('begin exclusive');
  return {
    release: () => void (other.inTransaction && other.exec('commit')),
    [Symbol.dispose]: () => void other.close(),
  };
}

type Options = { waitMs?: number; onProgress?: (progress: Progress) => void };

const calls: Readonly<Record<string, (bank: Schema, options: Options) => Promise<unknown>>> = {
  'upgrade()': (bank, options) => bank.upgrade(options),
  'waitForVersion()': (bank, options) => bank.waitForVersion(options),
  'assertStorage()': (bank, options) => bank.assertStorage(options),
};

const reads: Readonly<Record<string, (bank: Schema) => Promise<unknown>>> = {
  'status()': bank => bank.status(),
  'assertVersion()': bank => bank.assertVersion(),
  'deployed()': bank => bank.deployed(),
};

test.each(Object.keys(calls))('%s waits between statements for a file that another program locked', async name => {
  await using database = await installed(() => sqliteFile.create());
  const orm = await database.orm(bankEntities());
  using other = lock(database.address ?? '');
  const call = calls[name] as (typeof calls)[string];
  await expect(call(new Bank(orm), { waitMs: 0 })).rejects.toMatchObject({
    code: 'UPGRADE_BUSY',
    message: expect.stringMatching(/database is locked/),
  });
  let waits = 0;
  const onProgress = ({ type }: Progress) => {
    if (type === 'waiting' && ++waits === 3) other.release();
  };
  await call(new Bank(orm), { onProgress });
  expect(waits).toBeGreaterThanOrEqual(3);
});

test.each(Object.keys(reads))('%s waits without blocking the process', async name => {
  await using database = await installed(() => sqliteFile.create());
  const bank = new Bank(await database.orm(bankEntities()));
  using other = lock(database.address ?? '');
  const read = (reads[name] as (typeof reads)[string])(bank).then(() => 'read');
  setTimeout(() => other.release());
  expect(await read).toBe('read');
});

test('a step is run once the file is free', async () => {
  await using database = await installed(() => sqliteFile.create());
  const bank = new EnteringBank(await database.orm(bankEntities()));
  using other = lock(database.address ?? '');
  const onProgress = ({ type }: Progress) => void (type === 'waiting' && other.release());
  expect(await bank.upgrade({ onProgress })).toMatchObject({ from: 1, to: 2, outcome: 'upgraded' });
});
