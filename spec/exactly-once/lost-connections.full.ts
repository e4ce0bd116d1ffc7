import { describe, expect, test } from '@jest/globals';
import type { MikroORM } from '@mikro-orm/sql';
import { DatabaseUnavailableError, type Progress, type Step, StepFailedError } from '../../lib/index.ts';
import { AddingBank, Bank, bankEntities, EnteringBank, installed, ledgerOf } from '../support/bank.ts';
import { postgresql, type TestDatabase } from '../support/databases.ts';
import { atCommit, loseAnswer, poolOf } from '../support/lost-answers.ts';
import { connect } from '../support/session.ts';

const OPENED = { accounts: 1, balance: 0, entries: 1, version: 1, stage: null, holder: null, log: 1 };
const POOL_OF_ONE = { pool: { min: 0, max: 1 } };
const ENDED = /terminating connection|Connection terminated|ECONNRESET|is not queryable/;

const opened = () => installed(() => postgresql.create());

/** Ends every session of a database but the one that asks. */
async function endSessions(database: TestDatabase): Promise<void> {
  await database.execute(
    'select pg_terminate_backend(pid, 5000) from pg_stat_activity where datname = current_database() and pid <> pg_backend_pid()',
  );
}

async function failureOf(upgrade: Promise<unknown>): Promise<StepFailedError> {
  const error: unknown = await upgrade.catch((reason: unknown) => reason);
  expect(error).toBeInstanceOf(StepFailedError);
  return error as StepFailedError;
}

/** A bank of two steps, in the middle of whose second one `accident` happens. */
class UnluckyBank extends Bank {
  override readonly latest = 3;
  accident: () => Promise<void> = async () => {};

  async upgradeTo_2(step: Step) {
    await step.execute('update account set balance = balance + 1');
  }

  async upgradeTo_3(step: Step) {
    await step.execute('update account set balance = balance + 1');
    await this.accident();
    await step.execute(`insert into entry (note) values ('after the accident')`);
  }
}

test.each([
  { transaction: 'plan', done: [], balance: 0, version: 1 },
  { transaction: 'step', done: [2], balance: 1, version: 2 },
] as const)(
  'a backend ended in the middle of a step by $transaction: what was not committed is gone, and the next call does it',
  async ({ transaction, done, balance, version }) => {
    await using database = await opened();
    const orm = await database.orm(bankEntities(), POOL_OF_ONE);
    const bank = new UnluckyBank(orm);
    bank.accident = () => endSessions(database);

    const error = await failureOf(bank.upgrade({ transaction }));
    expect(error).toMatchObject({ method: 'upgradeTo_3', version: 3, done, deployed: version });
    expect(error.cause).toMatchObject({ message: expect.stringMatching(ENDED) });
    expect(await orm.em.fork().execute('select 1 as alive')).toEqual([{ alive: 1 }]);
    expect(await ledgerOf(database)).toEqual({ ...OPENED, balance, version, log: version });

    bank.accident = async () => {};
    expect(await bank.upgrade({ transaction })).toMatchObject({ from: version, to: 3, outcome: 'upgraded' });
    expect(await ledgerOf(database)).toEqual({ ...OPENED, balance: 2, entries: 2, version: 3, log: 3 });
  },
);

test('a backend ended by the commit itself: the row tells that it did not happen', async () => {
  await using database = await opened();
  // deferred, and caused by the line of the log, which is the last thing written
  await database.execute(`
    create function die() returns trigger language plpgsql as 'begin perform pg_terminate_backend(pg_backend_pid()); return null; end';
    create constraint trigger die after insert on deployed_version_log
      deferrable initially deferred for each row execute function die()`);
  const orm = await database.orm(bankEntities(), POOL_OF_ONE);
  const bank = new EnteringBank(orm);

  const error = await failureOf(bank.upgrade());
  expect(error).toMatchObject({ method: 'upgradeTo_2', version: 2, done: [], deployed: 1 });
  expect(error.message).toMatch(
    /the connection was lost during the commit: .*\. The database is at version 1\. Call again/,
  );
  expect(error.cause).toMatchObject({ message: expect.stringMatching(ENDED) });
  expect(await orm.em.fork().execute('select 1 as alive')).toEqual([{ alive: 1 }]);
  expect(await ledgerOf(database)).toEqual(OPENED);

  await database.execute('drop trigger die on deployed_version_log');
  expect(await bank.upgrade()).toMatchObject({ from: 1, to: 2, outcome: 'upgraded' });
  expect(await ledgerOf(database)).toEqual({ ...OPENED, entries: 2, version: 2, log: 2 });
});

