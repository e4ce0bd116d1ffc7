import { describe, expect, test } from '@jest/globals';
import { isProtected } from '../../../lib/store/bookkeeping/protect-tables.ts';
import { databases } from '../../support/databases.ts';
import { schemaClass } from '../../support/schemas.ts';
import { zooV1 } from '../../support/zoo.ts';

const SKIPPED = { schemaGenerator: { skipTables: ['deployed_version', 'deployed_version_log'] } };

describe.each(databases)('on $name', kind => {
  test("MikroORM's schema generator leaves the version alone in an ORM that a Schema uses", async () => {
    await using database = await kind.create({ pool: 1 });
    const orm = await database.orm(zooV1());
    // A generator that was made before the Schema is protected too.
    const generator = orm.schema;
    const zoo = new (schemaClass({ latest: 1 }))(orm);
    await zoo.upgrade();
    expect(await generator.getUpdateSchemaSQL()).not.toContain('deployed_version');
    await generator.update();
    await orm.schema.update();
    expect(await zoo.upgrade()).toMatchObject({ outcome: 'level' });
    expect(isProtected(orm)).toBe(false);
  });

  test('a database whose version was dropped is told how to get it back, and adopts it', async () => {
    await using database = await kind.create({ pool: 1 });
    await new (schemaClass({ latest: 1 }))(await database.orm(zooV1())).upgrade();
    const orm = await database.orm(zooV1());
    await orm.schema.update();
    const zoo = new (schemaClass({ latest: 1 }))(orm);
    await expect(zoo.upgrade()).rejects.toThrow(
      /`schema:update` drops the version unless `schemaGenerator\.skipTables` lists/,
    );
    expect(await zoo.adopt(1)).toMatchObject({ outcome: 'adopted', to: 1 });
  });
});

test.each<[string, object | undefined, boolean]>([
  ['none', undefined, false],
  ['both names', SKIPPED, true],
  ['names in capitals', { schemaGenerator: { skipTables: ['DEPLOYED_VERSION', 'Deployed_Version_Log'] } }, true],
  ['a pattern', { schemaGenerator: { skipTables: [/^deployed_/g] } }, true],
  ['one of both', { schemaGenerator: { skipTables: ['deployed_version'] } }, false],
])('with %s in the configuration the tables are protected: %p', async (_, options, expected) => {
  await using database = await (databases[0] as (typeof databases)[number]).create();
  const orm = await database.orm(zooV1(), options);
  expect(new (schemaClass({ latest: 1 }))(orm)).toBeDefined();
  expect(isProtected(orm)).toBe(expected);
  const listed = orm.config.get('schemaGenerator').skipTables ?? [];
  expect(
    ['deployed_version', 'deployed_version_log'].every(name =>
      listed.some(one => String(one).toLowerCase() === name || (one instanceof RegExp && one.source === '^deployed_')),
    ),
  ).toBe(true);
});

test('another copy of these files knows what this one protected', async () => {
  const { protectTables, isProtected: isProtectedForCopy } = (await import(
    `${import.meta.resolve('../../../lib/store/bookkeeping/protect-tables.ts')}?second`
  )) as typeof import('../../../lib/store/bookkeeping/protect-tables.ts');
  const orm = { config: { get: () => ({}) } } as never;
  protectTables(orm);
  expect([isProtected(orm), isProtectedForCopy(orm)]).toEqual([false, false]);
});
