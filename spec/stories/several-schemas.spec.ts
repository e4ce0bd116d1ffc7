import { describe, expect, test } from '@jest/globals';
import { defineEntity, p } from '@mikro-orm/core';
import type { Step } from '../../lib/index.ts';
import { databases, postgresql, type TestDatabase } from '../support/databases.ts';
import { schemaClass, type Members } from '../support/schemas.ts';
import { stateOf, tablesOf } from '../support/state.ts';

/* A zoo and the shop at its gate: two modules of one application, each with a Schema of its own in one database. */

function entities() {
  const Animal = defineEntity({ name: 'Animal', properties: { id: p.integer().primary(), name: p.string() } });
  const Tag = defineEntity({ name: 'Tag', properties: { id: p.integer().primary() } });
  const Toy = defineEntity({
    name: 'Toy',
    properties: {
      id: p.integer().primary(),
      price: p.integer().default(0),
      // a toy looks like an animal of the zoo, which is not the shop's
      animal: () => p.manyToOne(Animal).nullable(),
      tags: () => p.manyToMany(Tag).owner(),
    },
  });
  return { Animal, Tag, Toy };
}

const zooMembers: Members = { guid: 'zoo', entities: ['Animal'], latest: 1 };
const shopMembers: Members = { guid: 'shop', entities: ['Toy', 'Tag'], latest: 1 };
const bookkeeping = ['deployed_version', 'deployed_version_log'];
const zooTables = ['animal', ...bookkeeping];
const shopTables = ['tag', 'toy', 'toy_tags'];

/** Both Schemas on one ORM, as one application has them. */
async function application(database: TestDatabase, zoo: Members = {}, shop: Members = {}) {
  const orm = await database.orm(entities());
  const Zoo = schemaClass({ ...zooMembers, ...zoo }, { name: 'ZooSchema' });
  const Shop = schemaClass({ ...shopMembers, ...shop }, { name: 'ShopSchema' });
  return { orm, zoo: new Zoo(orm), shop: new Shop(orm) };
}

function adds(id: number) {
  return async (step: Step) =>
    void (await step.execute(`insert into animal (id, name) values (${id}, 'Animal ${id}')`));
}

function prices(price: number) {
  return async (step: Step) => void (await step.execute(`update toy set price = price + ${price}`));
}

