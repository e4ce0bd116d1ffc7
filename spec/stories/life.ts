import { expect, test } from '@jest/globals';
import type { TransactionMode } from '../../lib/index.ts';
import type { DatabaseKind, TestDatabase } from '../support/databases.ts';
import { photograph, settleLife } from '../support/life/rows.ts';
import { entitiesOf, LATEST, zooOf } from '../support/life/schema.ts';

async function release(database: TestDatabase, version: number) {
  return zooOf(version, await database.orm(await entitiesOf(version)));
}

async function installed(database: TestDatabase, version: number) {
  const zoo = await release(database, version);
  await zoo.upgrade();
  return zoo;
}

/** Declares the test of a zoo that goes through ten versions at once. */
export function describeAscent(kind: DatabaseKind, transaction: TransactionMode): void {
  test(`ten versions in one upgrade by ${transaction}: storage as new, every row that should be there`, async () => {
    await using old = await kind.create();
    await using fresh = await kind.create();
    await installed(old, 1);
    await settleLife(old);
    const zoo = await release(old, LATEST);
    const report = await zoo.upgrade({ transaction });
    expect(report.steps.map(step => step.version)).toEqual([2, 3, 4, 5, 6, 7, 8, 9, 10]);
    await installed(fresh, LATEST);

    const [upgraded, anew] = [await photograph(old), await photograph(fresh)];
    expect(upgraded.storage).toEqual(anew.storage);
    expect(upgraded.rows).toMatchObject({
      zoo: [
        {
          id: 1,
          name: 'Artis',
          founded: 1838,
          address_street: null,
          address_city: "'s-Hertogenbosch",
          sign: 'Zoo Artis',
        },
        { id: 2, name: "Burgers' Zoo", founded: null, sign: "Zoo Burgers' Zoo" },
      ],
      enclosure: [
        { id: 1, name: 'Savannah', zoo_id: 1 },
        { id: 2, name: 'The Penguin Encounter', zoo_id: 1 },
        { id: 3, name: 'Bush', zoo_id: 2 },
      ],
    });
    const animals = await old.execute(
      `select a.id, a.name, a.family, cast(a.legs as integer) as legs, a.mood, a.temper, a.nickname, k.name as keeper, k.phone, a.enclosure_id, a.parent_id
            from animal a left join keeper k on k.id = a.keeper_id order by a.id`,
    );
    expect(animals).toEqual([
      {
        id: 1,
        name: 'Leo',
        family: 'lion',
        legs: 3,
        mood: 'calm',
        temper: 'mild',
        nickname: 'Leo',
        keeper: 'Ann',
        phone: '+3',
        enclosure_id: 1,
        parent_id: null,
      },
      {
        id: 2,
        name: 'Elsa',
        family: 'lion',
        legs: 4,
        mood: 'asleep',
        temper: 'mild',
        nickname: 'Elsa',
        keeper: 'Ann',
        phone: '+3',
        enclosure_id: 1,
        parent_id: 1,
      },
      {
        id: 3,
        name: 'Pingu',
        family: 'penguin',
        legs: 5,
        mood: 'wild',
        temper: 'hot',
        nickname: 'pingu',
        keeper: 'Bob',
        phone: '+3',
        enclosure_id: 2,
        parent_id: null,
      },
      {
        id: 4,
        name: 'Kiki',
        family: 'penguin',
        legs: 4,
        mood: 'asleep',
        temper: 'mild',
        nickname: 'Kiki',
        keeper: 'Bob',
        phone: '+3',
        enclosure_id: 2,
        parent_id: 3,
      },
      {
        id: 5,
        name: 'Dumbo',
        family: 'elephant',
        legs: 5,
        mood: 'wild',
        temper: 'hot',
        nickname: 'dumbo',
        keeper: 'Cas',
        phone: '+3',
        enclosure_id: 3,
        parent_id: null,
      },
      {
        id: 6,
        name: 'Ada',
        family: 'okapi',
        legs: 3,
        mood: 'calm',
        temper: 'mild',
        nickname: 'Ada',
        keeper: 'Ann',
        phone: '+3',
        enclosure_id: 3,
        parent_id: null,
      },
      {
        id: 7,
        name: 'Zed',
        family: 'zebra',
        legs: 3,
        mood: 'calm',
        temper: 'mild',
        nickname: 'Zed',
        keeper: 'Dee',
        phone: '+3',
        enclosure_id: 1,
        parent_id: null,
      },
    ]);
    expect(await old.execute('select family, size from family_size order by family')).toHaveLength(5);
  });
}

/** Declares the tests of one that goes through them one by one, up and down. */
export function describeEachVersion(kind: DatabaseKind): void {
  test('one version at a time, each ends with the storage of a fresh install of it', async () => {
    await using old = await kind.create();
    await installed(old, 1);
    await settleLife(old);
    for (let version = 2; version <= LATEST; version += 1) {
      await (await release(old, version)).upgrade();
      await using fresh = await kind.create();
      await installed(fresh, version);
      expect({ version, ...((await photograph(old)).storage as object) }).toEqual({
        version,
        ...((await photograph(fresh)).storage as object),
      });
    }
  });

  test('all the way down to nothing, each version with the storage of a fresh install of it, the history complete', async () => {
    await using database = await kind.create();
    const zoo = await installed(database, LATEST);
    for (let version = LATEST - 1; version >= 1; version -= 1) {
      await zoo.downgrade(version, { allowLoss: true });
      await using fresh = await kind.create();
      await installed(fresh, version);
      expect({ version, ...((await photograph(database)).storage as object) }).toEqual({
        version,
        ...((await photograph(fresh)).storage as object),
      });
    }
    await zoo.downgrade(0, { allowLoss: true });
    expect((await photograph(database)).rows).toEqual({});
    const log = await database.execute('select from_version, to_version, how from deployed_version_log order by id');
    expect(log).toEqual([
      { from_version: null, to_version: 10, how: 'install' },
      ...[9, 8, 7, 6, 5, 4, 3, 2, 1, 0].map(to => ({ from_version: to + 1, to_version: to, how: 'downgrade' })),
    ]);
  });
}
