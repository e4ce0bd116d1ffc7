import { describe, expect, test } from '@jest/globals';
import { defineEntity, p } from '@mikro-orm/core';
import type { Progress, Step } from '../../lib/index.ts';
import { databases, postgresql, sqliteMemory, type TestDatabase } from '../support/databases.ts';
import { record } from '../support/recorder.ts';
import { idleSteps, schemaClass, type Members } from '../support/schemas.ts';
import { stateOf, tablesOf } from '../support/state.ts';
import { zooV1 } from '../support/zoo.ts';

async function schemaOn(database: TestDatabase, members: Members = {}, entities: object = zooV1()) {
  const orm = await database.orm(entities as ReturnType<typeof zooV1>);
  return { orm, zoo: new (schemaClass(members))(orm) };
}

const STORAGE = ['animal', 'deployed_version', 'deployed_version_log', 'exhibit', 'zoo'];

describe.each(databases)('on $name', kind => {
  test('an empty database gets its row, its storage and the rows of onInstall in one transaction', async () => {
    await using database = await kind.create({ pool: 1 });
    const { orm, zoo } = await schemaOn(database, {
      latest: 3,
      ...idleSteps(1, 3),
      async onInstall(step: Step) {
        expect(step.version).toBe(3);
        const { class: Zoo } = step.em.getMetadata().getByClassName('Zoo');
        step.em.create(Zoo, { id: 1, name: 'San Diego Zoo' });
        await step.execute(`insert into zoo (id, name) values (?, ?)`, [2, "O'Hara’s"]);
      },
    });
    const events: Progress[] = [];
    using recording = await record(orm);
    expect(await zoo.upgrade({ onProgress: event => events.push(event) })).toEqual({
      guid: 'zoo',
      from: undefined,
      to: 3,
      outcome: 'installed',
      steps: [],
      dropped: [],
      waitedMs: 0,
      orphans: 0,
      drift: [],
    });
    expect(recording.sql.filter(sql => /^(begin|start transaction)/.test(sql))).toHaveLength(1);
    expect(recording.sql.filter(sql => sql === 'commit')).toHaveLength(1);
    expect(await tablesOf(database)).toEqual(STORAGE);
    expect(await database.execute('select id, name from zoo order by id')).toEqual([
      { id: 1, name: 'San Diego Zoo' },
      { id: 2, name: "O'Hara’s" },
    ]);
    expect(await zoo.status()).toMatchObject({ deployed: 3, compatible: 3, stage: undefined, standing: 'level' });
    expect(events.map(({ type, version }: Progress & { version?: number }) => `${type} ${version}`)).toEqual([
      'installing 3',
      'started 3',
      'finished 3',
    ]);
  });

  test.each<[string, Members, Members, string, string]>([
    [
      'onInstall throws',
      { onInstall: () => Promise.reject(new Error('no animals today')) },
      {},
      'onInstall',
      'onInstall failed: no animals today. The database is unchanged and has no version. Fix the cause and call again.',
    ],
    [
      'onInstall sends what the database refuses',
      { onInstall: (step: Step) => step.execute('insert into nowhere values (1)') },
      {},
      'onInstall',
      'onInstall failed: .*nowhere.*. The database is unchanged and has no version. Fix the cause and call again.',
    ],
  ])('when %s, nothing is left of the installation', async (_, broken, mended, method, message) => {
    await using database = await kind.create({ pool: 1 });
    const { zoo, orm } = await schemaOn(database, { latest: 2, ...broken });
    await expect(zoo.upgrade()).rejects.toMatchObject({
      code: 'STEP_FAILED',
      method,
      version: 2,
      deployed: undefined,
      done: [],
      message: expect.stringMatching(message),
    });
    expect(await tablesOf(database)).toEqual([]);
    expect(await orm.em.execute('select 1 as one')).toEqual([{ one: 1 }]);
    const { zoo: better } = await schemaOn(database, { latest: 2, ...mended });
    expect(await better.upgrade()).toMatchObject({ outcome: 'installed' });
  });

  test('when the storage itself cannot be made, nothing is left of it either', async () => {
    await using database = await kind.create({ pool: 1 });
    const Wrong = defineEntity({
      name: 'Wrong',
      properties: { id: p.integer().primary(), broken: p.integer().check('nonsense(') },
    });
    const { zoo } = await schemaOn(database, {}, [Wrong]);
    await expect(zoo.upgrade()).rejects.toMatchObject({ code: 'STEP_FAILED', method: 'install', deployed: undefined });
    expect(await tablesOf(database)).toEqual([]);
    expect(await zoo.status()).toMatchObject({ standing: 'missing' });
  });

  test('install: false never installs, and install: true only what is not ours yet', async () => {
    await using database = await kind.create({ pool: 1 });
    const Zoo = schemaClass({ latest: 2 });
    const orm = await database.orm(zooV1());
    const before = await stateOf(database);
    const server = new Zoo(orm, { install: false });
    const refusal = server.upgrade();
    await expect(refusal).rejects.toMatchObject({ code: 'VERSION_MISSING', ownTables: [], otherTables: [] });
    await expect(refusal).rejects.toThrow(
      /has no version, and install is false\. Check the connection string\. To install it once, call `upgrade\(\{ install: true \}\)`\.$/,
    );
    await expect(server.assertStorage()).rejects.toMatchObject({ code: 'VERSION_MISSING' });
    expect(await stateOf(database)).toEqual(before);
    // each call may say otherwise
    expect(await server.upgrade({ install: true })).toMatchObject({ outcome: 'installed' });
    expect(await server.upgrade()).toMatchObject({ outcome: 'level' });
  });

  test('install: true does not make up for storage that has no version', async () => {
    await using database = await kind.create({ pool: 1 });
    const { orm, zoo } = await schemaOn(database, { latest: 2, ...idleSteps(1, 2) });
    await orm.schema.create();
    const before = await stateOf(database);
    await expect(zoo.upgrade({ install: true })).rejects.toMatchObject({
      code: 'VERSION_MISSING',
      ownTables: ['animal', 'exhibit', 'zoo'],
    });
    expect(await stateOf(database)).toEqual(before);
  });

  test('of many tables in the way the first five are named', async () => {
    await using database = await kind.create();
    for (const n of [1, 2, 3, 4, 5, 6, 7]) await database.execute(`create table other_${n} (id integer)`);
    const { zoo } = await schemaOn(database);
    const refusal = zoo.upgrade();
    await expect(refusal).rejects.toThrow(
      /has no version, but the tables "other_1", "other_2", "other_3", "other_4", "other_5" and 2 more of another application\. Check the connection string\. To install next to them, call `upgrade\(\{ install: true \}\)`\.$/,
    );
    await expect(refusal).rejects.toMatchObject({ otherTables: [1, 2, 3, 4, 5, 6, 7].map(n => `other_${n}`) });
  });

  test('a foreign key to a table of another Schema that is not there is refused, with what to declare', async () => {
    await using database = await kind.create();
    const Animal = defineEntity({ name: 'Animal', properties: { id: p.integer().primary() } });
    const Keeper = defineEntity({
      name: 'Keeper',
      properties: {
        id: p.integer().primary(),
        animal: () => p.manyToOne(Animal),
        favourites: () => p.manyToMany(Animal).owner(),
      },
    });
    const orm = await database.orm({ Animal, Keeper });
    const zoo = new (schemaClass({ entities: [Animal] }))(orm);
    const staff = new (schemaClass({ guid: 'staff', entities: [Keeper] }, { name: 'StaffSchema' }))(orm);
    const refusal = staff.upgrade();
    await expect(refusal).rejects.toMatchObject({ code: 'SCHEMA_DEFINITION', guid: 'staff' });
    await expect(refusal).rejects.toThrow(
      /^staff: Keeper\.animal refers to the table animal, which this Schema does not create and .* does not have\. If another Schema creates it, declare that Schema, so that it comes first: `dependsOn = \{ <its guid>: 1 \}`\. Otherwise create the table, and call again\.$/,
    );
    expect(await tablesOf(database)).toEqual([]);
    await zoo.upgrade();
    expect(await staff.upgrade()).toMatchObject({ outcome: 'installed' });
    await database.execute('drop table keeper_favourites');
    expect(await staff.assertStorage()).toMatchObject({ created: ['keeper_favourites'] });
  });

  test('a first release may have no entities at all', async () => {
    await using database = await kind.create();
    const { zoo } = await schemaOn(database, { latest: 0 }, []);
    expect(await zoo.upgrade()).toMatchObject({ outcome: 'installed', to: 0 });
    expect(await tablesOf(database)).toEqual(['deployed_version', 'deployed_version_log']);
  });

  test('the signal stops an installation as well', async () => {
    await using database = await kind.create({ pool: 1 });
    const controller = new AbortController();
    const { zoo } = await schemaOn(database, {
      async onInstall(step: Step) {
        controller.abort();
        await step.execute('select 1');
      },
    });
    await expect(zoo.upgrade({ signal: controller.signal })).rejects.toMatchObject({
      code: 'UPGRADE_ABORTED',
      deployed: undefined,
      message: 'zoo: the signal stopped the call. The database is unchanged. Call again to continue.',
    });
    expect(await tablesOf(database)).toEqual([]);
    expect(zoo.stage).toBeUndefined();
  });
});