describe.each(databases)('on $name', kind => {
  test('each installs its own, and the second finds the first in place', async () => {
    await using database = await kind.create({ pool: 1 });
    const { zoo, shop } = await application(database);
    expect(await zoo.upgrade()).toMatchObject({ guid: 'zoo', outcome: 'installed' });
    expect(await tablesOf(database)).toEqual(zooTables);
    expect(await shop.status()).toMatchObject({ guid: 'shop', standing: 'missing' });
    const before = await stateOf(database);
    await expect(shop.assertVersion()).rejects.toMatchObject({ code: 'VERSION_MISSING', guid: 'shop' });
    expect(await stateOf(database)).toEqual(before);

    expect(await shop.upgrade()).toMatchObject({ guid: 'shop', outcome: 'installed' });
    expect(await tablesOf(database)).toEqual([...zooTables, ...shopTables].toSorted());
    expect(await database.execute('select guid, version from deployed_version order by guid')).toEqual([
      { guid: 'shop', version: 1 },
      { guid: 'zoo', version: 1 },
    ]);
    expect([await zoo.upgrade(), await shop.upgrade()].map(report => report.outcome)).toEqual(['level', 'level']);
  });

  test('one that claims what is left over leaves alone what the other names', async () => {
    await using database = await kind.create({ pool: 1 });
    const { zoo, shop } = await application(database, {}, { entities: undefined });
    await zoo.upgrade();
    await shop.upgrade();
    await database.execute('drop table toy_tags');
    expect(await zoo.assertStorage()).toMatchObject({ outcome: 'level' });
    expect(await shop.assertStorage()).toMatchObject({ created: ['toy_tags'] });
  });

  test('a foreign key between them holds', async () => {
    await using database = await kind.create({ pool: 1 });
    const { orm, zoo, shop } = await application(database);
    await zoo.upgrade();
    await shop.upgrade();
    await orm.em.execute(`insert into animal (id, name) values (1, 'Leo')`);
    await orm.em.execute('insert into toy (id, animal_id) values (1, 1)');
    await expect(orm.em.execute('insert into toy (id, animal_id) values (2, 99)')).rejects.toThrow(/foreign key/i);
  });

  test('both installed at the same moment in one process on one ORM', async () => {
    await using database = await kind.create();
    const { Animal, Tag } = entities();
    const orm = await database.orm([Animal, Tag]);
    const zoo = new (schemaClass(zooMembers, { name: 'ZooSchema' }))(orm);
    const shop = new (schemaClass({ ...shopMembers, entities: [Tag] }, { name: 'ShopSchema' }))(orm);
    const reports = await Promise.all([zoo.upgrade(), shop.upgrade()]);
    expect(reports.map(report => report.outcome)).toEqual(['installed', 'installed']);
    expect(await tablesOf(database)).toEqual([...zooTables, 'tag']);
  });

  test.each([undefined, 1])(
    'both upgraded at the same moment in one process on one ORM, with a pool of %p',
    async pool => {
      await using database = await kind.create(pool === undefined ? {} : { pool });
      const first = await application(database);
      await first.zoo.upgrade();
      await first.shop.upgrade();
      await database.execute('insert into toy (id, price) values (1, 10)');

      const { zoo, shop } = await application(
        database,
        { latest: 3, upgradeTo_2: adds(2), upgradeTo_3: adds(3) },
        { latest: 4, upgradeTo_2: prices(2), upgradeTo_3: prices(3), upgradeTo_4: prices(4) },
      );
      const reports = await Promise.all([zoo.upgrade(), shop.upgrade({ transaction: 'step' })]);
      expect(reports).toMatchObject([
        { guid: 'zoo', outcome: 'upgraded', to: 3 },
        { guid: 'shop', outcome: 'upgraded', to: 4 },
      ]);
      expect(await database.execute('select id from animal order by id')).toEqual([{ id: 2 }, { id: 3 }]);
      expect(await database.execute('select price from toy')).toEqual([{ price: 19 }]);
    },
  );

  test('one that fails leaves the other where it is', async () => {
    await using database = await kind.create({ pool: 1 });
    const first = await application(database);
    await first.zoo.upgrade();
    await first.shop.upgrade();
    const { zoo, shop } = await application(
      database,
      { latest: 2, upgradeTo_2: adds(2) },
      { latest: 2, upgradeTo_2: () => Promise.reject(new Error('the till is open')) },
    );
    const [one, other] = await Promise.allSettled([zoo.upgrade(), shop.upgrade()]);
    expect(one).toMatchObject({ status: 'fulfilled', value: { outcome: 'upgraded' } });
    expect(other).toMatchObject({ status: 'rejected', reason: { code: 'STEP_FAILED', guid: 'shop', deployed: 1 } });
    expect([await zoo.deployed(), await shop.deployed()]).toEqual([2, 1]);
  });

  test('an application that knows only one of them takes the other’s tables for a stranger’s', async () => {
    await using database = await kind.create({ pool: 1 });
    await new (schemaClass({ guid: 'zoo' }))(await database.orm([entities().Animal])).upgrade();
    const shop = new (schemaClass({ guid: 'shop' }))(await database.orm([entities().Tag]));
    await expect(shop.upgrade()).rejects.toMatchObject({ code: 'VERSION_MISSING', otherTables: ['animal'] });
    expect(await shop.upgrade({ install: true })).toMatchObject({ outcome: 'installed' });
  });
});

test('one that refers to what is not installed yet is told so, and can be installed after it', async () => {
  await using database = await postgresql.create({ pool: 1 });
  const { zoo, shop } = await application(database);
  await expect(shop.upgrade()).rejects.toMatchObject({
    code: 'SCHEMA_DEFINITION',
    guid: 'shop',
    message: expect.stringMatching(/^shop: Toy\.animal refers to the table animal, which this Schema does not create/),
  });
  expect(await tablesOf(database)).toEqual([]);
  await zoo.upgrade();
  expect(await shop.upgrade()).toMatchObject({ outcome: 'installed' });
});

test('on PostgreSQL one does not wait for the other', async () => {
  await using database = await postgresql.create();
  const first = await application(database);
  await first.zoo.upgrade();
  await first.shop.upgrade();
  const order: string[] = [];
  const { promise: shopDone, resolve: shopIsDone } = Promise.withResolvers<void>();
  const { zoo, shop } = await application(
    database,
    {
      latest: 2,
      async upgradeTo_2(step: Step) {
        await adds(2)(step);
        await shopDone;
        order.push('zoo');
      },
    },
    { latest: 2, upgradeTo_2: () => order.push('shop') },
  );
  const slow = zoo.upgrade();
  expect(await shop.upgrade()).toMatchObject({ outcome: 'upgraded', waitedMs: 0 });
  shopIsDone();
  expect(await slow).toMatchObject({ outcome: 'upgraded' });
  expect(order).toEqual(['shop', 'zoo']);
});
