import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { defineEntity, p } from '@mikro-orm/core';
import { postgresql, type TestDatabase } from '../support/databases.ts';
import { photograph } from '../support/life/rows.ts';
import { type Release, upgradeByStep } from '../support/two-releases.ts';

let database: TestDatabase;
beforeAll(async () => {
  database = await postgresql.create();
});
afterAll(() => database.drop());

/** A name of more than 63 bytes, whose 63rd byte is in the middle of a letter. */
const long = (name: string) => `${name.padEnd(62, '_')}ééé`;

interface Named {
  readonly table?: string;
  readonly parts?: boolean;
  readonly items?: readonly string[];
  readonly where?: string;
}

function zoo({ table = 'animal', parts = true, items = ['calm'], where = `name <> 'x'` }: Named = {}): Release {
  const Zoo = defineEntity({ name: 'Zoo', properties: { id: p.integer().primary() } });
  const Animal = defineEntity({
    name: 'Animal',
    tableName: table,
    properties: {
      id: p.integer().primary(),
      name: p.string(),
      ...(parts && {
        mood: p
          .enum([...items])
          .nativeEnumName(long('mood'))
          .nullable(),
        legs: p.integer().nullable().unique(long('legs_unique')),
        [`species${'é'.repeat(26)}`]: p.string().nullable().index(),
        zoo: () => p.manyToOne(Zoo).nullable().foreignKeyName(long('zoo_key')),
      }),
    },
    ...(parts && {
      indexes: [{ name: long('name_index'), properties: ['name'], where }],
      checks: [{ name: long('name_check'), expression: where, property: 'name' }],
    }),
  } as never) as unknown as Release['Animal'];
  return { Zoo, Animal };
}

async function storage(): Promise<unknown> {
  return (await photograph(database)).storage;
}

async function fresh(release: Release): Promise<unknown> {
  expect(await upgradeByStep(database, { before: release, up: async () => {} })).toBeUndefined();
  return storage();
}

const species = `species${'é'.repeat(26)}`;
test('what is added under a long name is found again, altered, and dropped', async () => {
  const [bare, whole, other] = [zoo({ parts: false }), zoo(), zoo({ items: ['calm', 'wild'], where: `name <> 'y'` })];
  const wanted = await fresh(whole);
  const properties = ['mood', 'legs', species, 'zoo'];
  expect(
    await upgradeByStep(database, {
      before: bare,
      after: whole,
      up: async step => {
        const Animal = step.after.Animal as never;
        for (let time = 0; time < 2; time++) {
          for (const property of properties) await step.addProperty(Animal, property as never);
          await step.addIndex(Animal, long('name_index'));
          await step.addCheck(Animal, long('name_check'));
          await step.addForeignKey(Animal, 'zoo' as never);
        }
        expect(await step.hasIndex(Animal, long('name_index'))).toBe(true);
      },
    }),
  ).toBeUndefined();
  expect(await storage()).toEqual(wanted);

  const altered = await fresh(other);
  expect(
    await upgradeByStep(database, {
      before: whole,
      after: other,
      up: async step => {
        for (let time = 0; time < 2; time++)
          for (const property of ['name', ...properties])
            await step.alterProperty(step.before.Animal as never, step.after.Animal as never, property as never);
      },
    }),
  ).toBeUndefined();
  expect(await storage()).toEqual(altered);

  const nothing = await fresh(bare);
  expect(
    await upgradeByStep(database, {
      before: whole,
      after: bare,
      up: async step => {
        const Animal = step.before.Animal as never;
        for (let time = 0; time < 2; time++) {
          await step.dropIndex(Animal, long('name_index'));
          await step.dropCheck(Animal, long('name_check'));
          for (const property of properties) await step.dropProperty(Animal, property as never);
        }
      },
    }),
  ).toBeUndefined();
  expect(await storage()).toEqual(nothing);
});

test('alterStorage does the same at once', async () => {
  const [bare, other] = [zoo({ parts: false }), zoo({ items: ['calm', 'wild'], where: `name <> 'y'` })];
  for (const [before, after] of [
    [bare, zoo()],
    [zoo(), other],
    [other, bare],
  ] as const) {
    const wanted = await fresh(after);
    expect(
      await upgradeByStep(database, {
        before,
        after,
        up: step => step.alterStorage(step.before.Animal as never, step.after.Animal as never),
      }),
    ).toBeUndefined();
    expect(await storage()).toEqual(wanted);
  }
});

test('a table gets a long name, another long name, and a short one', async () => {
  const tables = ['animal', long('animal'), long('beast'), 'creature'];
  for (const [index, table] of tables.slice(1).entries()) {
    const [before, after] = [zoo({ table: String(tables[index]) }), zoo({ table })];
    const wanted = await fresh(after);
    expect(
      await upgradeByStep(database, {
        before,
        after,
        up: step => step.renameStorage(step.before.Animal as never, step.after.Animal as never),
      }),
    ).toBeUndefined();
    expect(await storage()).toEqual(wanted);
  }
});

interface Tagged {
  readonly tag?: unknown;
  readonly legs?: unknown;
  readonly items?: readonly string[];
  readonly parts?: boolean;
}

