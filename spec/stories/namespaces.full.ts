import { describe, expect, test } from '@jest/globals';
import { defineEntity, EntityCaseNamingStrategy, p } from '@mikro-orm/core';
import { DeployedVersion, DeployedVersionLog, type Step } from '../../lib/index.ts';
import { databases, postgresql, type TestDatabase } from '../support/databases.ts';
import { entitiesOf, LATEST, zooOf } from '../support/life/schema.ts';
import { createRole } from '../support/roles.ts';
import { idleSteps, schemaClass } from '../support/schemas.ts';
import { tablesOf } from '../support/state.ts';
import { settle, zooV1 } from '../support/zoo.ts';

/** The tables of a database, by namespace. */
async function tablesByNamespace(database: TestDatabase) {
  const rows = await database.execute<{ namespace: string; name: string }>(
    `select n.nspname as namespace, c.relname as name from pg_class c join pg_namespace n on n.oid = c.relnamespace ` +
      `where c.relkind in ('r', 'v') and n.nspname not in ('pg_catalog', 'information_schema') order by 1, 2`,
  );
  const groups = Map.groupBy(rows, row => row.namespace);
  return Object.fromEntries([...groups].map(([namespace, tables]) => [namespace, tables.map(row => row.name)]));
}

const STORAGE = ['animal', 'deployed_version', 'deployed_version_log', 'exhibit', 'zoo'];

/** Lets a zoo in through an entity, which finds its namespace by itself. */
async function letIn(step: Step, id: number) {
  const { class: Zoo } = step.em.getMetadata().getByClassName('Zoo');
  step.em.create(Zoo, { id, name: `Zoo ${id}` });
}

describe.each(['shop', 'order', 'Select', `we"ird Näme`])('the namespace %s', namespace => {
  test.each<[string, object, object]>([
    ['of MikroORM', { schema: namespace }, {}],
    ['of this Schema', {}, { namespace }],
    ['of this Schema, where MikroORM has another', { schema: 'elsewhere' }, { namespace }],
  ])('%s holds storage and bookkeeping', async (_, ormOptions, schemaOptions) => {
    await using database = await postgresql.create({ pool: 1 });
    const First = schemaClass({ latest: 1, onInstall: (step: Step) => letIn(step, 1) });
    const first = new First(await database.orm(zooV1(), ormOptions), schemaOptions);
    expect(await first.status()).toMatchObject({ standing: 'missing' });
    expect(await first.upgrade()).toMatchObject({ outcome: 'installed' });
    expect(await first.upgrade()).toMatchObject({ outcome: 'level' });
    expect(await tablesByNamespace(database)).toEqual({ [namespace]: STORAGE });

    const Second = schemaClass({ latest: 2, upgradeTo_2: (step: Step) => letIn(step, 2) });
    const second = new Second(await database.orm(zooV1(), ormOptions), schemaOptions);
    await expect(second.assertVersion()).rejects.toMatchObject({ code: 'VERSION_BEHIND' });
    expect(await second.upgrade()).toMatchObject({ from: 1, to: 2 });
    const quoted = `"${namespace.replaceAll('"', '""')}"`;
    expect(await database.execute(`select id from ${quoted}.zoo order by id`)).toEqual([{ id: 1 }, { id: 2 }]);

    await database.execute(`drop table ${quoted}.exhibit`);
    expect(await second.assertStorage()).toMatchObject({ outcome: 'completed', created: [`${namespace}.exhibit`] });
    await second.allow(1, { reason: 'it is safe' });
    await first.assertVersion();

    await database.execute(`drop table ${quoted}.deployed_version, ${quoted}.deployed_version_log`);
    await expect(second.upgrade()).rejects.toMatchObject({
      code: 'VERSION_MISSING',
      ownTables: ['animal', 'exhibit', 'zoo'].map(name => `${namespace}.${name}`),
      message: expect.stringContaining(`, namespace "${namespace}"`),
    });
    expect(await second.adopt(2)).toMatchObject({ outcome: 'adopted' });
    expect(Object.keys(await tablesByNamespace(database))).toEqual([namespace]);
  });
});

