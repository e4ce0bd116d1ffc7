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