test('an installation whose backend is ended before the commit: nothing is there, and the next call installs', async () => {
  await using database = await postgresql.create();
  const orm = await database.orm(bankEntities(), POOL_OF_ONE);
  await atCommit(orm, async send => {
    await endSessions(database);
    return send();
  });
  const bank = new Bank(orm);

  const error = await failureOf(bank.upgrade());
  expect(error).toMatchObject({ method: 'install', version: 1, done: [], deployed: undefined });
  expect(error.message).toMatch(
    /the connection was lost during the commit: .*\. The database is unchanged and has no version/,
  );
  await expect(ledgerOf(database)).rejects.toThrow(/does not exist/);

  expect(await bank.upgrade()).toMatchObject({ outcome: 'installed' });
  expect(await ledgerOf(database)).toEqual(OPENED);
});

test('an installation that was committed although nobody heard of it is found out by the row', async () => {
  await using database = await postgresql.create();
  const orm = await database.orm(bankEntities(), POOL_OF_ONE);
  await atCommit(orm, loseAnswer);
  expect(await new Bank(orm).upgrade()).toMatchObject({ outcome: 'installed', to: 1 });
  expect(await ledgerOf(database)).toEqual(OPENED);
  expect(await orm.em.fork().execute('select 1 as alive')).toEqual([{ alive: 1 }]);
});

test.each(['plan', 'step'] as const)(
  'an upgrade by %s that was committed although nobody heard of it is found out by the row, and goes on',
  async transaction => {
    await using database = await opened();
    const orm = await database.orm(bankEntities(), POOL_OF_ONE);
    await atCommit(orm, loseAnswer);
    const report = await new AddingBank(orm, 4).upgrade({ transaction });
    expect(report).toMatchObject({ from: 1, to: 4, outcome: 'upgraded' });
    expect(report.steps.map(step => step.version)).toEqual([2, 3, 4]);
    expect(await ledgerOf(database)).toEqual({ ...OPENED, balance: 3, version: 4, log: 4 });
    expect(await orm.em.fork().execute('select 1 as alive')).toEqual([{ alive: 1 }]);
  },
);

test('a commit nobody heard of, and a database that cannot be asked any more: the error says that it does not know', async () => {
  await using database = await opened();
  const orm = await database.orm(bankEntities(), POOL_OF_ONE);
  const pool = await poolOf(orm);
  const refused = Object.assign(new Error('connect ECONNREFUSED'), { code: 'ECONNREFUSED' });
  await atCommit(orm, async (send, client) => {
    Object.assign(pool, { connect: async () => Promise.reject(refused) });
    return loseAnswer(send, client);
  });
  const bank = new EnteringBank(orm);

  const error = await failureOf(bank.upgrade());
  expect(error).toMatchObject({ method: 'upgradeTo_2', deployed: undefined });
  expect(error.message).toMatch(/The database did not answer, so its version is unknown\. Call again/);
  await expect(bank.upgrade()).rejects.toThrow(DatabaseUnavailableError);

  Reflect.deleteProperty(pool, 'connect');
  expect(await bank.upgrade()).toMatchObject({ outcome: 'level', to: 2 });
  expect(await ledgerOf(database)).toEqual({ ...OPENED, entries: 2, version: 2, log: 2 });
});

