import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { postgresql, sqliteFile, type TestDatabase } from '../support/databases.ts';
import { makeApplication, type Application } from '../support/cli/application.ts';
import type { Ran } from '../support/cli/run.ts';

const ENTITIES = {
  Category:
    'code: p.string().length(20).unique(), title: p.string().nullable(), parent: () => p.manyToOne(Category).nullable(), since: p.datetime().nullable()',
  Animal: 'name: p.string(), category: () => p.manyToOne(Category)',
};

describe.each([sqliteFile, postgresql])('dejavu fixture on $name', kind => {
  let database: TestDatabase;
  let application: Application;

  const dejavu = (args: readonly string[], on = database): Promise<Ran> =>
    application.dejavu(args, { ZOO_DATABASE: on.address ?? '' });

  beforeAll(async () => {
    database = await kind.create();
    application = makeApplication(ENTITIES);
    await dejavu(['init', '--name', 'ZooSchema']);
    await dejavu(['upgrade']);
    await database.execute(
      "insert into category (id, code, title) values (7, 'reptile', 'Reptiles'), (3, 'animal', null)",
    );
    await database.execute('update category set parent_id = 3 where id = 7');
    await database.execute("insert into animal (name, category_id) values ('Iggy', 7)");
  });
  afterAll(async () => {
    application[Symbol.dispose]();
    await database.drop();
  });

  test('captures rows without their generated ids, and says how to load them', async () => {
    const ran = await dejavu(['fixture', '--entities', 'Category']);
    expect(ran).toMatchObject({ code: 0, stderr: '' });
    expect(ran.stdout).toContain('fixtures/0001_category.json with the rows of version 1: 2 of Category.');
    expect(ran.stdout).toContain(
      "new URL('./fixtures/0001_category.json', import.meta.url), { entities: [step.after.Category], missing: 'delete' }",
    );
    const path = Object.keys(application.files()).find(name => name.endsWith('0001_category.json')) as string;
    expect(JSON.parse(application.read(path))).toEqual({
      guid: 'zoo',
      version: 1,
      rows: {
        Category: [
          { code: 'animal', title: null, parent: null, since: null },
          { code: 'reptile', title: 'Reptiles', parent: 'animal', since: null },
        ],
      },
    });
    expect(await dejavu(['fixture', '--entities', 'Category'])).toMatchObject({
      code: 64,
      stderr: expect.stringContaining('exists. Overwrite it?'),
    });
    expect(await dejavu(['fixture', '--entities', 'Category', '--yes'])).toMatchObject({ code: 0 });
  });

  test('a condition stays in the file', async () => {
    const ran = await dejavu([
      'fixture',
      '--entities',
      'Category',
      '--where',
      '{"code":{"$like":"rep%"}}',
      '--dry-run',
    ]);
    expect(JSON.parse(ran.stdout)).toMatchObject({
      where: { Category: { code: { $like: 'rep%' } } },
      rows: { Category: [{ code: 'reptile' }] },
    });
  });

  test('refuses entities that the version does not have, values that would be lost, and conditions that are none', async () => {
    expect(await dejavu(['fixture', '--entities', 'Fish'])).toMatchObject({
      stderr: expect.stringContaining('Fish is not an entity of version 1. Its entities are:'),
    });
    expect(await dejavu(['fixture', '--entities', 'Category', '--where', '{'])).toMatchObject({
      code: 64,
      stderr: expect.stringContaining('--where is not JSON'),
    });
    const unknown = await dejavu(['fixture', '--entities', 'Category', '--where', '{"Category":{"builtIn":true}}']);
    expect(unknown).toMatchObject({
      code: 1,
      stderr: expect.stringMatching(/the condition for Category.*Category\.builtIn.*id, code, title, parent, since/s),
    });
    expect(unknown.stderr).not.toContain('node_modules');
    expect(await dejavu(['fixture', '--entities', 'Category', '--where', '{"Animal":{"name":"Leo"}}'])).toMatchObject({
      code: 1,
      stderr: expect.stringContaining(
        'the condition for Category cannot be used: Trying to query by not existing property Category.Animal',
      ),
    });
    expect(await dejavu(['fixture'])).toMatchObject({ stderr: expect.stringContaining('--entities') });
  });

  if (kind.dialect === 'postgresql')
    test('refuses microseconds, which would be lost', async () => {
      await database.execute('alter table category alter since type timestamptz(6)');
      await database.execute("update category set since = '2026-01-01 00:00:00.123456Z' where id = 7");
      const ran = await dejavu(['fixture', '--entities', 'Category', '--dry-run']);
      expect(ran.stderr).toContain('1 row of Category has a since with microseconds');
      await database.execute('update category set since = null');
    });

  test('fresh and upgraded databases agree, and a later version asks for an upgrade first', async () => {
    expect(await dejavu(['next', '--empty'])).toMatchObject({ code: 0 });
    const schema = Object.keys(application.files()).find(name => /schema\.ts$/i.test(name)) as string;
    const load = `await step.loadFixture(new URL('./fixtures/0001_category.json', import.meta.url), { entities: [step.after.Category], missing: 'delete' });`;
    const source = application.read(schema);
    expect(source).toMatch(/upgradeTo_2\([^)]*\)[^{]*\{/);
    const withStep = source.replace(/upgradeTo_2\([^)]*\)([^{]*\{)/, `upgradeTo_2(step: Step<V1, V2>)$1\n    ${load}`);
    const last = withStep.lastIndexOf('}');
    application.write(
      schema,
      `${withStep.slice(0, last)}  override async onInstall(step: Step<V2, V2>) {\n    ${load}\n  }\n}\n`,
    );

    await database.execute("update category set title = 'changed' where code = 'animal'");
    const upgraded = await dejavu(['upgrade', '--yes']);
    expect(upgraded).toMatchObject({ code: 0 });
    const rows =
      'select c.code, c.title, p.code as parent from category c left join category p on p.id = c.parent_id order by 1';
    const expected = [
      { code: 'animal', title: null, parent: null },
      { code: 'reptile', title: 'Reptiles', parent: 'animal' },
    ];
    expect(await database.execute(rows)).toEqual(expected);
    const fresh = await kind.create();
    try {
      expect(await dejavu(['upgrade'], fresh)).toMatchObject({ code: 0 });
      expect(await fresh.execute(rows)).toEqual(expected);
    } finally {
      await fresh.drop();
    }
  });
});
