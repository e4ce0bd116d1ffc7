import { expect, test } from '@jest/globals';
import { postgresql } from './databases.ts';
import { watchLocks } from './lock-waits.ts';
import { connect } from './session.ts';

test('a session that waits for a lock inside a statement is written down', async () => {
  await using database = await postgresql.create();
  await using neighbour = await postgresql.create();
  await database.execute('create table cage (id int)');
  const watch = await watchLocks([neighbour, database]);
  const [holder, waiter] = await Promise.all([connect(database.address ?? ''), connect(database.address ?? '')]);

  await holder.query('begin');
  await holder.query('lock table cage');
  const waiting = waiter.query('select * from cage');
  while (watch.waits().length === 0) await new Promise(resolve => setImmediate(resolve));
  await holder.query('rollback');
  await waiting;
  await Promise.all([holder.end(), waiter.end()]);

  expect(watch.waits()).toEqual([
    expect.stringMatching(/^AccessShareLock on relation \d+ of database \d+: select \* from cage$/),
  ]);
  while ((await watch.sessions()) < 2) await new Promise(resolve => setImmediate(resolve));
});
