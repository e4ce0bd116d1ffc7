import { describe, expect, test } from '@jest/globals';
import { PostgreSqlDriver } from '@mikro-orm/postgresql';
import { ZooSchema } from '../../../examples/zoo/schema.ts';
import * as v3 from '../../../examples/zoo/versions/3.ts';
import type { V1, V2, V3 } from '../../../examples/zoo/versions/index.ts';
import { SchemaTargetError } from '../../../lib/index.ts';
import { bindModule } from '../../../lib/models/bind-module.ts';
import { databaseAt, generateRows } from '../../../lib/testing/index.ts';

const entities = () => [...bindModule({ ...v3 }, { name: 'the release' }).all];
const server = () => new URL('/postgres', process.env['DEJAVU_PG_URL']).href;
const DATABASES = [
  { name: 'sqlite', database: () => ({ entities: entities() }) },
  {
    name: 'postgresql',
    database: () => ({ entities: entities(), driver: PostgreSqlDriver as never, clientUrl: server() }),
  },
];

describe.each(DATABASES)('a database at a version on $name', ({ database }) => {
  test('has the rows and the entities of that version, and is upgraded with what was written by them', async () => {
    await using zoo = await databaseAt<V1>(ZooSchema, 1, { database: database(), rows: 4 });
    expect(await zoo.schema.deployed()).toBe(1);
    const { before } = zoo;
    expect(await before.em.count(before.Animal)).toBe(4);
    before.em.create(before.Animal, { name: 'Leo', species: 'lion', keeperName: 'Ann' });
    await before.em.flush();

    expect(await zoo.schema.upgrade()).toMatchObject({ from: 1, to: 3 });
    const after = await zoo.at<V3>(3);
    const leo = await after.em.findOneOrFail(after.Animal, { name: 'Leo' }, { populate: ['keeper'] });
    expect(leo).toMatchObject({ family: 'lion', legs: 4, keeper: { name: 'Ann' } });
    expect(await after.em.count(after.Animal)).toBe(5);
  });

  test('is empty with no rows, and leaves nothing behind', async () => {
    const zoo = await databaseAt<V2>(ZooSchema, 2, { database: database(), rows: 0 });
    expect(await zoo.before.em.count(zoo.before.Keeper)).toBe(0);
    await zoo.close();
    await expect(zoo.schema.deployed()).rejects.toMatchObject({ code: expect.any(String) });
  });
});

test('a version that is not frozen is refused', async () => {
  const refused = databaseAt(ZooSchema, 9, { database: { entities: entities() } });
  await expect(refused).rejects.toBeInstanceOf(SchemaTargetError);
});

test('rows can be made alone', async () => {
  await using zoo = await databaseAt(ZooSchema, 3, { database: { entities: entities() }, rows: 0 });
  const [animals, keepers] = generateRows(zoo.orm, v3, 5, { rows: 3 });
  expect(animals).toMatchObject({
    table: 'animal',
    entities: ['Animal'],
    columns: ['id', 'name', 'family', 'legs', 'keeper_id'],
  });
  expect(animals?.rows).toHaveLength(3);
  const known = new Set(keepers?.rows.map(([id]) => id));
  for (const row of animals?.rows ?? []) expect([null, ...known]).toContain(row[4]);
  expect(generateRows(zoo.orm, v3, 5, { rows: 3 })).toEqual([animals, keepers]);
});
