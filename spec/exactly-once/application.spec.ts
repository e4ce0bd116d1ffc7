import { describe, expect, test } from '@jest/globals';
import type { MikroORM } from '@mikro-orm/sql';
import type { Step } from '../../lib/index.ts';
import { Bank, bankEntities, EnteringBank, installed, ledgerOf } from '../support/bank.ts';
import { sqliteFile, type TestDatabase } from '../support/databases.ts';
import { spawnWorker, type Worker } from '../support/processes.ts';
import { record } from '../support/recorder.ts';

const OPENED = { accounts: 1, balance: 0, entries: 1, version: 1, stage: null, holder: null, log: 1 };
const ENTERED = { ...OPENED, entries: 2, version: 2, log: 2 };

/** Another process with a transaction of its own on the same file. */
function startTeller({ address }: TestDatabase, does: 'reads' | 'writes'): Worker {
  return spawnWorker('teller.ts', { address, does });
}

async function enter(teller: Worker): Promise<void> {
  teller.say('begin');
  await teller.line('inside');
}

async function leave(teller: Worker): Promise<number> {
  teller.say('commit');
  return Number((await teller.line('outside'))['ticks']);
}

/** A bank in the middle of whose only step a reader comes along. */
class VisitedBank extends Bank {
  override readonly latest = 2;
  readonly #teller: Worker;

  constructor(orm: MikroORM, teller: Worker) {
    super(orm);
    this.#teller = teller;
  }

  async upgradeTo_2(step: Step) {
    await step.execute(`insert into entry (note) values ('visited')`);
    await enter(this.#teller);
  }
}

/** Counts the turns that the rest of this process gets; `using` ends it. */
function countTurns(): Disposable & { readonly turns: number } {
  let turns = 0;
  const timer = setInterval(() => (turns += 1), 1);
  return {
    get turns() {
      return turns;
    },
    [Symbol.dispose]: () => clearInterval(timer),
  };
}

describe.each([
  { journal: 'a rollback journal', wal: false },
  { journal: 'a write-ahead log', wal: true },
])('an application in another process, on the same sqlite file with $journal', ({ wal }) => {
  const create = async () => installed(() => sqliteFile.create({ wal }));

  test('that writes is waited for, and neither process stands still', async () => {
    await using database = await create();
    await using teller = startTeller(database, 'writes');
    await enter(teller);
    using clock = countTurns();
    const turns: number[] = [];
    const bank = new EnteringBank(await database.orm(bankEntities()));

    const report = await bank.upgrade({
      onProgress: event => {
        if (event.type === 'waiting' && turns.push(clock.turns) === 4) teller.say('commit');
      },
    });
    expect(turns[3]).toBeGreaterThan(turns[0] ?? 0);
    expect(await leave(teller)).toBeGreaterThan(0);
    expect(report).toMatchObject({ outcome: 'upgraded', to: 2 });
    expect(await ledgerOf(database)).toEqual({ ...ENTERED, balance: 100 });
  });

  test('that reads while a step runs is waited for at the commit, where it has to be', async () => {
    await using database = await create();
    await using teller = startTeller(database, 'reads');
    const orm = await database.orm(bankEntities());
    using clock = countTurns();
    const commits: number[] = [];
    using _recording = await record(orm, {
      before: (_, sql) => {
        if (sql === 'commit' && commits.push(clock.turns) === 3) teller.say('commit');
      },
    });

    expect(await new VisitedBank(orm, teller).upgrade()).toMatchObject({ outcome: 'upgraded', waitedMs: 0 });
    expect(await leave(teller)).toBeGreaterThan(0);
    expect(await ledgerOf(database)).toEqual(ENTERED);
    // a write-ahead log lets them pass each other
    expect(commits.length >= 3).toBe(!wal);
    expect((commits.at(-1) ?? 0) > (commits[0] ?? 0)).toBe(!wal);
  });
});

describe('an application that reads from a sqlite file with a rollback journal', () => {
  test('is waited for before anything is begun, if it was first', async () => {
    await using database = await installed(() => sqliteFile.create());
    await using teller = startTeller(database, 'reads');
    await enter(teller);
    const bank = new EnteringBank(await database.orm(bankEntities()));
    const seen: string[] = [];

    await bank.upgrade({
      onProgress: event => {
        if (seen.push(event.type) === 3) teller.say('commit');
      },
    });
    expect(seen.slice(0, 3)).toEqual(['waiting', 'waiting', 'waiting']);
    expect(await ledgerOf(database)).toEqual(ENTERED);
  });

  test('keeps a commit waiting no longer than until the signal: all of it is taken back', async () => {
    await using database = await installed(() => sqliteFile.create());
    await using teller = startTeller(database, 'reads');
    const orm = await database.orm(bankEntities());
    const controller = new AbortController();
    let commits = 0;
    using _recording = await record(orm, {
      before: (_, sql) => {
        if (sql === 'commit' && (commits += 1) === 3) controller.abort(new Error('enough'));
      },
    });

    const bank = new VisitedBank(orm, teller);
    await expect(bank.upgrade({ signal: controller.signal })).rejects.toMatchObject({
      code: 'UPGRADE_ABORTED',
      deployed: 1,
    });
    await leave(teller);
    expect(await ledgerOf(database)).toMatchObject({ entries: 1, version: 1, log: 1 });
    expect(await new EnteringBank(await database.orm(bankEntities())).upgrade()).toMatchObject({ to: 2 });
    expect(await ledgerOf(database)).toEqual(ENTERED);
  });
});
