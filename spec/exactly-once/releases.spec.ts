import { describe, expect, test } from '@jest/globals';
import { VersionAheadError } from '../../lib/index.ts';
import { bankOf, type Boot, installed, ledgerOf, openBank } from '../support/bank.ts';
import { postgresql, sqliteFile, type TestDatabase } from '../support/databases.ts';
import { type Booted, startFleet } from '../support/fleet.ts';

const LEVEL = { accounts: 1, balance: 5, entries: 1, version: 6, stage: null, holder: null, log: 6 };

function release(latest: number, { address = '' }: TestDatabase): Boot {
  return { address, release: 'adding', latest };
}

/** Where each process stood when it was done. */
function verdictsOf(booted: readonly Booted[]) {
  const verdicts = booted.map(({ report, error }) => (report ? `at ${report.to}` : JSON.stringify(error)));
  return { older: verdicts.filter((_, number) => number % 2 === 0), newer: verdicts.filter((_, number) => number % 2) };
}

async function boot(latest: number, database: TestDatabase) {
  const orm = await openBank(release(latest, database));
  try {
    return await bankOf(orm, release(latest, database)).upgrade();
  } finally {
    await orm.close();
  }
}

describe.each([
  { place: 'postgresql', kind: postgresql, processes: 8 },
  { place: 'a sqlite file', kind: sqliteFile, processes: 4 },
])('releases 5 and 6 boot at once on $place', ({ kind, processes }) => {
  test('it ends at 6; the older may run where 6 says so, and is told where it does not', async () => {
    await using strict = await installed(() => kind.create());
    await using tolerant = await installed(() => kind.create());
    await using fleet = startFleet(processes, number =>
      number % 2 === 0
        ? [release(5, strict), release(5, tolerant)]
        : [release(6, strict), { ...release(6, tolerant), compatible: 5 }],
    );

    await fleet.ready();
    const told = verdictsOf(await fleet.boot());
    expect(await ledgerOf(strict)).toEqual(LEVEL);
    expect(new Set(told.newer)).toEqual(new Set(['at 6']));
    // one that was done before 6 came was level
    expect(told.older.filter(verdict => verdict !== 'at 5' && !/"VERSION_AHEAD"/.test(verdict))).toEqual([]);
    await expect(boot(5, strict)).rejects.toThrow(VersionAheadError);

    await fleet.ready();
    const welcome = verdictsOf(await fleet.boot());
    expect(await ledgerOf(tolerant)).toEqual(LEVEL);
    expect(new Set(welcome.newer)).toEqual(new Set(['at 6']));
    expect(welcome.older.filter(verdict => verdict !== 'at 5' && verdict !== 'at 6')).toEqual([]);
    expect(await boot(5, tolerant)).toMatchObject({ outcome: 'ahead', to: 6, steps: [] });
  });
});