test('a namespace with a backslash is the same where a backslash escapes in texts', async () => {
  await using database = await postgresql.create();
  await database.execute(
    `do $$ begin execute format('alter database %I set standard_conforming_strings = off', current_database()); end $$`,
  );
  for (const namespace of ['a\\b', 'ends with \\']) {
    const zoo = new (schemaClass({ latest: 1 }))(await database.orm([]), { namespace });
    expect(await zoo.upgrade({ install: true })).toMatchObject({ outcome: 'installed' });
    const next = new (schemaClass({ latest: 2, ...idleSteps(2, 2) }))(await database.orm([]), { namespace });
    expect(await next.upgrade()).toMatchObject({ from: 1, to: 2 });
  }
});

test('indexes without names in an embeddable are installed as MikroORM itself creates them', async () => {
  const entities = () => {
    const Address = defineEntity({
      name: 'Address',
      embeddable: true,
      properties: { city: p.string().index(), zip: p.string().unique(), land: p.string() },
      indexes: [{ properties: ['land', 'zip'] }],
    });
    const Animal = defineEntity({
      name: 'Animal',
      properties: { id: p.integer().primary(), home: p.embedded(Address), den: p.embedded(Address).nullable() },
    });
    return [Address, Animal];
  };
  await using installed = await sqliteMemory.create();
  await using created = await sqliteMemory.create();
  await new (schemaClass({}))(await installed.orm(entities())).upgrade();
  await (await created.orm(entities())).schema.create();
  const list = `select name, sql from sqlite_master where type = 'index' and sql is not null and tbl_name = 'animal' order by name`;
  const indexes = await installed.execute(list);
  expect(indexes.map(({ name }) => name)).toEqual([
    'animal_den_city_index',
    'animal_den_land_den_zip_index',
    'animal_den_zip_unique',
    'animal_home_city_index',
    'animal_home_land_home_zip_index',
    'animal_home_zip_unique',
  ]);
  expect(indexes).toEqual(await created.execute(list));
});