test.each(['plan', 'step'] as const)(
  'a commit that the database refuses, by %s: nothing of it is kept',
  async transaction => {
    await using database = await opened();
    await database.execute(`
    create function refuse() returns trigger language plpgsql as 'begin raise exception ''not today''; end';
    create constraint trigger refuse after insert on deployed_version_log
      deferrable initially deferred for each row execute function refuse()`);
    const orm = await database.orm(bankEntities(), POOL_OF_ONE);

    const error = await failureOf(new EnteringBank(orm).upgrade({ transaction }));
    expect(error).toMatchObject({
      method: 'upgradeTo_2',
      deployed: 1,
      cause: { message: expect.stringMatching(/not today/) },
    });
    expect(await orm.em.fork().execute('select 1 as alive')).toEqual([{ alive: 1 }]);
    expect(await ledgerOf(database)).toEqual(OPENED);
  },
);

test('connections that were ended while they were idle are no obstacle', async () => {
  await using database = await opened();
  const orm = await database.orm(bankEntities(), POOL_OF_ONE);
  const bank = new EnteringBank(orm);
  await bank.status();
  const pool = await poolOf(orm);
  await endSessions(database);
  while (pool.totalCount > 0) await new Promise(resolve => setImmediate(resolve));
  expect(await bank.upgrade()).toMatchObject({ outcome: 'upgraded' });
});

/** Sends the next commit, which cannot end before `release`, and loses the connection as soon as it is under way. */
async function cutDuringCommit(database: TestDatabase, orm: MikroORM) {
  await database.execute(`
    create table gate (id integer);
    create function pass() returns trigger language plpgsql as 'begin perform pg_advisory_xact_lock(42); return null; end'`);
  const keeper = await connect(database.address ?? '');
  await keeper.query('select pg_advisory_lock(42)');
  await atCommit(orm, async (send, client) => {
    send().catch(() => {});
    const waiting = `select from pg_locks where locktype = 'advisory' and objid = 42 and not granted`;
    while ((await database.execute(waiting)).length === 0) await new Promise(resolve => setImmediate(resolve));
    return loseAnswer(async () => {}, client);
  });
  return {
    release: () => void keeper.query('select pg_advisory_unlock(42)').catch(() => {}),
    [Symbol.asyncDispose]: () => keeper.end(),
  };
}

const PASS = `create constraint trigger pass after insert on deployed_version_log
  deferrable initially deferred for each row execute function pass()`;

