import { expect, test } from '@jest/globals';
import type { UpgradeAllReport } from '../../lib/index.ts';
import { postgresql, sqliteFile } from '../support/databases.ts';
import { spawnWorker } from '../support/processes.ts';

const PROCESSES = 4;
const LIMIT_MS = 240_000;

/** Boots the application in several processes at once, and returns what each was told. */
async function race(address: string, latest: number) {
  const workers = Array.from({ length: PROCESSES }, () => spawnWorker('modules.ts', { address, latest }));
  try {
    await Promise.all(workers.map(worker => worker.line('ready')));
    for (const worker of workers) worker.say('go');
    return await Promise.all(
      workers.map(async worker => (await worker.line('booted')) as { report?: UpgradeAllReport; error?: unknown }),
    );
  } finally {
    await Promise.all(workers.map(worker => worker[Symbol.asyncDispose]()));
  }
}

test.each([sqliteFile, postgresql])(
  'processes that bring up the same Schemas on $name run each step once, in the order of the needs',
  async kind => {
    await using database = await kind.create();
    const address = database.address as string;
    const installed = await race(address, 1);
    expect(installed.map(({ error }) => error)).toEqual(Array(PROCESSES).fill(undefined));
    const outcomes = installed.flatMap(({ report }) =>
      report?.schemas.map(({ guid, outcome }) => `${guid} ${outcome}`),
    );
    for (const guid of ['accounts', 'billing', 'search'])
      expect(outcomes.filter(said => said === `${guid} installed`)).toHaveLength(1);

    const upgraded = await race(address, 4);
    expect(upgraded.map(({ error }) => error)).toEqual(Array(PROCESSES).fill(undefined));
    expect(upgraded.map(({ report }) => report?.schemas.map(({ to }) => to).join())).toEqual(
      Array(PROCESSES).fill('4,4,4'),
    );
    const notes = await database.execute<{ note: string }>('select note from entry order by id');
    const ran = notes.map(({ note }) => note);
    expect(ran.toSorted()).toEqual(
      ['accounts', 'billing', 'search'].flatMap(guid => [2, 3, 4].map(version => `${guid} ${version}`)),
    );
    const isBefore = (first: string, second: string) => ran.indexOf(first) < ran.indexOf(second);
    expect([
      isBefore('accounts 2', 'billing 3'),
      isBefore('billing 3', 'accounts 3'),
      isBefore('billing 3', 'search 2'),
      isBefore('accounts 4', 'search 4'),
    ]).toEqual([true, true, true, true]);
  },
  LIMIT_MS,
);
