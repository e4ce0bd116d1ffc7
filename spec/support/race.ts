import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { type Boot, installed, ledgerOf } from './bank.ts';
import type { TestDatabase } from './databases.ts';
import { type Booted, bootedOf, type Fleet, startFleet } from './fleet.ts';
import type { SqliteClient } from './drivers.ts';
import { type Runtime, spawnWorker, type Worker } from './processes.ts';
import { type LockWatch, watchLocks } from './lock-waits.ts';

/** Where a race takes place. */
export interface Course {
  /** As in '8 processes on …'. */
  readonly place: string;
  readonly processes: number;
  /** Creates an empty database, once for each of the races. */
  readonly create: () => Promise<TestDatabase>;
  /** Where the processes reach a database. Default: where it is. */
  readonly addressOf?: (database: TestDatabase) => string;
  /** What opens the SQLite file, and what runs it, by the number of the process. Default: better-sqlite3 on Node. */
  readonly runnerOf?: (number: number) => Runner;
  /** On PostgreSQL: how many sessions are to be seen at the least while all of them are looked at. */
  readonly sessions?: number;
}

/** A driver of SQLite, and what it runs on. */
export interface Runner {
  readonly client: SqliteClient;
  readonly runtime: Runtime;
}

const ON_NODE: Runner = { client: 'better-sqlite3', runtime: 'node' };

// Fifty processes take half a minute to start, and nobody is to run out of patience on a slow machine.
const LIMIT_MS = 240_000;
const PENDING: readonly Omit<Boot, 'address'>[] = [
  { release: 'adding', transaction: 'plan' },
  { release: 'adding', transaction: 'step' },
  { release: 'entering' },
  { release: 'first' },
];

/**
 * Declares the tests of many processes that boot at the same moment. They are judged by the rows.
 *
 * Starting a process takes longer than all it does, so the same ones run every race, each on a database of its own.
 */
export function describeRaces(course: Course): void {
  const { place, processes, create, addressOf = addressOfItself, runnerOf = () => ON_NODE, sessions } = course;
  describe(`${processes} processes on ${place}`, () => {
    let databases: TestDatabase[];
    let fleet: Fleet;
    let worker: Worker;
    let watch: LockWatch | undefined;
    const database = (round: number) => databases[round] as TestDatabase;
    const race = async () => {
      await fleet.ready();
      return fleet.boot();
    };

    beforeAll(async () => {
      databases = await Promise.all([create(), ...PENDING.map(() => installed(create))]);
      const releases: readonly Omit<Boot, 'address'>[] = [{ release: 'first' }, ...PENDING];
      const boots = releases.map((boot, round) => ({ ...boot, address: addressOf(database(round)), waitMs: LIMIT_MS }));
      if (sessions) watch = await watchLocks(databases);
      fleet = startFleet(
        processes,
        number => {
          const { client } = runnerOf(number);
          // every other one has a single connection
          return boots.map(boot => ({ ...boot, client, ...(number % 2 > 0 && { pool: 1 }) }));
        },
        number => runnerOf(number).runtime,
      );
      const { client, runtime } = runnerOf(0);
      const boot = { address: addressOf(database(4)), release: 'working', client };
      worker = spawnWorker('boot.ts', { boots: [boot] }, runtime);
    }, LIMIT_MS);

    afterAll(async () => {
      await fleet[Symbol.asyncDispose]();
      await worker[Symbol.asyncDispose]();
      await Promise.all(databases.map(each => each.drop()));
    });

    test(
      'an empty database is installed once',
      async () => {
        const booted = await race();
        expect(await ledgerOf(database(0))).toEqual({ ...OPENED, log: 1 });
        expect(outcomesOf(booted)).toEqual({ installed: 1, level: processes - 1 });
      },
      LIMIT_MS,
    );

    test(
      'ten pending steps are done once each, all in one transaction',
      async () => {
        const booted = await race();
        expect(await ledgerOf(database(1))).toEqual({ ...OPENED, balance: 10, version: 11, log: 11 });
        expect(outcomesOf(booted)).toEqual({ upgraded: 1, level: processes - 1 });
      },
      LIMIT_MS,
    );

    test(
      'ten pending steps are done once each, every one in its own transaction',
      async () => {
        const booted = await race();
        expect(await ledgerOf(database(2))).toEqual({ ...OPENED, balance: 10, version: 11, log: 11 });
        const { upgraded = 0, level = 0 } = outcomesOf(booted);
        expect([upgraded > 0, upgraded + level]).toEqual([true, processes]);
        const steps = booted.flatMap(({ report }) => report?.steps.map(step => step.version) ?? []);
        expect(steps.toSorted((one, other) => one - other)).toEqual([2, 3, 4, 5, 6, 7, 8, 9, 10, 11]);
      },
      LIMIT_MS,
    );

    test(
      'one pending step inserts its row once',
      async () => {
        const booted = await race();
        expect(await ledgerOf(database(3))).toEqual({ ...OPENED, entries: 2, version: 2, log: 2 });
        expect(outcomesOf(booted)).toEqual({ upgraded: 1, level: processes - 1 });
      },
      LIMIT_MS,
    );

    test(
      'with nothing pending they boot while another works, and wait for nothing',
      async () => {
        await worker.line('ready');
        worker.say('go 0');
        await worker.line('working');
        const booted = await race();
        expect(outcomesOf(booted)).toEqual({ level: processes });
        expect(new Set(booted.map(({ report }) => report?.waitedMs))).toEqual(new Set([0]));
        const announced = { stage: 2, holder: worker.pid };
        expect(await ledgerOf(database(4))).toEqual({ ...OPENED, ...announced, log: 1 });

        worker.say('finish');
        expect(outcomesOf([bootedOf(await worker.line('booted'))])).toEqual({ upgraded: 1 });
        expect(await ledgerOf(database(4))).toEqual({ ...OPENED, balance: 1, entries: 301, version: 2, log: 2 });
      },
      LIMIT_MS,
    );

    if (!sessions) return;
    test('not one of them ever waited for a lock inside a statement', async () => {
      expect(await watch?.waits()).toEqual([]);
      expect(await watch?.sessions()).toBeGreaterThanOrEqual(sessions);
    });
  });
}

const OPENED = { accounts: 1, balance: 0, entries: 1, version: 1, stage: null, holder: null };

function addressOfItself({ address = '' }: TestDatabase): string {
  return address;
}

/** Counts how the boots ended; what was thrown counts as its code. */
export function outcomesOf(booted: readonly Booted[]): Record<string, number> {
  const counts: Record<string, number> = {};
  for (const { report, error } of booted) {
    const ending = report?.outcome ?? (typeof error === 'string' ? error : `${error?.code}: ${error?.message}`);
    counts[ending] = (counts[ending] ?? 0) + 1;
  }
  return counts;
}