describe('a commit that is still under way when its connection is lost', () => {
  test.each(['plan', 'step'] as const)('is waited for, and then goes on, by %s', async transaction => {
    await using database = await opened();
    const orm = await database.orm(bankEntities());
    await using commit = await cutDuringCommit(database, orm);
    await database.execute(PASS);
    const events: string[] = [];
    const onProgress = ({ type }: Progress) => {
      events.push(type);
      if (type === 'waiting') commit.release();
    };
    const report = await new AddingBank(orm, 4).upgrade({ transaction, onProgress, waitMs: 0 });
    expect(report).toMatchObject({ from: 1, to: 4, outcome: 'upgraded' });
    expect(report.steps.map(step => step.version)).toEqual([2, 3, 4]);
    expect(await ledgerOf(database)).toEqual({ ...OPENED, balance: 3, version: 4, log: 4 });
    expect(events).toContain('waiting');
  });

  test('of an installation is waited for', async () => {
    await using database = await postgresql.create();
    const orm = await database.orm(bankEntities());
    await using commit = await cutDuringCommit(database, orm);
    class GatedBank extends Bank {
      override async onInstall(step: Step) {
        await super.onInstall(step);
        await step.execute(PASS);
      }
    }
    await database.execute('drop table gate');
    const onProgress = ({ type }: Progress) => void (type === 'waiting' && commit.release());
    expect(await new GatedBank(orm).upgrade({ onProgress })).toMatchObject({ outcome: 'installed' });
    expect(await ledgerOf(database)).toEqual(OPENED);
  });

  test('of allow() and assertStorage() is waited for', async () => {
    await using database = await opened();
    await database.execute('update deployed_version set version = 3, compatible = 3');
    {
      const orm = await database.orm(bankEntities());
      await using commit = await cutDuringCommit(database, orm);
      await database.execute(PASS);
      const onProgress = ({ type }: Progress) => void (type === 'waiting' && commit.release());
      const allowed = new Bank(orm).allow(1, { reason: 'it is safe', onProgress });
      expect(await allowed).toEqual({ guid: 'bank', deployed: 3, from: 3, to: 1 });
    }
    await database.execute(
      'drop trigger pass on deployed_version_log; drop table entry; update deployed_version set version = 1, compatible = 1',
    );
    const orm = await database.orm(bankEntities());
    await atCommit(orm, loseAnswer);
    expect(await new Bank(orm).assertStorage()).toMatchObject({ outcome: 'completed', created: ['entry'] });
  });

  test('for longer than the signal lets it: the error says that it is not known', async () => {
    await using database = await opened();
    const orm = await database.orm(bankEntities());
    await using commit = await cutDuringCommit(database, orm);
    await database.execute(PASS);
    const bank = new EnteringBank(orm);
    const stopping = new AbortController();
    const onProgress = ({ type }: Progress) => void (type === 'waiting' && stopping.abort());
    const error = await failureOf(bank.upgrade({ signal: stopping.signal, onProgress }));
    expect(error).toMatchObject({ method: 'upgradeTo_2', deployed: undefined });
    expect(error.message).toMatch(/The database did not answer, so its version is unknown\. .*still/);
    commit.release();
    expect(await bank.upgrade()).toMatchObject({ to: 2 });
    expect(await ledgerOf(database)).toEqual({ ...OPENED, entries: 2, version: 2, log: 2 });
  });
});

test('a database that another process upgraded meanwhile is asked again before the version is told', async () => {
  await using database = await opened();
  const orm = await database.orm(bankEntities(), POOL_OF_ONE);
  const bank = new UnluckyBank(orm);
  const [reached, goOn] = [Promise.withResolvers<void>(), Promise.withResolvers<void>()];
  bank.accident = async () => {
    reached.resolve();
    await goOn.promise;
  };
  const upgrade = failureOf(bank.upgrade());
  await reached.promise;
  await endSessions(database);
  await new AddingBank(await database.orm(bankEntities()), 2).upgrade();
  goOn.resolve();
  const error = await upgrade;
  expect(error).toMatchObject({ method: 'upgradeTo_3', deployed: 2 });
  expect(error.message).toMatch(/The database is at version 2/);
});

test('a commit whose answer pg gave up waiting for is looked up', async () => {
  await using database = await opened();
  const orm = await database.orm(bankEntities());
  await using commit = await cutDuringCommit(database, orm);
  await database.execute(PASS);
  const timed = await database.orm(bankEntities(), { driverOptions: { query_timeout: 300 } });
  const onProgress = ({ type }: Progress) => void (type === 'waiting' && commit.release());
  expect(await new AddingBank(timed, 2).upgrade({ onProgress })).toMatchObject({ outcome: 'upgraded' });
  expect(await ledgerOf(database)).toEqual({ ...OPENED, balance: 1, version: 2, log: 2 });
});

test('a statement whose answer pg gave up waiting for leaves no open transaction behind', async () => {
  await using database = await opened();
  const timed = await database.orm(bankEntities(), { driverOptions: { query_timeout: 300 }, ...POOL_OF_ONE });
  const bank = new UnluckyBank(timed);
  bank.accident = async () => void (await timed.em.execute('select pg_sleep(1)'));
  expect(await failureOf(bank.upgrade())).toMatchObject({ method: 'upgradeTo_3', deployed: 1 });
  const [state] = await timed.em.fork().execute<{ same: boolean }[]>('select now() = statement_timestamp() as same');
  expect(state).toEqual({ same: true });
  bank.accident = async () => {};
  expect(await bank.upgrade()).toMatchObject({ from: 1, to: 3 });
});