/** Columns with long names: values, a key of another table, a computed one, and an index and a check over them. */
function tagged({ tag = tagOf('tag'), legs = p.integer(), items = ['calm'], parts = true }: Tagged = {}): Release {
  const Zoo = defineEntity({
    name: 'Zoo',
    properties: { id: p.integer().primary().fieldName(long('zoo_id')), name: p.string() },
  } as never) as unknown as Release['Animal'];
  const enumerated = (name: string) =>
    p
      .enum([...items])
      .nullable()
      .fieldName(long(name));
  const Animal = defineEntity({
    name: 'Animal',
    properties: {
      id: p.integer().primary(),
      ...(parts && {
        tag,
        mood: enumerated('mood'),
        kind: enumerated('kind').nativeEnumName('kind'),
        zoo: () =>
          p
            .manyToOne(Zoo as never)
            .nullable()
            .joinColumn(long('zoo_of')),
        loud: p
          .string()
          .generated(`(upper("${long('name')}")) stored`)
          .nullable()
          .fieldName(long('loud')),
        name: p.string().default('x').fieldName(long('name')),
        legs: (legs as ReturnType<typeof p.integer>)
          .default(4)
          .fieldName(long('legs'))
          .check(`"${long('legs')}" > 0`)
          .index(),
      }),
    },
    ...(parts && { uniques: [{ properties: ['tag', 'legs'] }] }),
  } as never) as unknown as Release['Animal'];
  return { Zoo, Animal } as Release;
}
const tagOf = (name: string) => p.string().length(20).nullable().fieldName(long(name));

test('columns with long names are installed, added, altered, renamed and dropped', async () => {
  const [bare, whole] = [tagged({ parts: false }), tagged()];
  const properties = ['tag', 'mood', 'kind', 'zoo', 'name', 'loud', 'legs'];
  const wanted = await fresh(whole);
  expect(
    await upgradeByStep(database, {
      before: bare,
      after: whole,
      up: async step => {
        const Animal = step.after.Animal as never;
        for (let time = 0; time < 2; time++) {
          for (const property of properties) await step.addProperty(Animal, property as never);
          await step.addIndex(Animal, ['tag', 'legs'] as never);
          expect(await step.hasProperty(Animal, 'tag' as never)).toBe(true);
        }
      },
    }),
  ).toBeUndefined();
  expect(await storage()).toEqual(wanted);

  const altered = tagged({ tag: p.text().fieldName(long('tag')), legs: p.bigint(), items: ['calm', 'wild'] });
  const other = await fresh(altered);
  const rows = `insert into zoo values (1, 'x'); insert into animal (id, "${long('tag')}", "${long('kind')}") values (1, null, 'calm'), (2, 'a', null)`;
  const tags = `select "${long('tag')}" as tag, "${long('kind')}" as kind, "${long('legs')}" as legs from animal order by id`;
  expect(
    await upgradeByStep(database, {
      before: whole,
      after: altered,
      rows,
      up: async step => {
        const { before, after } = step;
        for (let time = 0; time < 2; time++) {
          for (const property of properties.filter(name => name !== 'tag'))
            await step.alterProperty(before.Animal as never, after.Animal as never, property as never);
          await step.alterProperty(before.Animal as never, after.Animal as never, 'tag' as never, {
            fill: 'none' as never,
          });
        }
        await step.fill(after.Animal as never, 'tag' as never, (row: { tag: string }) => `${row.tag}!`);
      },
    }),
  ).toBeUndefined();
  expect(await storage()).toEqual(other);
  expect(await database.execute(tags)).toEqual([
    { tag: 'none!', kind: 'calm', legs: '4' },
    { tag: 'a!', kind: null, legs: '4' },
  ]);

  const renamed = tagged({ tag: tagOf('label') });
  const named = await fresh(renamed);
  expect(
    await upgradeByStep(database, {
      before: whole,
      after: renamed,
      rows,
      up: async step => {
        for (let time = 0; time < 2; time++)
          await step.renameProperty(
            step.before.Animal as never,
            'tag' as never,
            step.after.Animal as never,
            'tag' as never,
          );
      },
    }),
  ).toBeUndefined();
  expect(await storage()).toEqual(named);
  expect(await database.execute(`select "${long('label')}" as label from animal order by id`)).toEqual([
    { label: null },
    { label: 'a' },
  ]);

  const nothing = await fresh(bare);
  expect(
    await upgradeByStep(database, {
      before: whole,
      after: bare,
      rows,
      up: async step => {
        for (const property of ['loud', ...properties])
          await step.dropProperty(step.before.Animal as never, property as never);
      },
    }),
  ).toBeUndefined();
  expect(await storage()).toEqual(nothing);
});

test('alterStorage does the same with columns at once', async () => {
  const other = tagged({ tag: p.text().nullable().fieldName(long('tag')), legs: p.bigint(), items: ['calm', 'wild'] });
  for (const [before, after] of [
    [tagged({ parts: false }), tagged()],
    [tagged(), other],
    [other, tagged({ parts: false })],
  ] as const) {
    const wanted = await fresh(after);
    expect(
      await upgradeByStep(database, {
        before,
        after,
        up: step => step.alterStorage(step.before.Animal as never, step.after.Animal as never),
      }),
    ).toBeUndefined();
    expect(await storage()).toEqual(wanted);
  }
});
