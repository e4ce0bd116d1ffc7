import { describe, expect, test } from '@jest/globals';
import { databases, postgresql, type TestDatabase } from '../support/databases.ts';
import { record } from '../support/recorder.ts';
import { idleSteps, schemaClass } from '../support/schemas.ts';
import { stateOf } from '../support/state.ts';
import { zooV1 } from '../support/zoo.ts';

/** What an older release of this library did not have. */
const newer = {
  deployed_version: ['fingerprint', 'target', 'since'],
  deployed_version_log: ['role', 'release', 'reason'],
};

/** Turns our tables into those of an older release. */
async function age(database: TestDatabase) {
  for (const [table, columns] of Object.entries(newer)) {
    for (const column of columns) await database.execute(`alter table ${table} drop column ${column}`);
  }
}

async function columnsOf(database: TestDatabase, table: string) {
  const [row = {}] = await database.execute(`select t.* from (select 1) as o left join ${table} as t on 1 = 0`);
  return Object.keys(row);
}

async function isComplete(database: TestDatabase) {
  const found = await Promise.all(Object.keys(newer).map(table => columnsOf(database, table)));
  return Object.values(newer).every((columns, index) => columns.every(column => found[index]?.includes(column)));
}

async function schemaOn(database: TestDatabase, members: object) {
  const orm = await database.orm(zooV1());
  return { orm, zoo: new (schemaClass(members as Record<string, unknown>))(orm) };
}

/** A zoo at version 5 whose tables an older release of the library made. */
async function arrange(database: TestDatabase) {
  const { zoo } = await schemaOn(database, { latest: 5, steps: { 5: { compatible: 4 } } });
  await zoo.upgrade();
  await age(database);
  expect(await isComplete(database)).toBe(false);
}

describe.each(databases)('on $name tables of an older release of this library', kind => {
  test('are read without trouble, and nothing is written', async () => {
    await using database = await kind.create({ pool: 1 });
    await arrange(database);
    const before = await stateOf(database);
    const { zoo } = await schemaOn(database, { latest: 5 });
    expect(await zoo.status()).toMatchObject({ standing: 'level', deployed: 5, target: undefined, holder: undefined });
    await zoo.assertVersion();
    expect(await zoo.upgrade()).toMatchObject({ outcome: 'level' });
    expect(await zoo.assertStorage()).toMatchObject({ outcome: 'level' });
    const { zoo: next } = await schemaOn(database, { latest: 6, ...idleSteps(6, 6) });
    await expect(next.assertVersion()).rejects.toMatchObject({ code: 'VERSION_BEHIND' });
    expect(await stateOf(database)).toEqual(before);
  });

  test('are completed before a step runs, in a transaction of their own, and go on serving old code', async () => {
    await using database = await kind.create({ pool: 1 });
    await arrange(database);
    const { zoo, orm } = await schemaOn(database, { latest: 6, ...idleSteps(6, 6) });
    using recording = await record(orm);
    expect(await zoo.upgrade({ release: '6.0' })).toMatchObject({ outcome: 'upgraded', steps: [{ version: 6 }] });
    expect(await isComplete(database)).toBe(true);
    const altered = recording.sql.findLastIndex(sql => sql.startsWith('alter table "deployed_version'));
    const ended = recording.sql.indexOf('commit', altered);
    // Nothing is announced before, and no step runs before it is announced.
    const begun = recording.sql.findIndex(sql => sql.startsWith('update "deployed_version" set epoch'));
    expect([altered > 0, ended > altered, begun > ended]).toEqual([true, true, true]);
    expect(await database.execute('select to_version, release from deployed_version_log order by id')).toEqual([
      { to_version: 5, release: null },
      { to_version: 6, release: '6.0' },
    ]);
    const { zoo: old } = await schemaOn(database, { latest: 5 });
    expect(await old.status()).toMatchObject({ standing: 'ahead', deployed: 6 });
  });

  test('are completed once, whatever comes later', async () => {
    await using database = await kind.create({ pool: 1 });
    await arrange(database);
    await (await schemaOn(database, { latest: 6, ...idleSteps(6, 6) })).zoo.upgrade();
    const { zoo, orm } = await schemaOn(database, { latest: 7, ...idleSteps(7, 7) });
    using recording = await record(orm);
    await zoo.upgrade();
    expect(recording.sql.filter(sql => sql.startsWith('alter table'))).toEqual([]);
  });

  test.each<[string, (database: TestDatabase) => Promise<unknown>]>([
    ['allow()', async database => (await schemaOn(database, { latest: 3 })).zoo.allow(3, { reason: 'it is safe' })],
    [
      'assertStorage()',
      async database => {
        await database.execute('drop table exhibit');
        return (await schemaOn(database, { latest: 5 })).zoo.assertStorage();
      },
    ],
    [
      'the installation of another Schema',
      async database => new (schemaClass({ guid: 'aquarium' }))(await database.orm([])).upgrade({ install: true }),
    ],
    [
      'the installation of another Schema that does not wait',
      async database =>
        new (schemaClass({ guid: 'aquarium' }))(await database.orm([])).upgrade({ install: true, waitMs: 0 }),
    ],
    [
      'the adoption of another Schema',
      async database => {
        const orm = await database.orm(zooV1());
        return new (schemaClass({ guid: 'aquarium' }))(orm).adopt(1);
      },
    ],
    [
      'an upgrade without a history',
      async database => {
        await database.execute('delete from deployed_version_log');
        return (await schemaOn(database, { latest: 6, ...idleSteps(6, 6) })).zoo.upgrade();
      },
    ],
  ])('are completed by %s too', async (_, write) => {
    await using database = await kind.create({ pool: 1 });
    await arrange(database);
    await write(database);
    expect(await isComplete(database)).toBe(true);
    const [line] = await database.execute('select guid, role from deployed_version_log order by id desc limit 1');
    expect(line).toBeDefined();
  });
});

test('while another Schema holds its row, nobody is kept waiting behind an ALTER', async () => {
  await using database = await postgresql.create();
  await arrange(database);
  await new (schemaClass({ guid: 'aquarium' }))(await database.orm([])).upgrade({ install: true });
  for (const column of ['fingerprint']) await database.execute(`alter table deployed_version drop column ${column}`);
  const holder = (await database.orm([])).em.fork();
  await holder.begin();
  try {
    await holder.execute(`select * from deployed_version where guid = 'aquarium' for update`);
    const { zoo, orm } = await schemaOn(database, { latest: 6, ...idleSteps(6, 6) });
    using recording = await record(orm);
    await expect(zoo.upgrade({ waitMs: 0 })).rejects.toMatchObject({ code: 'UPGRADE_BUSY' });
    expect(recording.sql.filter(sql => sql.startsWith('alter'))).toEqual([]);
    await holder.commit();
    expect(await zoo.upgrade()).toMatchObject({ outcome: 'upgraded' });
  } finally {
    if (holder.isInTransaction()) await holder.rollback();
  }
});
