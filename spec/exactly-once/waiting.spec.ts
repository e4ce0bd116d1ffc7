import { hostname } from 'node:os';
import { describe, expect, test } from '@jest/globals';
import { type Progress, type Step, UpgradeAbortedError, UpgradeBusyError } from '../../lib/index.ts';
import { Bank, bankEntities, ChangingBank, EnteringBank, installed, ledgerOf } from '../support/bank.ts';
import { postgresql, sqliteFile, type TestDatabase } from '../support/databases.ts';
import { hurryLocks } from '../support/hurry-locks.ts';
import { spawnWorker } from '../support/processes.ts';

const OPENED = { accounts: 1, balance: 0, entries: 1, version: 1, stage: null, holder: null, log: 1 };

/** Starts another process that holds the row of a bank's database until it is told to finish. */
async function startHolder({ address = '' }: TestDatabase) {
  const holder = spawnWorker('boot.ts', { boots: [{ address, release: 'working' }] });
  await holder.line('ready');
  holder.say('go 0');
  await holder.line('working');
  return holder;
}

async function failureOf(upgrade: Promise<unknown>): Promise<unknown> {
  return upgrade.then(
    () => undefined,
    (error: unknown) => error,
  );
}

/** Something that can be waited for, and the one who makes it happen. */
function gate(): { opened: Promise<void>; open: () => void } {
  const { promise, resolve } = Promise.withResolvers<void>();
  return { opened: promise, open: resolve };
}

/** A bank whose installation goes on when it is told to. */
class SlowBank extends Bank {
  readonly #begun = gate();
  readonly #end = gate();
  readonly begun = this.#begun.opened;
  readonly end = this.#end.open;

  override async onInstall(step: Step) {
    await super.onInstall(step);
    this.#begun.open();
    await this.#end.opened;
  }
}

describe.each([postgresql, sqliteFile])('while another process holds the row on $name', kind => {
  test('a waiter that runs out of time is told by whom, who does not wait is told at once, and a signal ends it', async () => {
    await using database = await installed(() => kind.create());
    await using holder = await startHolder(database);
    const bank = new EnteringBank(await database.orm(bankEntities(), { pool: { min: 0, max: 1 } }));
    const who = { host: hostname(), pid: holder.pid, since: expect.any(Date), stage: 2 };

    const progress: Progress[] = [];
    const tired = await failureOf(bank.upgrade({ waitMs: 100, onProgress: event => progress.push(event) }));
    expect(tired).toBeInstanceOf(UpgradeBusyError);
    expect(tired).toMatchObject({ code: 'UPGRADE_BUSY', holder: who, guid: 'bank' });
    expect((tired as UpgradeBusyError).message).toMatch(
      new RegExp(
        `^bank: another process holds the version row: pid ${holder.pid} on .+ \\(to version 2, since \\d{4}-.*\\)\\. Gave up after [\\d.]+ m?s\\. Try`,
      ),
    );
    expect(progress.length).toBeGreaterThan(0);
    expect(new Set(progress.map(event => event.type))).toEqual(new Set(['waiting']));

    const hasty = await failureOf(bank.upgrade({ waitMs: 0, onProgress: event => progress.push(event) }));
    expect(hasty).toMatchObject({ code: 'UPGRADE_BUSY', holder: who, waitedMs: 0 });

    const controller = new AbortController();
    const reason = new Error('enough');
    const stopped = await failureOf(
      bank.upgrade({ signal: controller.signal, onProgress: () => controller.abort(reason) }),
    );
    expect(stopped).toBeInstanceOf(UpgradeAbortedError);
    expect(stopped).toMatchObject({ deployed: 1, cause: reason });
    expect(bank.stage).toBeUndefined();

    expect(await bank.status()).toMatchObject({ standing: 'behind', deployed: 1, stage: 2, target: 2, holder: who });
    holder.say('finish');
    await holder.line('booted');
    expect(await bank.upgrade({ waitMs: 0 })).toMatchObject({ outcome: 'level', to: 2 });
    expect(await ledgerOf(database)).toEqual({ ...OPENED, balance: 1, entries: 301, version: 2, log: 2 });
  });
});

