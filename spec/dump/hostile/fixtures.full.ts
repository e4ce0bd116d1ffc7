import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { defineEntity, p } from '@mikro-orm/core';
import { captureFixture } from '../../../lib/dump/fixtures/capture-fixture.ts';
import { dump } from '../../../lib/dump/index.ts';
import type { FixtureData } from '../../../lib/fixtures/fixture-file.ts';
import { type StepFailedError, type Step } from '../../../lib/index.ts';
import { postgresql, sqliteFile, type TestDatabase } from '../../support/databases.ts';
import { filesOf, newFolder, schemaOn } from '../releases.ts';
import { long, rowsOfTown, town } from './town.ts';

const TYPES = [
  'Car',
  'Tanker',
  'Truck',
  'Vehicle',
  'Company',
  'Party',
  'Person',
  'Street',
  'House',
  'Membership',
  'Club',
];
const ENTITIES = ['Vehicle', 'Party', 'Street', 'House', 'Membership', 'Club'];

type Rows = Record<string, readonly Record<string, unknown>[]>;

describe.each([sqliteFile, postgresql])('a fixture of a town on $name', kind => {
  const namespace = kind.dialect === 'postgresql' ? 'plan' : undefined;
  const modules = [town(namespace), town(namespace)];
  let database: TestDatabase;
  let fixture: FixtureData;
  beforeAll(async () => {
    database = await kind.create();
    const schema = await schemaOn(database, modules.slice(0, 1));
    await schema.upgrade();
    for (const sql of rowsOfTown(kind.dialect, namespace)) await database.execute(sql);
    fixture = await captureFixture(schema, { entities: ENTITIES });
  });
  afterAll(() => database.drop());

  const rowsOf = async () => {
    const folder = newFolder();
    await dump(await schemaOn(database, modules.slice(0, 1)), folder);
    return Object.entries(filesOf(folder)).filter(([path]) => path.startsWith('tables'));
  };

  const loadIn = (step: Step, rows: Rows, replacedBy: object = {}) =>
    step.loadFixture({ guid: 'zoo', version: 2, rows }, { missing: 'delete', replacedBy } as never);

  /** Runs a step that loads fixtures, and takes all of it back: the next one finds the same rows. */
  async function taken(work: (step: Step) => Promise<void>): Promise<void> {
    const upgradeTo_2 = async (step: Step) => {
      await work(step);
      throw new Error('taken back');
    };
    const upgrading = (await schemaOn(database, modules, { upgradeTo_2 })).upgrade();
    const error = await upgrading.then(
      () => undefined,
      (thrown: StepFailedError) => thrown.cause as Error,
    );
    if (error?.message !== 'taken back') throw error as Error;
  }

  const without = (name: string, index: number) => ({
    [name]: (fixture.rows[name] as Rows[string]).toSpliced(index, 1),
  });
  const bob = { name: 'Bob', boss: null };

  test('holds everything but keys that are generated', () => {
    expect(fixture.rows).toMatchSnapshot();
  });

  test('is loaded into an empty database, and captured again', async () => {
    await using other = await kind.create();
    const reports: unknown[] = [];
    const onInstall = async (step: Step) => {
      for (let time = 0; time < 2; time += 1) reports.push(await step.loadFixture(fixture, { missing: 'delete' }));
    };
    const schema = await schemaOn(other, modules.slice(0, 1), { onInstall });
    await schema.upgrade();
    const none = { inserted: 0, updated: 0, deleted: 0, unchanged: 0 };
    expect(reports).toEqual([
      { ...none, inserted: 18 },
      { ...none, unchanged: 18 },
    ]);
    expect(await captureFixture(schema, { entities: ENTITIES })).toEqual(fixture);
  });

  test.each([
    ['all rows', Object.fromEntries(TYPES.map(name => [name, []])), {}, 18],
    ['a circle', { House: [] }, {}, 3],
    ['rows of a type, and not of those that extend it', { Party: [] }, {}, 1],
    ['rows of a join table that is an entity', { Membership: [] }, {}, 2],
    ['a row in whose place rows of users get another', { Club: [{ code: 'go' }] }, { Club: { chess: 'go' } }, 1],
    ['a row in whose place a row of another type gets none', { Truck: [] }, { Truck: { T1: null } }, 1],
  ] satisfies [string, Rows, object, number][])('removes %s', async (_, rows, replacedBy, deleted) => {
    await taken(async step => {
      expect(await loadIn(step, rows, replacedBy)).toMatchObject({ inserted: 0, updated: 0, deleted });
      // Foreign keys of SQLite do nothing in a step.
      for (const part of ['person', 'company'])
        expect(await step.execute(`select id from ${part} where id not in (select id from party)`)).toEqual([]);
    });
  });

  test('refuses what it cannot do, by name, and changes nothing', async () => {
    const before = await rowsOf();
    const names = (name: string, key: string, rows: string) =>
      `1:1: ${name} ${key} is not in the fixture, and ${rows}. Say what they get with replacedBy: { ${name}: { ${key}: … } }`;
    const ada = (by: string) => names('Person', '"Ada"', `1 row refers to it: ${by}`);
    const removes = (name: string, key: string) => `the row refers to ${name} ${key}, which this fixture removes`;
    const already = (is: string, wanted: string) =>
      `6:7: the database has this row as a ${is}, and a fixture does not make a ${wanted} of it`;
    const cells: [Rows, object, ...(string | RegExp)[]][] = [
      // Rows of users, in whichever table they are
      [without('Club', 0), {}, names('Club', '"chess"', '2 rows refer to it: Membership.club of 1/1, 1/2')],
      [{ Company: [] }, {}, names('Company', '"Co"', '1 row refers to it: Vehicle.owner of 1')],
      [{ Truck: [] }, {}, names('Truck', '"T1"', '1 row refers to it: Car.towedBy of 1')],
      [
        { Person: [bob] },
        {},
        ...[
          'Vehicle.owner of 2',
          'Company.head of 3',
          'Membership.person of 1/1',
          'the join table club_ranking of 2',
        ].map(ada),
        ...['Club.founder of 1', 'Club.first_person of 1'].map(ada),
      ],
      // What they cannot get
      [
        without('Club', 0),
        { Club: { chess: null } },
        '1:1: replacedBy says null for Club "chess", and Membership.club is required',
      ],
      [
        { Person: [bob] },
        { Person: { Ada: 'Bob' } },
        /^1:1: Membership\.person cannot refer to what replacedBy says for Person "Ada": .*unique/i,
      ],
      // Rows that stay and refer to one that goes
      [without('Street', 0), { Street: { '["A",1]': '["A",2]' } }, `11:11: ${removes('Street', '["A",1]')}`],
      [
        without('House', 0),
        { House: { '[{"town":"A","no":1},"a"]': null } },
        `12:17: ${removes('House', '[{"town":"A","no":1},"a"]')}`,
      ],
      // Rows of another type
      [{ Vehicle: [{ plate: 'C1', sort: 'vehicle' }] }, {}, already('Car', 'Vehicle')],
      [{ Company: [{ name: 'Ada', head: 'Bob' }] }, {}, already('Person', 'Company')],
      [{ Car: [{ plate: 'C2', sort: 'truck' }] }, {}, /Car "C2" is not in the database after the load/],
      // What other rows or the database say
      [
        { Club: [{ code: 'chess', members: ['Ada'] }] },
        {},
        '8:20: Club.members stands in rows of the entity Membership: load those instead',
      ],
      [
        { Street: [{ town: 'A', no: 1, label: 'x' }] },
        {},
        '9:18: Street.label has no value in a fixture, the database or the other side makes it: leave it out',
      ],
    ];
    await taken(async step => {
      for (const [rows, replacedBy, ...wanted] of cells) {
        const error = (await loadIn(step, rows, replacedBy).then(
          () => new Error('it was loaded'),
          (thrown: unknown) => thrown,
        )) as Error;
        const lines = error.message.split('\n  fixture:').slice(1);
        expect(lines).toHaveLength(wanted.length);
        for (const [index, one] of wanted.entries()) expect(lines[index]).toMatch(one);
      }
    });
    expect(await rowsOf()).toEqual(before);
  });
});

