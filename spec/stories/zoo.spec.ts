import { describe, expect, test } from '@jest/globals';
import { Schema, type Step } from '../../lib/index.ts';
import { databases, type TestDatabase } from '../support/databases.ts';
import { stateOf, tablesOf } from '../support/state.ts';
import { animals, settle, zooV1, zooV2, zooV3 } from '../support/zoo.ts';

/* The releases of a zoo's application, as it would write them with nothing but SQL. */

class FirstRelease extends Schema {
  readonly guid = 'zoo';
  readonly latest: number = 1;
}

class SecondRelease extends FirstRelease {
  override readonly latest: number = 2;

  /** Animals get stomachs, and know their exhibit, which so far listed them in a text. */
  async upgradeTo_2(step: Step) {
    await step.execute('alter table animal add column stomachs integer not null default 1');
    await step.execute('alter table animal add column exhibit_id integer');
    const exhibits = await step.execute<{ id: number; animals: string }>('select id, animals from exhibit');
    for (const exhibit of exhibits) {
      for (const animal of exhibit.animals.split(',').filter(Boolean)) {
        await step.execute('update animal set exhibit_id = ? where id = ?', [exhibit.id, Number(animal)]);
      }
    }
  }
}

class ThirdRelease extends SecondRelease {
  override readonly latest = 3;

  async upgradeTo_3(step: Step) {
    await step.execute('alter table exhibit drop column animals');
    await step.execute('alter table animal rename column species to family');
  }
}

/** The same release, before somebody looked what the column is really called. */
class HastyRelease extends SecondRelease {
  override readonly latest = 3;

  async upgradeTo_3(step: Step) {
    await step.execute('alter table exhibit drop column animals');
    await step.execute('alter table animal rename column kind to family');
  }
}

const all = ['animal', 'deployed_version', 'deployed_version_log', 'exhibit', 'zoo'];

/** A database on which the first release has been at work for a while. */
async function arrange(database: TestDatabase) {
  await new FirstRelease(await database.orm(zooV1())).upgrade();
  await settle(database);
}