test('during an installation on postgresql the one who holds the lock is found by its session', async () => {
  await using database = await postgresql.create();
  const slow = new SlowBank(await database.orm(bankEntities()));
  const installing = slow.upgrade();
  await slow.begun;
  const [session] = await database.execute<{ pid: number }>(
    `select pid from pg_locks where locktype = 'advisory' and database = (select oid from pg_database where datname = current_database())`,
  );

  const other = await failureOf(new Bank(await database.orm(bankEntities())).upgrade({ waitMs: 100 }));
  expect(other).toMatchObject({
    code: 'UPGRADE_BUSY',
    holder: { pid: session?.pid, host: '127.0.0.1', since: expect.any(Date), stage: undefined },
  });
  slow.end();
  expect(await installing).toMatchObject({ outcome: 'installed' });
  expect(await ledgerOf(database)).toEqual(OPENED);
});

test('during an installation on a sqlite file nobody can tell who it is, and the error says what was locked', async () => {
  await using database = await sqliteFile.create();
  const slow = new SlowBank(await database.orm(bankEntities()));
  const installing = slow.upgrade();
  await slow.begun;

  const other = await failureOf(new Bank(await database.orm(bankEntities())).upgrade({ waitMs: 100 }));
  expect(other).toBeInstanceOf(UpgradeBusyError);
  expect(other).toMatchObject({ holder: undefined, message: expect.stringMatching(/database is locked/) });
  slow.end();
  expect(await installing).toMatchObject({ outcome: 'installed' });
  expect(await ledgerOf(database)).toEqual(OPENED);
});

/** Upgrades while a transaction of the application keeps the rows that a step wants to alter, until `isOver`. */
async function upgradeBehindApplication({ waitMs, isOver }: { waitMs?: number; isOver: (event: Progress) => boolean }) {
  await using database = await installed(() => postgresql.create());
  const application = (await database.orm(bankEntities())).em.fork();
  await application.begin();
  await application.execute('update account set balance = balance + 100');
  const bank = new ChangingBank(await database.orm(bankEntities()));
  let commit: Promise<void> | undefined;
  const onProgress = (event: Progress) => {
    if (isOver(event)) commit ??= application.commit();
  };
  const outcome = await bank.upgrade({ waitMs, onProgress }).catch((error: unknown) => error);
  const ledger = await ledgerOf(database);
  await (commit ?? application.commit());
  return { outcome, ledger };
}

test('a step that gets no lock from the application is tried again while it may wait, and then gives up', async () => {
  using _ = hurryLocks();
  const [patient, hasty] = await Promise.all([
    upgradeBehindApplication({ isOver: event => event.type === 'waiting' }),
    upgradeBehindApplication({ waitMs: 0, isOver: () => false }),
  ]);
  expect(patient.outcome).toMatchObject({ outcome: 'upgraded', from: 1, to: 3, waitedMs: expect.any(Number) });
  expect(patient.ledger).toEqual({ ...OPENED, balance: 102, version: 3, log: 3 });

  expect(hasty.outcome).toBeInstanceOf(UpgradeBusyError);
  expect(hasty.outcome).toMatchObject({
    cause: { code: '55P03' },
    message: expect.stringMatching(/could not get a lock: .*lock timeout/),
  });
  expect(hasty.ledger).toEqual(OPENED);
});

test('what a step drops is told once, however often it had to be tried', async () => {
  using _ = hurryLocks();
  await using database = await installed(() => postgresql.create());
  await new ChangingBank(await database.orm(bankEntities())).upgrade();
  const application = (await database.orm(bankEntities())).em.fork();
  await application.begin();
  await application.execute(`update branch set id = id`);
  class ReturningBank extends ChangingBank {
    async downgradeTo_2(step: Step) {
      await step.dropProperty(step.em.getMetadata().getByClassName('Account').class, 'balance');
      await step.execute('drop table branch');
    }
  }
  let commit: Promise<void> | undefined;
  const onProgress = ({ type }: Progress) => {
    if (type === 'waiting') commit ??= application.commit();
  };
  const report = await new ReturningBank(await database.orm(bankEntities())).downgrade(2, { onProgress });
  expect(commit).toBeDefined();
  expect(report).toMatchObject({ outcome: 'downgraded', lost: [{ what: 'account.balance', rows: 1, version: 3 }] });
});