test('each tenant has a version of its own, upgraded over one ORM, at once', async () => {
  await using database = await postgresql.create();
  const tenants = ['tenant_1', 'tenant_2', 'tenant_3'];
  const First = schemaClass({ latest: 1 });
  const orm = await database.orm(zooV1());
  for (const namespace of tenants) await new First(orm, { namespace }).upgrade();
  const Second = schemaClass({ latest: 2, upgradeTo_2: (step: Step) => letIn(step, 2) });
  const later = await database.orm(zooV1());
  expect(await new Second(later, { namespace: 'tenant_2' }).upgrade()).toMatchObject({ outcome: 'upgraded' });
  expect(await new Second(later, { namespace: 'tenant_1' }).deployed()).toBe(1);

  const reports = await Promise.all(tenants.map(namespace => new Second(later, { namespace }).upgrade()));
  expect(reports.map(report => report.outcome)).toEqual(['upgraded', 'level', 'upgraded']);
  for (const namespace of tenants) {
    expect(await database.execute(`select id from ${namespace}.zoo`)).toEqual([{ id: 2 }]);
  }
});

test('entities may name a namespace of their own, or leave it open with a star', async () => {
  await using database = await postgresql.create();
  const entities = () => ({
    Visit: defineEntity({ name: 'Visit', schema: 'audit', properties: { id: p.integer().primary() } }),
    Ticket: defineEntity({ name: 'Ticket', schema: '*', properties: { id: p.integer().primary() } }),
    Guest: defineEntity({ name: 'Guest', properties: { id: p.integer().primary() } }),
  });
  const Zoo = schemaClass();
  const zoo = new Zoo(await database.orm(entities()), { namespace: 'shop' });
  expect(await zoo.upgrade()).toMatchObject({ outcome: 'installed' });
  expect(await tablesByNamespace(database)).toEqual({
    audit: ['visit'],
    shop: ['deployed_version', 'deployed_version_log', 'guest', 'ticket'],
  });
  await database.execute('drop table audit.visit, shop.ticket');
  expect(await zoo.assertStorage()).toMatchObject({ created: ['audit.visit', 'shop.ticket'] });
  // what another tenant has of its own is no obstacle; what both would share is
  const other = new Zoo(await database.orm(entities()), { namespace: 'tenant' });
  await expect(other.upgrade()).rejects.toMatchObject({ code: 'VERSION_MISSING', ownTables: ['audit.visit'] });
});

test('tables of other namespaces are in nobody’s way', async () => {
  await using database = await postgresql.create();
  await database.execute('create schema elsewhere; create table elsewhere.animal (id integer)');
  const zoo = new (schemaClass())(await database.orm(zooV1()));
  expect(await zoo.upgrade()).toMatchObject({ outcome: 'installed' });
  expect(await tablesByNamespace(database)).toEqual({ elsewhere: ['animal'], public: STORAGE });
});

test('where nothing is said, the role’s search_path decides', async () => {
  await using database = await postgresql.create();
  await using role = await createRole(
    database,
    'create schema shop authorization $role',
    'alter role $role set search_path = shop, public',
  );
  await database.execute('create table public.customer (id integer)');
  const orm = await database.orm(zooV1(), { clientUrl: role.url });
  const zoo = new (schemaClass())(orm);
  expect(await zoo.upgrade()).toMatchObject({ outcome: 'installed' });
  expect(await tablesByNamespace(database)).toEqual({ public: ['customer'], shop: STORAGE });
  expect(await zoo.assertStorage()).toMatchObject({ outcome: 'level' });
});

test('a namespace that is there needs no right to make one', async () => {
  await using database = await postgresql.create();
  await using role = await createRole(database, 'create schema shop authorization $role');
  const orm = await database.orm(zooV1(), { clientUrl: role.url });
  expect(await new (schemaClass())(orm, { namespace: 'shop' }).upgrade()).toMatchObject({ outcome: 'installed' });
});

/** Names that would be something else if they were not quoted. */
function odd() {
  const User = defineEntity({
    name: 'User',
    tableName: 'user',
    properties: { id: p.integer().primary(), order: p.string(), group: p.string().fieldName('Group').nullable() },
  });
  const Select = defineEntity({
    name: 'Select',
    tableName: 'Select',
    properties: { id: p.integer().primary(), from: () => p.manyToOne(User), where: p.string().default(`it's "here"`) },
  });
  const Mixed = defineEntity({
    name: 'Mixed',
    tableName: `My "own" Table`,
    properties: { id: p.integer().primary(), key: p.string().fieldName(`the "Key"`) },
  });
  return { User, Select, Mixed };
}

