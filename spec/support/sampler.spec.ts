import { expect, test } from '@jest/globals';
import pg from 'pg';
import { postgresql } from './databases.ts';
import { startSampler } from './sampler.ts';

test('a session that waits for a lock inside a statement is seen', async () => {
  await using database = await postgresql.create();
  await database.execute('create table cage (id int)');
  const [holder, waiter] = [1, 2].map(() => new pg.Client({ connectionString: database.address }));
  await Promise.all([holder?.connect(), waiter?.connect()]);
  await using sampler = await startSampler([database.address ?? '']);

  await holder?.query('begin');
  await holder?.query('lock table cage');
  await sampler.during(async () => {
    const waiting = waiter?.query('select * from cage');
    while (sampler.waits.length === 0) await new Promise(resolve => setImmediate(resolve));
    await holder?.query('rollback');
    await waiting;
  });

  expect(sampler.waits).toEqual(['relation: select * from cage']);
  // theirs, and the one that raw SQL goes through
  expect(sampler.sessions).toBe(3);
  await Promise.all([holder?.end(), waiter?.end()]);
});
