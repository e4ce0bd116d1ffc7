import { describe, expect, test } from '@jest/globals';
import { databases, postgresql, type TestDatabase } from '../support/databases.ts';
import { hurryLocks } from '../support/hurry-locks.ts';
import { schemaClass } from '../support/schemas.ts';
import { stateOf, tablesOf } from '../support/state.ts';
import { settle, zooV1 } from '../support/zoo.ts';

const all = ['animal', 'deployed_version', 'deployed_version_log', 'exhibit', 'zoo'];

async function installed(database: TestDatabase) {
  const orm = await database.orm(zooV1());
  const zoo = new (schemaClass({ latest: 2 }))(orm);
  expect(await zoo.assertStorage()).toEqual({ guid: 'zoo', version: 2, outcome: 'installed', created: [] });
  return { orm, zoo };
}

describe.each(databases)('on $name', kind => {
  test('an empty database is installed, a second call does nothing', async () => {
    await using database = await kind.create({ pool: 1 });
    const { zoo } = await installed(database);
    expect(await tablesOf(database)).toEqual(all);
    const before = await stateOf(database);
    expect(await zoo.assertStorage()).toEqual({ guid: 'zoo', version: 2, outcome: 'level', created: [] });
    expect(await stateOf(database)).toEqual(before);
  });

  test('what is gone is made again, exactly as an installation makes it, and the rest keeps its rows', async () => {
    await using database = await kind.create({ pool: 1 });
    const { zoo } = await installed(database);
    await settle(database);
    const before = await stateOf(database, { announcements: false });
    await database.execute('drop table exhibit');
    await database.execute('drop table animal');
    expect(await zoo.assertStorage()).toMatchObject({ outcome: 'completed', created: ['animal', 'exhibit'] });
    const after = await stateOf(database, { announcements: false });
    expect(after.catalog).toEqual(before.catalog);
    expect(Object.values(after.rows).flat()).toHaveLength(Object.values(before.rows).flat().length - 11 - 3);
    expect(await zoo.status()).toMatchObject({ deployed: 2, stage: undefined, holder: undefined });
  });

  test('a table that many refer to is made again', async () => {
    await using database = await kind.create({ pool: 1 });
    const { zoo } = await installed(database);
    const cascade = kind.dialect === 'postgresql' ? 'cascade' : '';
    await database.execute(`drop table zoo ${cascade}`);
    expect(await zoo.assertStorage()).toMatchObject({ outcome: 'completed', created: ['zoo'] });
    expect(await tablesOf(database)).toEqual(all);
  });
});

test('where a table cannot be made, the database is as it was', async () => {
  await using database = await postgresql.create({ pool: 1 });
  const { orm, zoo } = await installed(database);
  await database.execute('drop table exhibit');
  await database.execute('drop table zoo');
  // nothing can refer to a view
  await database.execute(`create view zoo as select 1 as id`);
  const before = await stateOf(database, { announcements: false });
  await expect(zoo.assertStorage()).rejects.toMatchObject({
    code: 'STEP_FAILED',
    method: 'assertStorage',
    deployed: 2,
    message:
      'zoo: assertStorage failed: referenced relation "zoo" is not a table. The database is at version 2. Fix the cause and call again.',
  });
  expect(await stateOf(database, { announcements: false })).toEqual(before);
  expect(await zoo.status()).toMatchObject({ stage: undefined, holder: undefined });
  expect(await orm.em.execute('select 1 as one')).toEqual([{ one: 1 }]);
});

test('where a table is locked for long, it gives up waiting, and nothing has failed', async () => {
  await using database = await postgresql.create();
  const { zoo } = await installed(database);
  await database.execute('drop table exhibit');
  const holder = (await database.orm([])).em.fork();
  await holder.begin();
  await holder.execute('lock table zoo in access exclusive mode');
  try {
    using _ = hurryLocks();
    await expect(zoo.assertStorage({ waitMs: 0 })).rejects.toMatchObject({
      code: 'UPGRADE_BUSY',
      message: expect.stringContaining('canceling statement due to lock timeout'),
      cause: { code: '55P03' },
    });
  } finally {
    await holder.rollback();
  }
  expect(await zoo.assertStorage()).toMatchObject({ outcome: 'completed', created: ['exhibit'] });
});
