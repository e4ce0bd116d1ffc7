import { afterAll, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import { defineEntity, p, type EntitySchema } from '@mikro-orm/core';
import type { Versions } from '../../lib/index.ts';
import { bindModule } from '../../lib/models/bind-module.ts';
import { fingerprint } from '../../lib/models/fingerprint.ts';
import { describeModule } from '../../lib/models/frozen-models.ts';
import { repair, verify } from '../../lib/verify/index.ts';
import { postgresql, sqliteMemory, type TestDatabase } from '../support/databases.ts';
import { atCommit, loseAnswer } from '../support/lost-answers.ts';
import { schemaClass } from '../support/schemas.ts';
import { stateOf } from '../support/state.ts';

function zoo() {
  const Keeper = defineEntity({ name: 'Keeper', properties: { id: p.integer().primary() } });
  const Animal = defineEntity({
    name: 'Animal',
    uniques: [{ name: 'one_name', properties: ['name'] }],
    properties: {
      id: p.integer().primary(),
      name: p.string(),
      tag: p.string(),
      legs: p.integer().default(4),
      wings: p.integer().nullable().index('by_wings'),
      keeper: () => p.manyToOne(Keeper).nullable(),
    },
  } as never) as EntitySchema;
  const Toy: EntitySchema = defineEntity({
    name: 'Toy',
    properties: { id: p.integer().primary(), animal: () => p.manyToOne(Animal as never) },
  } as never) as EntitySchema;
  return { Keeper, Animal, Toy };
}

const POOR = {
  // No keys, no indexes, columns that are not there, and one of another type
  sqlite: `create table animal (id integer not null primary key autoincrement, name text not null, keeper_id integer null, own text)`,
  postgresql: `create table animal (id serial primary key, name varchar(80) not null, keeper_id int null, own text)`,
};

describe.each([sqliteMemory, postgresql])('repair() on $name', kind => {
  let database: TestDatabase;
  let versions: Versions;
  // On SQLite MikroORM makes an index for each foreign key
  const more = kind.dialect === 'sqlite' ? ['animal index animal_keeper_id_index'] : [];
  const open = async () => {
    const orm = await database.orm([...bindModule({ ...zoo() }, { name: 'the release' }).all]);
    return new (schemaClass({ versions, latest: 1 }))(orm);
  };
  beforeAll(async () => {
    database = await kind.create();
    const print = fingerprint(describeModule(await database.orm([]), zoo(), { name: 'a version' }));
    versions = { 1: { fingerprint: print, load: async () => zoo() } };
  });
  afterAll(() => database.drop());
  beforeEach(async () => {
    for (const table of ['toy', 'animal', 'keeper', 'deployed_version', 'deployed_version_log'])
      await database.execute(`drop table if exists ${table}`);
    const schema = await open();
    await schema.upgrade();
    await database.execute('drop table toy');
    await database.execute('drop table animal');
    await database.execute(POOR[kind.dialect]);
    await database.execute(`insert into keeper (id) values (1)`);
    await database.execute(
      `insert into animal (id, name, keeper_id, own) values (1, 'Leo', 1, 'x'), (2, 'Leo', 7, null)`,
    );
  });

  test('says what it would do, and does nothing', async () => {
    const schema = await open();
    const before = await stateOf(database);
    const found = await repair(schema, { dryRun: true });
    expect(found).toMatchObject({ guid: 'zoo', version: 1, dryRun: true });
    expect(found.created.map(({ difference: { path } }) => path.join(' '))).toEqual([
      'toy',
      'animal column legs',
      'animal column wings',
      'animal index by_wings',
      ...more,
    ]);
    expect(found.toString()).toContain('zoo: would create missing parts of version 1:');
    expect(await stateOf(database)).toEqual(before);
  });

  test('creates what is missing and additive, lists the rest with its SQL, and logs it', async () => {
    const schema = await open();
    const rows = 'select id, name, keeper_id, own from animal order by id';
    const before = await database.execute(rows);
    const done = await repair(schema, { release: '1.2' });
    expect(done.created.map(({ difference: { path } }) => path.join(' '))).toEqual([
      'toy',
      'animal column legs',
      'animal column wings',
      'animal index by_wings',
      ...more,
    ]);
    const left = Object.fromEntries(done.left.map(one => [one.difference.path.join(' '), one]));
    expect(left['animal column tag']?.why).toBe(
      'it is NOT NULL without a default, so existing rows would have no value',
    );
    expect(left['animal index one_name']?.why).toContain('1 value occurs in several rows: "Leo" (2 rows)');
    expect(left['animal foreign key keeper_id']?.why).toBe('1 row has a missing parent');
    expect(left['animal column own']?.why).toContain('repair drops nothing');
    for (const { sql } of done.left) expect(sql.length).toBeGreaterThan(0);
    expect(await database.execute(rows)).toEqual(before);
    const remaining = await verify(schema);
    expect(remaining.differences.map(({ path }) => path.join(' ')).toSorted()).toEqual(Object.keys(left).toSorted());
    const [line] = await database.execute(
      `select how, from_version, to_version, release, reason from deployed_version_log order by id desc limit 1`,
    );
    expect(line).toEqual({
      how: 'repair',
      from_version: 1,
      to_version: 1,
      release: '1.2',
      reason: ['toy', 'animal column legs', 'animal column wings', 'animal index by_wings', ...more].join(', '),
    });
    expect(await schema.status()).toMatchObject({ standing: 'level', stage: undefined, holder: undefined });

    // Once the rows allow it, the rest follows, and then there is nothing to do
    await database.execute(`update animal set name = 'Lea', keeper_id = null where id = 2`);
    const again = await repair(schema);
    expect(again.created.map(({ difference: { path } }) => path.join(' '))).toEqual([
      'animal foreign key keeper_id',
      'animal index one_name',
    ]);
    const lines = await database.execute('select how from deployed_version_log');
    expect((await repair(schema)).created).toEqual([]);
    expect(await database.execute('select how from deployed_version_log')).toEqual(lines);
  });

  test('leaves out what is meant to be', async () => {
    const found = await repair(await open(), { dryRun: true, ignore: ['animal*', 'toy'] });
    expect(found).toMatchObject({ created: [], left: [] });
    expect(found.toString()).toBe('zoo: the storage matches version 1.');
  });

  test('throws where nothing is recorded', async () => {
    await database.execute('delete from deployed_version');
    await expect(repair(await open())).rejects.toMatchObject({ code: 'VERSION_MISSING' });
  });
});

describe('repair() whose commit is not answered', () => {
  const Animal = () =>
    defineEntity({ name: 'Animal', properties: { id: p.integer().primary(), tag: p.string().nullable() } });
  let database: TestDatabase;
  let versions: Versions;
  beforeAll(async () => {
    database = await postgresql.create();
    const print = fingerprint(describeModule(await database.orm([]), { Animal: Animal() }, { name: 'a version' }));
    versions = { 1: { fingerprint: print, load: async () => ({ Animal: Animal() }) } };
    await new (schemaClass({ versions, latest: 1 }))(await database.orm([Animal()])).upgrade();
  });
  afterAll(() => database.drop());

  const repairWith = async (instead: Parameters<typeof atCommit>[1]) => {
    await database.execute('alter table animal drop column if exists tag');
    const orm = await database.orm([Animal()]);
    await atCommit(orm, instead);
    return repair(new (schemaClass({ versions, latest: 1 }))(orm));
  };
  const hasTag = async () =>
    (await database.execute("select from information_schema.columns where column_name = 'tag'")).length === 1;

  test('finds out that it happened', async () => {
    const { created } = await repairWith(loseAnswer);
    expect(created.map(({ difference }) => difference.path.join('.'))).toEqual(['animal.column.tag']);
    expect(await hasTag()).toBe(true);
  });

  test('finds out that it did not happen', async () => {
    const repairing = repairWith(async (_send, client) => {
      const reset = Object.assign(new Error('read ECONNRESET'), { code: 'ECONNRESET' });
      (client as typeof client & { connection: { stream: { destroy(error: Error): void } } }).connection.stream.destroy(
        reset,
      );
      throw reset;
    });
    await expect(repairing).rejects.toMatchObject({ code: 'STEP_FAILED', method: 'repair', deployed: 1 });
    expect(await hasTag()).toBe(false);
  });
});

describe('repair() of constraints that do not hold for all rows', () => {
  const zooOf = () => {
    const Keeper = defineEntity({ name: 'Keeper', properties: { id: p.integer().primary().autoincrement(false) } });
    const Animal = defineEntity({
      name: 'Animal',
      checks: [{ name: 'even', expression: 'legs % 2 = 0' }],
      properties: {
        id: p.integer().primary().autoincrement(false),
        name: p.string(),
        legs: p.integer(),
        keeper: () => p.manyToOne(Keeper).nullable(),
      },
    } as never) as EntitySchema;
    return { Keeper, Animal };
  };
  const UNPROVEN = [
    'alter table animal drop constraint even',
    'alter table animal drop constraint animal_keeper_id_foreign',
    'alter table animal alter column name drop not null',
    `insert into keeper values (1)`,
    `insert into animal (id, name, legs, keeper_id) values (1, 'Leo', 4, 1), (2, null, 3, 7)`,
    'alter table animal add constraint even check (legs % 2 = 0) not valid',
    'alter table animal add constraint animal_keeper_id_foreign foreign key (keeper_id) references keeper (id) on delete set null not valid',
    'alter table animal add constraint animal_name_not_null not null name not valid',
  ];
  let database: TestDatabase;
  let versions: Versions;
  const open = async () => {
    const orm = await database.orm([...bindModule({ ...zooOf() }, { name: 'the release' }).all]);
    return new (schemaClass({ versions, latest: 1 }))(orm);
  };
  beforeAll(async () => {
    database = await postgresql.create();
    const print = fingerprint(describeModule(await database.orm([]), zooOf(), { name: 'a version' }));
    versions = { 1: { fingerprint: print, load: async () => zooOf() } };
    await (await open()).upgrade();
    for (const statement of UNPROVEN) await database.execute(statement);
  });
  afterAll(() => database.drop());

  test('verify() names them, with the statement for each', async () => {
    expect((await verify(await open())).toString()).toBe(
      `zoo: the storage differs from version 1.
animal
  column name
    validity is not valid, wanted valid
    run alter table "animal" validate constraint "animal_name_not_null"
  foreign key keeper_id
    validity is not valid, wanted valid
    run alter table "animal" validate constraint "animal_keeper_id_foreign"
  check even
    validity is not valid, wanted valid
    run alter table "animal" validate constraint "even"`,
    );
  });

  test('rows that break them are counted, and they stay', async () => {
    const { created, left } = await repair(await open());
    expect(created).toEqual([]);
    expect(left.map(({ difference: { path }, why }) => `${path.join(' ')}: ${why}`)).toEqual([
      'animal column name validity: 1 row is null',
      'animal check even validity: the check even of animal fails for 1 row. Change those rows first.',
      'animal foreign key keeper_id validity: 1 row has a missing parent',
    ]);
    expect(left.map(({ sql }) => sql)).toEqual([
      ['alter table "animal" validate constraint "animal_name_not_null"'],
      ['alter table "animal" validate constraint "even"'],
      ['alter table "animal" validate constraint "animal_keeper_id_foreign"'],
    ]);
  });

  test('a database that has them is adopted, by number and by looking, and the report names them', async () => {
    for (const adopt of [1, 'find'] as const) {
      for (const table of ['deployed_version', 'deployed_version_log'])
        await database.execute(`drop table if exists ${table}`);
      const { outcome, drift } = await (await open()).upgrade({ adopt });
      expect(outcome).toBe('adopted');
      expect(drift.map(({ path }) => path.join(' '))).toEqual([
        'animal column name validity',
        'animal foreign key keeper_id validity',
        'animal check even validity',
      ]);
    }
  });

  test('once the rows allow it, they are validated, and nothing differs', async () => {
    await database.execute(`update animal set name = 'Lea', legs = 2, keeper_id = null where id = 2`);
    const dry = await repair(await open(), { dryRun: true });
    expect(dry.toString()).toBe(
      'zoo: would validate constraints of version 1:\n  animal column name\n  animal check even\n  animal foreign key keeper_id',
    );
    expect((await verify(await open())).differences).toHaveLength(3);
    expect((await repair(await open())).left).toEqual([]);
    expect((await verify(await open())).differences).toEqual([]);
  });

  test('what is not enforced is made so', async () => {
    await database.execute('alter table animal alter constraint animal_keeper_id_foreign not enforced');
    await database.execute('alter table animal drop constraint even');
    await database.execute('alter table animal add constraint even check (legs % 2 = 0) not enforced');
    expect((await repair(await open())).created.map(({ sql }) => sql)).toEqual([
      ['alter table "animal" drop constraint "even", add constraint "even" CHECK (((legs % 2) = 0))'],
      ['alter table "animal" alter constraint "animal_keeper_id_foreign" enforced'],
    ]);
    expect((await verify(await open())).differences).toEqual([]);
  });
});
