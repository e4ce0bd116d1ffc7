import { expect, test } from '@jest/globals';
import type { Progress } from '../../lib/index.ts';
import { bankEntities, ChangingBank, EnteringBank, installed } from '../support/bank.ts';
import { postgresql } from '../support/databases.ts';
import { hurryLocks } from '../support/hurry-locks.ts';
import { record } from '../support/recorder.ts';
import { createRole } from '../support/roles.ts';
import { connect } from '../support/session.ts';

const RIGHTS = [
  'grant usage, create on schema public to $role',
  'grant all on all tables in schema public to $role',
  'grant all on all sequences in schema public to $role',
  'alter role $role connection limit 1',
];

test('a server that takes no more connections is waited for', async () => {
  await using database = await installed(() => postgresql.create());
  await using role = await createRole(database, ...RIGHTS);
  const other = await connect(role.url);
  const orm = await database.orm(bankEntities(), { clientUrl: role.url });
  await expect(new EnteringBank(orm).upgrade({ waitMs: 0 })).rejects.toMatchObject({
    code: 'UPGRADE_BUSY',
    message: expect.stringMatching(/too many connections/),
  });
  let isEnded = false;
  const onProgress = ({ type }: Progress) => {
    if (type === 'waiting' && !isEnded) void other.end();
    isEnded ||= type === 'waiting';
  };
  expect(await new EnteringBank(orm).upgrade({ onProgress })).toMatchObject({ outcome: 'upgraded' });
  await orm.close();
  const last = await connect(role.url);
  const again = await database.orm(bankEntities(), { clientUrl: role.url });
  const status = new EnteringBank(again).status();
  setTimeout(() => void last.end());
  expect(await status).toMatchObject({ standing: 'level' });
});

test('a waiter keeps no connection while it pauses', async () => {
  using _ = hurryLocks();
  await using database = await installed(() => postgresql.create());
  const holder = await connect(database.address ?? '');
  await holder.query('begin');
  await holder.query('select * from deployed_version for update');
  const orm = await database.orm(bankEntities(), { driverOptions: { application_name: 'waiter' } });
  const bank = new EnteringBank(orm);
  const upgrade = bank.upgrade();
  const sessions = `select from pg_stat_activity where application_name = 'waiter' and datname = current_database()`;
  while ((await database.execute(sessions)).length === 0) await new Promise(resolve => setImmediate(resolve));
  while ((await database.execute(sessions)).length > 0) await new Promise(resolve => setImmediate(resolve));
  await holder.query('commit');
  await holder.end();
  expect(await upgrade).toMatchObject({ outcome: 'upgraded' });
});

test('the last attempt at a lock counts against waitMs', async () => {
  await using database = await installed(() => postgresql.create());
  const application = (await database.orm(bankEntities())).em.fork();
  await application.begin();
  await application.execute('update account set balance = balance + 100');
  const orm = await database.orm(bankEntities());
  using recording = await record(orm);
  const error: unknown = await new ChangingBank(orm).upgrade({ waitMs: 1500 }).catch((reason: unknown) => reason);
  await application.rollback();
  expect(error).toMatchObject({ code: 'UPGRADE_BUSY' });
  expect((error as { waitedMs: number }).waitedMs).toBeGreaterThan(1000);
  const limits = recording.sql.flatMap(sql => /set local lock_timeout = (\d+)/.exec(sql)?.slice(1).map(Number) ?? []);
  expect(Math.max(...limits)).toBeLessThanOrEqual(1500);
  // Each attempt waits for all of what it may, and no attempt follows once that is over.
  expect(limits.reduce((sum, ms) => sum + ms, 0)).toBeLessThanOrEqual(2500);
});
