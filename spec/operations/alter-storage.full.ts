import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { defineEntity, p, type EntitySchema } from '@mikro-orm/core';
import { sqliteEditor } from '../../lib/dialects/sqlite/editor.ts';
import type { Step } from '../../lib/index.ts';
import { bindModule } from '../../lib/models/bind-module.ts';
import { postgresql, sqliteMemory, type TestDatabase } from '../support/databases.ts';
import { photograph } from '../support/life/rows.ts';
import { schemaClass } from '../support/schemas.ts';

interface Sides {
  readonly Animal: EntitySchema;
}

const animals = (properties: object, more: object = {}): Sides => ({
  Animal: defineEntity({
    name: 'Animal',
    properties: { id: p.integer().primary(), ...properties },
    ...more,
  } as never) as never,
});

interface Cell {
  readonly before: () => Sides;
  readonly after: () => Sides;
  readonly renamed: Readonly<Record<string, string>>;
  readonly fill?: Readonly<Record<string, unknown>>;
  readonly rows: string;
  readonly left: Readonly<Record<string, unknown>>;
}

/** An animal knows its mother by a column that is not its key. */
const kin = (by: 'code' | 'alias', more: object = {}) =>
  animals({
    code: p.integer().unique(),
    alias: p.integer().unique(),
    mother: () =>
      p
        .manyToOne('Animal' as never)
        .referencedColumnNames(by)
        .fieldName('mother')
        .nullable(),
    ...more,
  });

const cells: Readonly<Record<string, Cell>> = {
  'a name that was unique goes to another column, and what comes in its place is unique too': {
    before: () => animals({ a: p.string().unique() }),
    after: () => animals({ b: p.string().nullable(), a: p.integer().nullable().unique() }),
    renamed: { a: 'b' },
    rows: `insert into animal (id, a) values (1, 'x')`,
    left: { id: 1, a: null, b: 'x' },
  },
  'both are unique': {
    before: () => animals({ a: p.string().unique() }),
    after: () => animals({ b: p.string().unique(), a: p.integer().nullable().unique() }),
    renamed: { a: 'b' },
    rows: `insert into animal (id, a) values (1, 'x')`,
    left: { id: 1, a: null, b: 'x' },
  },
  'two exchange their names, and each has its index as before': {
    before: () => animals({ a: p.integer().unique(), b: p.integer().index() }),
    after: () => animals({ a: p.integer().unique(), b: p.integer().index() }),
    renamed: { a: 'b', b: 'a' },
    rows: `insert into animal (id, a, b) values (1, 2, 3)`,
    left: { id: 1, a: 3, b: 2 },
  },
  'a check stays with the name, and not with the column': {
    before: () => animals({ a: p.integer().check('a > 0'), b: p.integer().check('b > 10') }),
    after: () => animals({ a: p.integer().check('a > 0'), b: p.integer().check('b > 10') }),
    renamed: { a: 'b', b: 'a' },
    rows: `insert into animal (id, a, b) values (1, 12, 13)`,
    left: { id: 1, a: 13, b: 12 },
  },
  'an index over several follows the columns': {
    before: () => animals({ a: p.integer(), b: p.integer() }, { uniques: [{ name: 'both', properties: ['a', 'b'] }] }),
    after: () => animals({ a: p.integer(), c: p.integer() }, { uniques: [{ name: 'both', properties: ['a', 'c'] }] }),
    renamed: { b: 'c' },
    rows: `insert into animal (id, a, b) values (1, 2, 3)`,
    left: { id: 1, a: 2, c: 3 },
  },
  'a foreign key of the table to itself follows the column it refers to': {
    before: () => kin('code'),
    after: () => kin('alias', { legs: p.integer().default(4) }),
    renamed: { code: 'alias', alias: 'code' },
    rows: `insert into animal (id, code, alias) values (1, 7, 8); update animal set mother = 7`,
    left: { id: 1, code: 8, alias: 7, mother: 7, legs: 4 },
  },
  'and one to a name that goes': {
    before: () => kin('code'),
    after: () => kin('alias', { legs: p.integer() }),
    renamed: { code: 'alias', alias: 'code' },
    fill: { legs: 4 },
    rows: `insert into animal (id, code, alias) values (1, 7, 8); update animal set mother = 7`,
    left: { id: 1, code: 8, alias: 7, mother: 7, legs: 4 },
  },
};

const bound = (sides: Sides, name: string) => [...bindModule({ ...sides }, { name }).all];
const frozen = (module: object) => ({ fingerprint: 'test:0', load: async () => module });

async function empty(database: TestDatabase): Promise<void> {
  if (database.dialect === 'postgresql') await database.execute('drop schema public cascade; create schema public');
  else {
    await database.execute('drop table if exists animal; drop table if exists deployed_version_log');
    await database.execute('drop table if exists deployed_version; drop table if exists deployed_version_progress');
  }
}

async function portrait(database: TestDatabase): Promise<unknown> {
  const { storage } = await photograph(database);
  if (database.dialect === 'postgresql') return storage;
  const live = await sqliteEditor.read(database, { name: 'animal', namespace: undefined });
  return { storage, checks: live?.checks.toSorted((one, other) => (one.expression < other.expression ? -1 : 1)) };
}

for (const kind of [sqliteMemory, postgresql]) {
  describe(`alterStorage on ${kind.name}`, () => {
    let database: TestDatabase;
    beforeAll(async () => {
      database = await kind.create();
    });
    afterAll(() => database.drop());

    test.each(Object.entries(cells))('%s', async (_, { before, after, renamed, fill, rows, left }) => {
      const install = async (sides: Sides) => {
        await empty(database);
        await new (schemaClass({ latest: 1 }))(await database.orm(bound(sides, 'fresh'))).upgrade();
      };
      await install(after());
      const fresh = await portrait(database);
      await install(before());
      await database.execute(rows);
      const [old, now] = [before(), after()];
      const Zoo = schemaClass({
        latest: 2,
        versions: { 1: frozen(old), 2: frozen(now) },
        upgradeTo_2: (step: Step<Sides, Sides>) =>
          step.alterStorage(step.before.Animal, step.after.Animal, { renamed, ...(fill && { fill }) }),
      });
      await new Zoo(await database.orm(bound(now, 'now'))).upgrade();
      expect(await portrait(database)).toEqual(fresh);
      expect(await database.execute('select * from animal')).toEqual([left]);
    });
  });
}