describe.each(databases)('on $name', kind => {
  test('the first release installs its storage, and does nothing ever after', async () => {
    await using database = await kind.create();
    const zoo = new FirstRelease(await database.orm(zooV1()));
    expect(await zoo.versioned()).toBe(false);
    expect(await zoo.upgrade()).toMatchObject({ outcome: 'installed', from: undefined, to: 1 });
    expect(await zoo.assertStorage()).toMatchObject({ outcome: 'level', created: [] });
    expect(await zoo.deployed()).toBe(1);
    expect(await zoo.versioned()).toBe(true);
    expect(await tablesOf(database)).toEqual(all);

    await settle(database);
    const before = await stateOf(database);
    expect(await zoo.upgrade()).toMatchObject({ outcome: 'level', from: 1, to: 1, steps: [] });
    expect(await zoo.assertStorage()).toMatchObject({ outcome: 'level' });
    expect(await stateOf(database)).toEqual(before);
  });

  test('the second adds a column with a default, and moves a list into another table', async () => {
    await using database = await kind.create();
    await arrange(database);
    const entities = zooV2();
    const orm = await database.orm(entities);
    const zoo = new SecondRelease(orm);
    await expect(zoo.assertVersion()).rejects.toMatchObject({ code: 'VERSION_BEHIND', deployed: 1, latest: 2 });
    expect(await zoo.upgrade()).toMatchObject({ outcome: 'upgraded', from: 1, to: 2, steps: [{ version: 2 }] });
    await zoo.assertVersion();

    const em = orm.em.fork();
    const found = await em.find(entities.Animal, {}, { orderBy: { id: 'asc' } });
    expect(found.map(({ name, stomachs }) => [name, stomachs])).toEqual(animals.map(({ name }) => [name, 1]));
    const penguin = await em.findOneOrFail(entities.Animal, { species: 'Emperor Penguin' });
    const exhibit = await em.findOneOrFail(entities.Exhibit, penguin.exhibitId ?? 0);
    expect(exhibit.name).toBe('The Penguin Encounter');
    expect(await em.count(entities.Animal, { exhibitId: null })).toBe(animals.length - 7);
  });

  test('the third drops a column and renames another, whose values stay', async () => {
    await using database = await kind.create();
    await arrange(database);
    const entities = zooV3();
    const orm = await database.orm(entities);
    // from the first release straight to the third
    expect(await new ThirdRelease(orm).upgrade()).toMatchObject({
      from: 1,
      to: 3,
      steps: [{ version: 2 }, { version: 3 }],
    });

    const em = orm.em.fork();
    expect(await em.findOneOrFail(entities.Animal, { family: 'Bear' })).toMatchObject({ name: "O'Hara", stomachs: 1 });
    const rows = await database.execute('select * from animal order by id');
    expect(Object.keys(rows[0] ?? {}).toSorted()).toEqual(['exhibit_id', 'family', 'id', 'legs', 'name', 'stomachs']);
    expect(Object.keys((await database.execute('select * from exhibit'))[0] ?? {}).toSorted()).toEqual([
      'id',
      'name',
      'zoo_id',
    ]);
    expect(rows.map(row => row['family'])).toEqual(animals.map(animal => animal.species));
  });

  test('a column that is nowhere fails the whole release, and the second one goes on', async () => {
    await using database = await kind.create();
    await arrange(database);
    const before = await stateOf(database, { announcements: false });
    const hasty = new HastyRelease(await database.orm(zooV3()));
    await expect(hasty.upgrade()).rejects.toMatchObject({
      code: 'STEP_FAILED',
      method: 'upgradeTo_3',
      deployed: 1,
      message: expect.stringMatching(
        /^zoo: upgradeTo_3 failed: .*kind.*\. The database is at version 1\. Fix the cause and call again\.$/,
      ),
    });
    expect(await stateOf(database, { announcements: false })).toEqual(before);
    await new FirstRelease(await database.orm(zooV1())).assertVersion();
    expect(await new ThirdRelease(await database.orm(zooV3())).upgrade()).toMatchObject({ from: 1, to: 3 });
  });

  test('the first release is told to stay away from what the third left', async () => {
    await using database = await kind.create();
    await arrange(database);
    await new ThirdRelease(await database.orm(zooV3())).upgrade();
    const old = new FirstRelease(await database.orm(zooV1()));
    const refused = { code: 'VERSION_AHEAD', deployed: 3, latest: 1, compatible: 3 };
    await expect(old.assertVersion()).rejects.toMatchObject(refused);
    await expect(old.upgrade()).rejects.toMatchObject(refused);
    expect(await old.status()).toMatchObject({ standing: 'ahead', runnable: false, deployed: 3, latest: 1 });
  });

  test('a new zoo and one that came all the way have the same columns', async () => {
    await using came = await kind.create();
    await using anew = await kind.create();
    await arrange(came);
    await new ThirdRelease(await came.orm(zooV3())).upgrade();
    await new ThirdRelease(await anew.orm(zooV3())).upgrade();
    expect(await columnsOf(came)).toEqual(await columnsOf(anew));
  });
});

/** Name, type, default and nullability of every column of the storage, whatever its place in the table. */
async function columnsOf(database: TestDatabase) {
  const tables = `('zoo', 'animal', 'exhibit')`;
  return database.execute(
    database.dialect === 'sqlite'
      ? `select m.name as t, c.name as c, lower(c.type) as type, c."notnull", c.dflt_value, c.pk ` +
          `from sqlite_master m join pragma_table_xinfo(m.name) c where m.name in ${tables} order by 1, 2`
      : `select table_name, column_name, data_type, is_nullable, column_default from information_schema.columns ` +
          `where table_name in ${tables} order by 1, 2`,
  );
}