test('a column whose name PostgreSQL cuts off is not captured as null', async () => {
  await using database = await postgresql.create();
  const schema = await schemaOn(database, [town(undefined, long)]);
  await schema.upgrade();
  await expect(captureFixture(schema, { entities: ['Party'] })).rejects.toMatchObject({
    code: 'TARGET_INVALID',
    message: expect.stringMatching(
      /the column of Company\.a_name\S+ has a longer name than the database keeps.*fieldName/,
    ),
  });
});

test('a fixture refuses microseconds of the rows that it captures, wherever their column is', async () => {
  const Span = defineEntity({ name: 'Span', embeddable: true, properties: { begin: p.datetime(6).nullable() } });
  const Visit = defineEntity({
    name: 'Visit',
    schema: 'above',
    properties: { code: p.string().primary(), at: p.datetime(6).nullable(), span: () => p.embedded(Span) },
  });
  const Tool = defineEntity({
    name: 'Tool',
    inheritance: 'tpt',
    properties: { code: p.string().primary(), made: p.datetime(6).nullable() },
  });
  const Saw = defineEntity({ name: 'Saw', extends: Tool, properties: { teeth: p.integer() } });
  await using database = await postgresql.create();
  const schema = await schemaOn(database, [{ Span, Visit, Tool, Saw }]);
  await schema.upgrade();
  const [fine, coarse] = ["'2026-01-01 00:00:00.123456Z'", "'2026-01-01 00:00:00.123Z'"];
  // A table of the same name that MikroORM finds where nothing says which namespace is meant.
  await database.execute('create table visit (code text, at timestamptz)');
  await database.execute(
    `insert into above.visit (code, at, span_begin) values ('a', ${fine}, null), ('b', ${coarse}, null), ('c', null, ${fine})`,
  );
  await database.execute(`insert into tool (code, made) values ('s', ${fine}), ('t', ${coarse})`);
  await database.execute("insert into saw (code, teeth) values ('s', 1), ('t', 2)");
  const capture = (entity: string, ...codes: string[]) =>
    captureFixture(schema, { entities: [entity], where: { [entity]: { code: codes } } });
  await expect(capture('Visit', 'a', 'b')).rejects.toThrow('1 row of Visit has a at with microseconds');
  await expect(capture('Visit', 'c')).rejects.toThrow('1 row of Visit has a span.begin with microseconds');
  await expect(capture('Saw', 's', 't')).rejects.toThrow('1 row of Saw has a made with microseconds');
  expect((await capture('Visit', 'b')).rows['Visit']).toMatchObject([{ code: 'b', at: '2026-01-01T00:00:00.123Z' }]);
  expect((await capture('Saw', 't')).rows['Saw']).toMatchObject([{ code: 't', made: '2026-01-01T00:00:00.123Z' }]);
});
