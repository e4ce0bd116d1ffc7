import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { VersionAheadError } from '../../lib/index.ts';
import { bankOf, type Boot, installed, ledgerOf, openBank } from '../support/bank.ts';
import { postgresql, sqliteFile, type TestDatabase } from '../support/databases.ts';
import { type Booted, type Fleet, startFleet } from '../support/fleet.ts';

const LEVEL = { accounts: 1, balance: 5, entries: 1, version: 6, stage: null, holder: null, log: 6 };
const ALL = [2, 3, 4, 5, 6];

type Release = Omit<Boot, 'address'>;
const five: Release = { release: 'adding', latest: 5 };
const six: Release = { release: 'adding', latest: 6 };
const tolerantSix: Release = { ...six, compatible: 5 };

/** Who boots, round by round: the first process, and all the others. */
const ROUNDS: readonly (readonly [first: Release, others: Release])[] = [
  [{ ...five, pauses: true }, six],
  [{ ...six, pauses: true }, five],
  [{ ...tolerantSix, pauses: true }, five],
  [five, six],
  [five, tolerantSix],
];

/** Where a process stood when it was done, or what it was told. */
function verdictOf({ report, error }: Booted): string {
  if (report) return `${report.outcome} at ${report.to}`;
  return typeof error === 'object' ? error.code : String(error);
}

/** The steps that were run, in order, by whom it may be. */
function stepsOf(booted: readonly Booted[]): number[] {
  const steps = booted.flatMap(({ report }) => report?.steps.map(step => step.version) ?? []);
  return steps.toSorted((one, other) => one - other);
}

/** How often each was told what. */
function verdictsOf(booted: readonly Booted[]): Record<string, number> {
  const counts: Record<string, number> = {};
  for (const verdict of booted.map(verdictOf)) counts[verdict] = (counts[verdict] ?? 0) + 1;
  return counts;
}

async function bootFive(database: TestDatabase) {
  const boot: Boot = { ...five, address: database.address ?? '' };
  const orm = await openBank(boot);
  try {
    return await bankOf(orm, boot).upgrade();
  } finally {
    await orm.close();
  }
}

describe.each([
  { place: 'postgresql', kind: postgresql, processes: 8 },
  { place: 'a sqlite file', kind: sqliteFile, processes: 4 },
])('releases 5 and 6 boot on $place', ({ kind, processes }) => {
  let databases: TestDatabase[];
  let fleet: Fleet;
  const others = processes - 1;
  const database = (round: number) => databases[round] as TestDatabase;

  beforeAll(async () => {
    databases = await Promise.all(ROUNDS.map(() => installed(() => kind.create())));
    fleet = startFleet(processes, number =>
      ROUNDS.map(([first, rest], round) => ({
        ...(number === 0 ? first : rest),
        address: database(round).address ?? '',
      })),
    );
  });
  afterAll(async () => {
    await fleet[Symbol.asyncDispose]();
    await Promise.all(databases.map(each => each.drop()));
  });

  test('the older is first: it reaches 5, and those who waited take it from there', async () => {
    await fleet.ready();
    const [older, ...newer] = await fleet.bootBehindFirst();
    expect(await ledgerOf(database(0))).toEqual(LEVEL);
    expect(older?.report).toMatchObject({ outcome: 'upgraded', from: 1, to: 5 });
    expect(verdictsOf(newer)).toEqual({ 'upgraded at 6': 1, 'level at 6': others - 1 });
    expect(stepsOf(newer)).toEqual([6]);
  });

  test('the newer is first: the older ones, who waited, are told that they are too late', async () => {
    await fleet.ready();
    const [newer, ...older] = await fleet.bootBehindFirst();
    expect(await ledgerOf(database(1))).toEqual(LEVEL);
    expect(newer?.report).toMatchObject({ outcome: 'upgraded', from: 1, to: 6 });
    expect(verdictsOf(older)).toEqual({ VERSION_AHEAD: others });
    await expect(bootFive(database(1))).rejects.toThrow(VersionAheadError);
  });

  test('the newer is first, and says that 5 may go on: the older ones do', async () => {
    await fleet.ready();
    const [newer, ...older] = await fleet.bootBehindFirst();
    expect(await ledgerOf(database(2))).toEqual(LEVEL);
    expect(newer?.report).toMatchObject({ outcome: 'upgraded', from: 1, to: 6 });
    expect(verdictsOf(older)).toEqual({ 'ahead at 6': others });
    expect(await bootFive(database(2))).toMatchObject({ outcome: 'ahead', to: 6, steps: [] });
  });

  test.each([
    { round: 3, what: 'nobody may stay behind', late: 'VERSION_AHEAD' },
    { round: 4, what: '5 may go on', late: 'ahead at 6' },
  ])('all at once, where $what: it ends at 6, and the older is told what its turn was', async ({ round, late }) => {
    await fleet.ready();
    const booted = await fleet.boot();
    const [older, ...newer] = booted;
    expect(await ledgerOf(database(round))).toEqual(LEVEL);
    // The database knows whose turn came first.
    const [line] = await database(round).execute('select pid from deployed_version_log where to_version = 5');
    const wasFirst = line?.['pid'] === fleet.workers[0]?.pid;
    expect(older && verdictOf(older)).toBe(wasFirst ? 'upgraded at 5' : late);
    expect(verdictsOf(newer)).toEqual({ 'upgraded at 6': 1, 'level at 6': others - 1 });
    expect(stepsOf(newer)).toEqual(wasFirst ? [6] : ALL);
  });
});
