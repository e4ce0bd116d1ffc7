import { expect, test } from '@jest/globals';
import type { Step } from '../../lib/index.ts';
import { Bank, bankEntities, EnteringBank, installed, ledgerOf } from '../support/bank.ts';
import { postgresql } from '../support/databases.ts';
import { hurryLocks, withoutPatience } from '../support/hurry-locks.ts';
import { record } from '../support/recorder.ts';
import { startSilentProxy } from '../support/silent-proxy.ts';

const OPENED = { accounts: 1, balance: 0, entries: 1, version: 1, stage: null, holder: null, log: 1 };
const POOL_OF_ONE = { pool: { min: 0, max: 1 } };
const UNANSWERED = { code: 'DATABASE_UNAVAILABLE', message: expect.stringMatching(/did not answer within [\d.]+ m?s/) };

async function arrange() {
  const database = await installed(() => postgresql.create());
  const proxy = await startSilentProxy(database.address ?? '');
  const orm = await database.orm(bankEntities(), { clientUrl: proxy.address, ...POOL_OF_ONE });
  return {
    database,
    proxy,
    orm,
    async [Symbol.asyncDispose]() {
      await proxy[Symbol.asyncDispose]();
      await database.drop();
    },
  };
}

test('a server that never answers a new connection is told within waitMs', async () => {
  await using place = await arrange();
  place.proxy.fallSilent();
  const upgrade = withoutPatience(() => new EnteringBank(place.orm).upgrade({ waitMs: 0 }));
  await expect(upgrade).rejects.toMatchObject(UNANSWERED);
});

test('a connection of the pool that fell silent is told within waitMs, and thrown away', async () => {
  await using place = await arrange();
  const bank = new EnteringBank(place.orm);
  expect(await bank.deployed()).toBe(1);
  place.proxy.fallSilent();
  await expect(withoutPatience(() => bank.upgrade({ waitMs: 0 }))).rejects.toMatchObject(UNANSWERED);
  place.proxy.speak();
  expect(await bank.upgrade({ waitMs: 0 })).toMatchObject({ from: 1, to: 2 });
  expect(await ledgerOf(place.database)).toEqual({ ...OPENED, entries: 2, version: 2, log: 2 });
});

test('the signal ends the waiting for an answer', async () => {
  await using place = await arrange();
  const bank = new EnteringBank(place.orm);
  expect(await bank.deployed()).toBe(1);
  place.proxy.fallSilent();
  const stopping = new AbortController();
  const upgrade = withoutPatience(() => bank.upgrade({ signal: stopping.signal }));
  setImmediate(() => stopping.abort('SIGTERM'));
  await expect(upgrade).rejects.toMatchObject({
    code: 'UPGRADE_ABORTED',
    cause: 'SIGTERM',
    message: expect.stringMatching(/The database did not answer, so its version is unknown/),
  });
});

test('a step whose connection falls silent is given up by the signal, and what became of it is not claimed', async () => {
  using _hurry = hurryLocks();
  await using place = await arrange();
  const stopping = new AbortController();
  class SilencedBank extends Bank {
    override readonly latest = 2;

    async upgradeTo_2(step: Step) {
      await step.execute(`insert into entry (note) values ('heard')`);
      place.proxy.fallSilent();
      await step.execute(`insert into entry (note) values ('unheard')`);
    }
  }
  using _recording = await record(place.orm, {
    before: (_n, sql) => void (sql.includes('unheard') && setImmediate(() => stopping.abort('SIGTERM'))),
  });
  const upgrade = withoutPatience(() => new SilencedBank(place.orm).upgrade({ signal: stopping.signal }));
  await expect(upgrade).rejects.toMatchObject({
    code: 'UPGRADE_ABORTED',
    deployed: undefined,
    message: expect.stringMatching(/The database did not answer, so its version is unknown/),
  });
  place.proxy.speak();
  expect(await new EnteringBank(await place.database.orm(bankEntities())).upgrade()).toMatchObject({ from: 1, to: 2 });
  expect(await ledgerOf(place.database)).toEqual({ ...OPENED, entries: 2, version: 2, log: 2 });
});
