import { setTimeout as sleep } from 'node:timers/promises';
import { isDeepStrictEqual } from 'node:util';
import { describe, expect, test } from '@jest/globals';
import type { TransactionMode } from '../../lib/index.ts';
import { bankOf, type Boot, installed, type Ledger, ledgerOf, openBank } from './bank.ts';
import type { TestDatabase } from './databases.ts';
import { spawnWorker } from './processes.ts';
import { record } from './recorder.ts';
import { tablesOf } from './state.ts';

/** A point of a boot: right before its nth statement is sent, or right after that was answered. */
export interface Point {
  readonly when: 'before' | 'after';
  readonly n: number;
  readonly sql: string;
}

/** What became of a database whose upgrade was killed at a point. */
export interface Death {
  readonly point: string;
  /** What ended the process. */
  readonly signal: NodeJS.Signals | null;
  /** What the dead had left; `undefined` if there was not a single table. */
  readonly left: Ledger | undefined;
  /** How long the next boot waited for a lock, in milliseconds. */
  readonly waitedMs: number;
  readonly healed: Ledger;
}

/** How one boot is killed at every point of it. */
export interface Killing {
  /** Creates the database as it is before the boot. */
  readonly create: () => Promise<TestDatabase>;
  readonly boot: Omit<Boot, 'address'>;
}

// A process is mostly compiling: more of them at a time would only wait for each other.
const AT_A_TIME = 4;
// Up to forty processes to a test, on whatever machine.
const LIMIT_MS = 240_000;

/** Finds the points of a boot in a recording of it: before its first statement, after each, and before each commit. */
export async function pointsOf({ create, boot }: Killing): Promise<Point[]> {
  await using database = await create();
  const orm = await openBank({ ...boot, address: database.address ?? '' });
  using recording = await record(orm);
  await bankOf(orm, { ...boot, address: '' }).upgrade({ transaction: boot.transaction });
  const { sql } = recording;
  await orm.close();
  return sql.flatMap((text, index): Point[] => {
    const after: Point = { when: 'after', n: index + 1, sql: text };
    return index === 0 || commits(text) ? [{ ...after, when: 'before' }, after] : [after];
  });
}

/** Whether what is sent ends with a commit. */
function commits(sql: string): boolean {
  return /^commit$/m.test(sql);
}

/** Kills a process at each of the points, each on a database of its own, which another boot then brings to its version. */
export async function killAt(points: readonly Point[], killing: Killing): Promise<Death[]> {
  const deaths: Death[] = [];
  const rest = [...points.entries()];
  const lane = async () => {
    for (let next = rest.shift(); next; next = rest.shift()) deaths[next[0]] = await kill(next[1], killing);
  };
  await Promise.all(Array.from({ length: AT_A_TIME }, lane));
  return deaths;
}

async function kill(point: Point, { create, boot }: Killing): Promise<Death> {
  await using database = await create();
  const address = database.address ?? '';
  await using worker = spawnWorker('die.ts', { boot: { ...boot, address }, point });
  const { signal } = await worker.finished;
  await isGone(database);
  const left = (await tablesOf(database)).length === 0 ? undefined : await ledgerOf(database);

  const orm = await openBank({ ...boot, address });
  // not even once more than it takes to ask
  const { waitedMs } = await bankOf(orm, { ...boot, address }).upgrade({ transaction: boot.transaction, waitMs: 0 });
  await orm.close();
  return { point: show(point), signal, left, waitedMs, healed: await ledgerOf(database) };
}

/** PostgreSQL needs a moment to notice that a client is no more. */
async function isGone(database: TestDatabase): Promise<void> {
  if (database.dialect === 'sqlite') return;
  const others = `select pid from pg_stat_activity where datname = current_database() and pid <> pg_backend_pid()`;
  while ((await database.execute(others)).length > 0) await sleep(5);
}

/** Where processes are killed, and at which points. */
export interface Place {
  /** As in 'a process on …'. */
  readonly place: string;
  /** Creates an empty database. */
  readonly create: () => Promise<TestDatabase>;
  /** Before and after each commit, where it is decided, or at every point. */
  readonly at: 'any commit' | 'any point';
  /** Default: both. */
  readonly modes?: readonly TransactionMode[];
}

/** Declares the tests of processes killed in the middle of an installation and of an upgrade, in one mode or another. */
export function describeDeaths({ place, create, at, modes = ['plan', 'step'] }: Place): void {
  const pointsFor = async (killing: Killing) => {
    const points = await pointsOf(killing);
    return at === 'any point' ? points : points.filter(({ sql }) => commits(sql));
  };
  describe(`a process on ${place} that is killed at ${at}`, () => {
    test(
      'of an installation leaves it to the next boot',
      async () => {
        const killing: Killing = { create, boot: { release: 'first' } };
        const points = await pointsFor(killing);
        const deaths = await killAt(points, killing);
        const OPENED = { accounts: 1, balance: 0, entries: 1, version: 1, stage: null, holder: null, log: 1 };
        expectDeaths(deaths, points, OPENED);
        // nothing, or all of it
        const left = deaths.map(death => death.left);
        expect(left[0]).toBeUndefined();
        expect(left.at(-1)).toEqual(OPENED);
        expect(left.filter(ledger => ledger && !isDeepStrictEqual(ledger, OPENED))).toEqual([]);
      },
      LIMIT_MS,
    );

    test.each(modes)(
      'of an upgrade by %s leaves what is missing to the next boot',
      async transaction => {
        const killing: Killing = { create: () => installed(create), boot: { release: 'changing', transaction } };
        const points = await pointsFor(killing);
        const deaths = await killAt(points, killing);
        const CHANGED = { accounts: 1, balance: 2, entries: 1, version: 3, stage: null, holder: null, log: 3 };
        expectDeaths(deaths, points, CHANGED);
        // the row says what the rows say: each step adds 1
        for (const { left } of deaths)
          expect(left).toMatchObject({ balance: (left?.version ?? 0) - 1, log: left?.version });
        const reached = new Set(deaths.map(({ left }) => left?.version));
        expect(reached).toEqual(new Set(transaction === 'plan' ? [1, 3] : [1, 2, 3]));
      },
      LIMIT_MS,
    );
  });
}

function expectDeaths(deaths: readonly Death[], points: readonly Point[], ledger: Ledger): void {
  expect(deaths.map(({ point, signal }) => `${point} ${signal}`)).toEqual(
    points.map(point => `${show(point)} SIGKILL`),
  );
  expect(deaths.filter(death => !isDeepStrictEqual(death.healed, ledger))).toEqual([]);
  expect(deaths.filter(death => death.waitedMs > 0)).toEqual([]);
}

function show({ when, n, sql }: Point): string {
  return `${when} ${n}: ${sql.slice(0, 60)}`;
}
