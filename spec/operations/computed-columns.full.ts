import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { defineEntity, p, type EntitySchema } from '@mikro-orm/core';
import type { Step } from '../../lib/index.ts';
import { bindModule } from '../../lib/models/bind-module.ts';
import { postgresql, sqliteMemory, type TestDatabase } from '../support/databases.ts';
import { photograph } from '../support/life/rows.ts';
import { schemaClass } from '../support/schemas.ts';

type Module = Readonly<Record<string, EntitySchema>>;

function entity(name: string, properties: object, more: object = {}): EntitySchema {
  return defineEntity({ name, properties: { id: p.integer().primary(), ...properties }, ...more } as never) as never;
}

const animals = (properties: object): Module => ({ Animal: entity('Animal', properties) });
const loud = () => p.string().generated('(upper(name)) stored').nullable();

interface Cell {
  readonly before: () => Module;
  readonly after: () => Module;
  readonly rows: readonly string[];
  readonly step: (step: Step<Module, Module>) => Promise<unknown>;
  readonly left: Readonly<Record<string, readonly object[]>>;
  /** Where it is not refused. */
  readonly only?: 'sqlite';
}

const of = (module: Module, name: string) => module[name] as EntitySchema;

const cells: Readonly<Record<string, Cell>> = {
  'a computed column goes with what it is computed from': {
    before: () => animals({ name: p.string(), loud: loud(), legs: p.integer() }),
    after: () => animals({ legs: p.integer() }),
    rows: [`insert into animal (id, name, legs) values (1, 'Leo', 4)`],
    step: step => step.alterStorage(of(step.before, 'Animal'), of(step.after, 'Animal')),
    left: { animal: [{ id: 1, legs: 4 }] },
  },
  'a computed column comes with what it is computed from, which is declared after it': {
    before: () => animals({ legs: p.integer() }),
    after: () => animals({ legs: p.integer(), loud: loud(), name: p.string().default('x') }),
    rows: [`insert into animal (id, legs) values (1, 4)`],
    step: step => step.alterStorage(of(step.before, 'Animal'), of(step.after, 'Animal')),
    left: { animal: [{ id: 1, legs: 4, name: 'x', loud: 'X' }] },
  },
  'what a computed column is computed from gets another type': {
    before: () => animals({ name: p.string().length(10), loud: loud() }),
    after: () => animals({ name: p.text(), loud: loud() }),
    rows: [`insert into animal (id, name) values (1, 'Leo')`],
    step: step => step.alterProperty(of(step.before, 'Animal'), of(step.after, 'Animal'), 'name' as never),
    left: { animal: [{ id: 1, name: 'Leo', loud: 'LEO' }] },
    only: 'sqlite',
  },
  'two entities exchange their tables': {
    before: () => ({
      Cat: entity('Cat', { name: p.string() }, { tableName: 'pet' }),
      Dog: entity('Dog', { name: p.string() }, { tableName: 'other' }),
    }),
    after: () => ({
      Cat: entity('Cat', { name: p.string() }, { tableName: 'other' }),
      Dog: entity('Dog', { name: p.string() }, { tableName: 'pet' }),
    }),
    rows: [`insert into pet (id, name) values (1, 'Tom')`, `insert into other (id, name) values (2, 'Rex')`],
    step: async step => {
      await step.renameStorage(of(step.before, 'Cat'), of(step.after, 'Cat'));
      await step.renameStorage(of(step.before, 'Dog'), of(step.after, 'Dog'));
    },
    left: { other: [{ id: 1, name: 'Tom' }], pet: [{ id: 2, name: 'Rex' }] },
  },
  'a table takes the name of one that then has another': {
    before: () => ({
      Cat: entity('Cat', { name: p.string() }, { tableName: 'a' }),
      Dog: entity('Dog', { name: p.string() }, { tableName: 'b' }),
    }),
    after: () => ({
      Cat: entity('Cat', { name: p.string() }, { tableName: 'b' }),
      Dog: entity('Dog', { name: p.string() }, { tableName: 'c' }),
    }),
    rows: [`insert into a (id, name) values (1, 'Tom')`, `insert into b (id, name) values (2, 'Rex')`],
    step: async step => {
      await step.renameStorage(of(step.before, 'Cat'), of(step.after, 'Cat'));
      await step.renameStorage(of(step.before, 'Dog'), of(step.after, 'Dog'));
    },
    left: { b: [{ id: 1, name: 'Tom' }], c: [{ id: 2, name: 'Rex' }] },
  },
};

const bound = (module: Module, name: string) => [...bindModule({ ...module }, { name }).all];
const frozen = (module: object) => ({ fingerprint: 'test:0', load: async () => module });

async function empty(database: TestDatabase): Promise<void> {
  if (database.dialect === 'postgresql') {
    await database.execute('drop schema public cascade; create schema public');
    return;
  }
  const tables = await database.execute<{ name: string }>(
    `select name from sqlite_master where type = 'table' and name not like 'sqlite%'`,
  );
  for (const { name } of tables) await database.execute(`drop table "${name}"`);
}

for (const kind of [sqliteMemory, postgresql]) {
  describe(`on ${kind.name}`, () => {
    let database: TestDatabase;
    beforeAll(async () => {
      database = await kind.create();
    });
    afterAll(() => database.drop());

    const valid = Object.entries(cells).filter(([, { only = kind.dialect }]) => only === kind.dialect);
    test.each(valid)('%s', async (_, { before, after, rows, step, left }) => {
      const install = async (module: Module) => {
        await empty(database);
        await new (schemaClass({ latest: 1 }))(await database.orm(bound(module, 'fresh'))).upgrade();
      };
      await install(after());
      const { storage: fresh } = await photograph(database);
      await install(before());
      for (const row of rows) await database.execute(row);
      const Zoo = schemaClass({
        latest: 2,
        versions: { 1: frozen(before()), 2: frozen(after()) },
        upgradeTo_2: async (given: Step<Module, Module>) => void (await step(given)),
      });
      await new Zoo(await database.orm(bound(after(), 'now'))).upgrade();
      const { storage, rows: found } = await photograph(database);
      expect(storage).toEqual(fresh);
      expect(found).toEqual(left);
    });
  });
}
