import { describe, expect, test } from '@jest/globals';
import { defineEntity, p } from '@mikro-orm/core';
import { PostgreSqlDriver } from '@mikro-orm/postgresql';
import { ZooSchema } from '../../../examples/zoo/schema.ts';
import * as v3 from '../../../examples/zoo/versions/3.ts';
import type { V1 } from '../../../examples/zoo/versions/index.ts';
import { Schema, type Step } from '../../../lib/index.ts';
import { bindModule } from '../../../lib/models/bind-module.ts';
import {
  databaseAt,
  proveSchema,
  type Models,
  type ProvableSchema,
  type RowsOption,
} from '../../../lib/testing/index.ts';

const entities = () => [...bindModule({ ...v3 }, { name: 'the release' }).all];
const server = () => new URL('/postgres', process.env['DEJAVU_PG_URL']).href;
const KINDS = [
  { name: 'sqlite', database: () => ({ entities: entities() }) },
  {
    name: 'postgresql',
    database: () => ({ entities: entities(), driver: PostgreSqlDriver as never, clientUrl: server() }),
  },
];

/** What the checks with this in their names say, by name without the Schema and the dialect; `undefined` if they pass. */
async function said(SchemaClass: ProvableSchema, name: RegExp, rows: RowsOption, database: object = {}) {
  const checks = await proveSchema(SchemaClass, { databases: [{ entities: entities(), ...database }], rows });
  const found = checks.filter(one => name.test(one.name));
  expect(found.length).toBeGreaterThan(0);
  const texts = new Map<string, string | undefined>();
  for (const { name: title, run } of found)
    texts.set(
      title.replace(/^\w+ on \w+: /, ''),
      await run().then(
        () => undefined,
        (error: Error) => error.message,
      ),
    );
  return texts;
}

const LEO = { name: 'Leo', species: 'lion', family: 'lion', keeperName: 'Ann', legs: 3 };
const LEO_AT_1 = { name: 'Leo', species: 'lion', keeperName: 'Ann' };
const STEP_2 = /upgradeTo_2 leads/;

/** Loses the animals of Ann, whom no made-up row names. */
class ForgetsAnn extends ZooSchema {
  override async upgradeTo_2(step: Parameters<ZooSchema['upgradeTo_2']>[0]) {
    await step.execute("delete from animal where keeper_name = 'Ann'");
    await super.upgradeTo_2(step);
  }
}

describe('rows of your own', () => {
  test.each([
    ['none', 20, false],
    ['data', { Animal: [LEO] }, true],
    ['a function for an entity', { Animal: ({ em, Animal }: Models<V1>) => em.create(Animal, LEO_AT_1) }, true],
    ['a function for a version', { 1: ({ em, Animal }: Models<V1>) => em.create(Animal, LEO_AT_1) }, true],
  ] as const)('%s: what only they show is found', async (_name, rows, isFound) => {
    const [[, text] = []] = await said(ForgetsAnn, STEP_2, rows as RowsOption);
    expect(text ?? 'passed').toMatch(
      isFound
        ? /animal: 1 row lost[^]*Again: run this test alone: -t '\w+ on SQLite: upgradeTo_2 [^']*' in Jest/
        : /passed/,
    );
  });

  test('a version has only those that its function writes, and other versions have made-up ones', async () => {
    const rows: RowsOption = { 1: ({ em, Animal }: Models<V1>) => em.create(Animal, LEO_AT_1), Keeper: 3 };
    expect(new Set((await said(ZooSchema, /upgradeTo|downgradeTo|each table/, rows)).values())).toEqual(
      new Set([undefined]),
    );
  });

  test('that cannot be written fail the check, with the reason', async () => {
    const [[, text] = []] = await said(ZooSchema, STEP_2, { Animal: [{ name: 'Leo' }] });
    expect(text).toContain(
      "your rows of Animal cannot be written at version 1: Value for Animal.species is required, 'undefined' found. Correct `rows`.",
    );
  });

  test.each([
    [{ 9: () => undefined }, /wrong value for 9: a version needs a function, and must be frozen \(1, 2, 3\)/],
    [{ Animal: -1 }, /wrong value for Animal: an entity needs a number of rows, a list of rows, or a function/],
  ])('%p is refused at once', async (rows, why) => {
    const refused = proveSchema(ZooSchema, { databases: [{ entities: entities() }], rows });
    await expect(refused).rejects.toMatchObject({ code: 'TARGET_INVALID', message: expect.stringMatching(why) });
  });

  test('a name that no version has is found', async () => {
    const [[, text] = []] = await said(ZooSchema, /each table gets rows/, { Animals: 5 });
    expect(text).toContain('`rows` names Animals, and no frozen version has such an entity');
    expect(text).toContain('Write a name of an entity: Animal, Keeper.');
  });
});

test('the command shows it again with the numbers of rows that were given', async () => {
  class Forgets extends ZooSchema {
    override async upgradeTo_2(step: Parameters<ZooSchema['upgradeTo_2']>[0]) {
      await step.execute('delete from animal');
      await super.upgradeTo_2(step);
    }
  }
  const [[, text] = []] = await said(Forgets, STEP_2, { Animal: 5 });
  expect(text).toMatch(/Again: npx dejavu prove --from 2 --dialect sqlite --seed 1 --rows Animal=5$/);
});

describe.each(KINDS)('databaseAt() on $name', ({ database }) => {
  test('has the rows that a function writes, and no others', async () => {
    await using zoo = await databaseAt<V1>(ZooSchema, 1, {
      database: database(),
      rows: ({ em, Animal }) => em.create(Animal, LEO_AT_1),
    });
    const { before } = zoo;
    expect(await before.em.findAll(before.Animal)).toMatchObject([{ name: 'Leo', keeperName: 'Ann' }]);
    await zoo.schema.upgrade();
    before.em.clear();
  });
});

describe('a table that no rows can be made for', () => {
  const version = (more: object) => ({
    Odd: defineEntity({
      name: 'Odd',
      properties: { id: p.integer().primary(), n: p.integer(), ...more },
      checks: [{ name: 'odd', expression: "cast(n as text) like '7_7_7'" }],
    }),
    On: defineEntity({ name: 'On', properties: { id: p.integer().primary(), n: p.integer() } }),
  });
  const [one, two] = [version({}), version({ more: p.integer().default(1) })];
  class OddSchema extends Schema {
    readonly guid = 'odd';
    readonly latest = 2;
    override readonly versions = {
      1: { fingerprint: '0:one', load: async () => one },
      2: { fingerprint: '0:two', load: async () => two },
    };
    upgradeTo_2 = (step: Step<typeof one, typeof two>) => step.addProperty(step.after.Odd, 'more' as never);
  }
  const database = () => ({ entities: [...bindModule({ ...two }, { name: 'the release' }).all] });
  const says = async (rows: RowsOption) =>
    [...(await said(OddSchema, /each table gets rows/, rows, database())).values()][0];

  test('is told, with what to write', async () => {
    const text = await says(20);
    expect(text).toContain('no rows can be made for odd, so no check sees what a step does to them');
    expect(text).toContain('odd: the database refuses each row: CHECK constraint failed: odd');
    expect(text).toContain(
      'Fix: Pass rows: `proveSchema(…, { rows: { Odd: [{ … }] } })`. ' +
        'If they need no rows: `{ rows: { Odd: 0 } }`, or `npx dejavu prove --rows Odd=0`.',
    );
  });

  test('is not told once it has rows, or needs none', async () => {
    expect(await says({ Odd: [{ n: 70_707 }] })).toBeUndefined();
    expect(await says({ Odd: 0 })).toBeUndefined();
  });
});