describe.each(databases)('on $name', kind => {
  test('reserved words, mixed case, blanks and quotes may be names', async () => {
    await using database = await kind.create({ pool: 1 });
    const entities = odd();
    const orm = await database.orm(entities);
    const zoo = new (schemaClass())(orm);
    expect(await zoo.upgrade()).toMatchObject({ outcome: 'installed' });
    expect(await tablesOf(database)).toEqual([
      `My "own" Table`,
      'Select',
      'deployed_version',
      'deployed_version_log',
      'user',
    ]);
    const em = orm.em.fork();
    em.create(entities.Mixed, { id: 1, key: 'k' });
    const from = em.create(entities.User, { id: 1, order: 'desc' });
    em.create(entities.Select, { id: 1, from });
    await em.flush();
    expect(await database.execute('select "where" from "Select"')).toEqual([{ where: `it's "here"` }]);

    await database.execute('drop table "Select"');
    await database.execute('drop table "My ""own"" Table"');
    expect(await zoo.assertStorage()).toMatchObject({ created: [`My "own" Table`, 'Select'] });
    expect(await zoo.assertStorage()).toMatchObject({ outcome: 'level' });
  });

  test('a naming strategy names the application’s tables, and leaves ours alone', async () => {
    await using database = await kind.create({ pool: 1 });
    const options = { namingStrategy: EntityCaseNamingStrategy };
    const zoo = new (schemaClass())(await database.orm({ ...zooV1(), DeployedVersion, DeployedVersionLog }, options));
    await zoo.upgrade();
    expect(await tablesOf(database)).toEqual(['Animal', 'Exhibit', 'Zoo', 'deployed_version', 'deployed_version_log']);
    const orm = await database.orm({ ...zooV1(), DeployedVersion, DeployedVersionLog }, options);
    const next = new (schemaClass({ latest: 2, ...idleSteps(2, 2) }))(orm);
    expect(await next.upgrade({ release: '2.0' })).toMatchObject({ outcome: 'upgraded' });
    expect(await orm.em.fork().find(DeployedVersionLog, {}, { orderBy: { id: 'asc' } })).toMatchObject([
      { fromVersion: null, toVersion: 1, tookMs: expect.any(Number) },
      { fromVersion: 1, toVersion: 2, release: '2.0' },
    ]);
    // a release with another strategy meets the same row; SQLite takes `Animal` and `animal` for one table
    const other = new (schemaClass({ latest: 2 }))(await database.orm(zooV1()));
    expect(await other.status()).toMatchObject({ standing: 'level' });
    const created = kind.dialect === 'sqlite' ? [] : ['animal', 'exhibit', 'zoo'];
    expect(await other.assertStorage()).toMatchObject({ created });
  });

  test('a view is storage like any table', async () => {
    await using database = await kind.create({ pool: 1 });
    const entities = () => {
      const { Animal, Exhibit, Zoo } = zooV1();
      const Biped = defineEntity({
        name: 'Biped',
        tableName: 'biped',
        view: true,
        expression: 'select id, name from animal where legs = 2',
        properties: { id: p.integer().primary(), name: p.string() },
      });
      return { Animal, Exhibit, Zoo, Biped };
    };
    const them = entities();
    const orm = await database.orm(them);
    const zoo = new (schemaClass())(orm);
    expect(await zoo.upgrade()).toMatchObject({ outcome: 'installed' });
    await settle(database);
    expect(await orm.em.fork().count(them.Biped)).toBe(3);
    expect(await zoo.assertStorage()).toMatchObject({ outcome: 'level' });
    await database.execute('drop view biped');
    expect(await zoo.assertStorage()).toMatchObject({ outcome: 'completed', created: ['biped'] });
    expect(await orm.em.fork().count(them.Biped)).toBe(3);
  });

  test('somebody else’s view is in the way like somebody else’s table', async () => {
    await using database = await kind.create();
    await database.execute('create view report as select 1 as one');
    const zoo = new (schemaClass())(await database.orm(zooV1()));
    await expect(zoo.upgrade()).rejects.toMatchObject({ code: 'VERSION_MISSING', otherTables: ['report'] });
  });
});

test('steps find their tables where the search path of the database leads, those that foreign keys refer to as well', async () => {
  await using database = await postgresql.create();
  await database.execute(`create schema shop`);
  await database.execute(
    `do $$ begin execute 'alter database ' || current_database() || ' set search_path = shop'; end $$`,
  );
  await zooOf(1, await database.orm(await entitiesOf(1))).upgrade();
  const zoo = zooOf(LATEST, await database.orm(await entitiesOf(LATEST)));
  expect(await zoo.upgrade()).toMatchObject({ from: 1, to: LATEST });
  expect(await zoo.downgrade(1, { allowLoss: true })).toMatchObject({ to: 1 });
  expect(Object.keys(await tablesByNamespace(database))).toEqual(['shop']);
});
