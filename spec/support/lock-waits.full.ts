import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import type pg from 'pg';
import { postgresql, type TestDatabase } from './databases.ts';
import { type LockWatch, watchLocks, writtenFromNow } from './lock-waits.ts';
import { connect } from './session.ts';

let database: TestDatabase;
let neighbour: TestDatabase;
let watch: LockWatch;
let holder: pg.Client;
let waiter: pg.Client;

beforeAll(async () => {
  [database, neighbour] = await Promise.all([postgresql.create(), postgresql.create()]);
  await database.execute('create table cage (id int); insert into cage values (1)');
  watch = await watchLocks([neighbour, database]);
  [holder, waiter] = await Promise.all([connect(database.address ?? ''), connect(database.address ?? '')]);
});

afterAll(async () => {
  await Promise.all([holder.end(), waiter.end()]);
  await Promise.all([database.drop(), neighbour.drop()]);
});

/** Has `sql` wait for the transaction that `statements` leave open, and answers which waits the watch tells of. */
async function waitsFor(
  statements: readonly string[],
  sql: string | (() => Promise<string>),
  end: 'rollback' | 'commit' = 'rollback',
): Promise<string[]> {
  const known = await watch.waits();
  const log = writtenFromNow(process.env['DEJAVU_PG_LOG'] ?? '');
  for (const statement of ['begin', ...statements]) await holder.query(statement);
  const waiting = waiter.query(typeof sql === 'string' ? sql : await sql()).catch(() => undefined);
  while (waitsIn(log()) === 0) await new Promise(resolve => setImmediate(resolve));
  await holder.query(end);
  await waiting;
  return (await watch.waits()).slice(known.length);
}

/** How many waits for a lock the server wrote down, whatever the watch makes of them. */
function waitsIn(text: string): number {
  return text.split('\n').filter(line => line.includes(`@${nameOf(database)}/`) && /still waiting for/.test(line))
    .length;
}

function nameOf({ address = '' }: TestDatabase): string {
  return new URL(address).pathname.slice(1);
}

/** Has a session wait for the creation of a table, which is committed then. */
async function waitsForNewTable(comment: string): Promise<string[]> {
  const byNumber = async () => {
    const { rows } = await holder.query<{ oid: string }>(`select 'den'::regclass::oid::text as oid`);
    return `select pg_relation_size(${rows[0]?.oid}) ${comment}`;
  };
  const waits = await waitsFor(['create table den (id int)'], byNumber, 'commit');
  await holder.query('drop table den');
  return waits;
}

describe('a session that waits inside a statement is written down', () => {
  test.each([
    ['for a table', 'lock table cage', 'select * from cage', 'AccessShareLock on relation'],
    [
      'for a table that is altered',
      'alter table cage add legs int',
      'select id from cage',
      'AccessShareLock on relation',
    ],
    ['for a row', 'update cage set id = 2', 'update cage set id = 3', 'ShareLock on transaction'],
    ['for a name', 'create table ape (id int)', 'create table ape (id int)', 'ShareLock on transaction'],
    [
      'for a lock of no table',
      'select pg_advisory_xact_lock(7)',
      'select pg_advisory_xact_lock(7)',
      'ExclusiveLock on advisory',
    ],
  ])('%s', async (_, held, waiting, what) => {
    const waits = await waitsFor([held], waiting);
    expect(waits).toEqual([expect.stringMatching(`^${what} `)]);
    expect(waits).toEqual([expect.stringContaining(`: ${waiting}`)]);
  });

  test.each(['lock table pen', 'alter table pen add legs int'])(
    'for a table that its creator comes back to: %s',
    async again => {
      await holder.query('create table pen (id int)');
      const waits = await waitsFor([again], 'select * from pen');
      await holder.query('drop table pen');
      expect(waits).toEqual([expect.stringMatching(/^AccessShareLock .*: select \* from pen$/)]);
    },
  );

  test('for a table that is created in the open, by its number', async () => {
    expect(await waitsForNewTable('')).toEqual([expect.stringMatching(/^AccessShareLock .*: select pg_relation_size/)]);
  });
});

// Nobody finds a table by its name before it is committed. Looked for by its number, with its name beside it, the wait is
// written down just as that of a reader who found it, and met the last moment of the commit.
test('the end of the commit that creates a table is not a wait for it', async () => {
  expect(await waitsForNewTable('/* the size of the den */')).toEqual([]);
});

test('sessions are counted from the beginning of the watch', async () => {
  const before = await watch.sessions();
  await Promise.all([1, 2].map(async () => (await connect(database.address ?? '')).end()));
  // A session counts a moment after it has ended.
  while ((await watch.sessions()) < before + 2) await new Promise(resolve => setImmediate(resolve));
  expect(await watch.sessions()).toBeGreaterThanOrEqual(before + 2);
});
