import { describe, expect, test } from '@jest/globals';
import { defineEntity, p, type EntitySchema } from '@mikro-orm/core';
import type { Step } from '../../lib/index.ts';
import { bindModule } from '../../lib/models/bind-module.ts';
import { sqliteMemory, type TestDatabase } from '../support/databases.ts';
import { schemaClass } from '../support/schemas.ts';

interface Sides {
  readonly Animal: EntitySchema;
  readonly Owner: EntitySchema;
}

function sides(properties: object, more: object = {}): Sides {
  return {
    Owner: defineEntity({ name: 'Owner', properties: { id: p.integer().primary() } }),
    Animal: defineEntity({
      name: 'Animal',
      properties: { id: p.integer().primary(), ...properties },
      ...more,
    } as never),
  };
}

/** What somebody else made, in letters of another case. */
const ADOPTED = `
  create table OWNER (ID integer not null primary key autoincrement);
  create table ANIMAL (
    ID integer not null primary key autoincrement, NAME text null, LEGS integer null constraint LEGS_CHECK check (LEGS > 0),
    OWNER_ID integer null references OWNER (ID) on delete set null
  );
  create index ANIMAL_NAME_INDEX on ANIMAL (NAME);
  create index ANIMAL_OWNER_ID_INDEX on ANIMAL (OWNER_ID);
  insert into OWNER values (1);
  insert into ANIMAL values (1, 'Leo', 4, 1), (2, 'Elsa', null, null), (3, null, 3, 1);
`;

const full = () =>
  sides(
    {
      name: p.string().nullable().index(),
      legs: p.integer().nullable(),
      owner: () => p.manyToOne('Owner' as never).nullable(),
    },
    { checks: [{ name: 'legs_check', expression: 'legs > 0' }] },
  );

const bound = (given: Sides, name: string) => [...bindModule({ ...given }, { name }).all];
const frozen = (module: object) => ({ fingerprint: 'test:0', load: async () => module });

/** Adopts the storage as version 1, and runs a step; answers what is there then. */
async function adopt(
  after: Sides,
  step: (step: Step<Sides, Sides>) => Promise<unknown>,
): Promise<TestDatabase & { sqlOf(name: string): Promise<string> }> {
  const database = await sqliteMemory.create();
  await database.execute(ADOPTED);
  const Zoo = schemaClass({
    latest: 2,
    versions: { 1: frozen(full()), 2: frozen(after) },
    upgradeTo_2: async (given: Step<Sides, Sides>) => void (await step(given)),
  });
  await new Zoo(await database.orm(bound(after, 'after')), { adopt: 1 }).upgrade({ verify: 'report' });
  const sqlOf = async (name: string) => {
    const [found] = await database.execute<{ sql: string }>(
      `select coalesce(group_concat(sql, '; '), '') as sql from sqlite_master where name = '${name}' collate nocase`,
    );
    return found?.sql ?? '';
  };
  return Object.assign(database, { sqlOf });
}

describe('a column in letters of another case is there', () => {
  test('to be dropped', async () => {
    await using database = await adopt(sides({}), async step => {
      for (const name of ['name', 'legs', 'owner'] as const) await step.dropProperty(step.before.Animal, name);
    });
    expect(await database.execute('select * from animal')).toEqual([{ ID: 1 }, { ID: 2 }, { ID: 3 }]);
  });

  test('to be renamed', async () => {
    const after = sides({ title: p.string().nullable(), legs: p.integer().nullable() });
    await using database = await adopt(after, async step => {
      await step.renameProperty(step.before.Animal, 'name', step.after.Animal, 'title');
      await step.dropProperty(step.before.Animal, 'owner');
    });
    expect(await database.execute('select title from animal where ID = 1')).toEqual([{ title: 'Leo' }]);
  });

  test('to be renamed in its letters alone', async () => {
    const after = sides({ name: p.string().nullable().fieldName('Name'), legs: p.integer().nullable() });
    await using database = await adopt(after, async step => {
      await step.renameProperty(step.before.Animal, 'name', step.after.Animal, 'name');
      await step.dropProperty(step.before.Animal, 'owner');
    });
    expect(await database.execute('select * from animal where id = 1')).toEqual([{ ID: 1, Name: 'Leo', LEGS: 4 }]);
  });

  test('to be altered, filled row by row, and looked for', async () => {
    const after = sides({
      name: p.string(),
      legs: p.string().nullable(),
      owner: () => p.manyToOne('Owner' as never).nullable(),
    });
    const seen: unknown[] = [];
    await using database = await adopt(after, async step => {
      const { before, after: now } = step;
      seen.push(await step.hasProperty(before.Animal, 'name'));
      seen.push(await step.hasIndex(before.Animal, ['name']));
      await step.addProperty(before.Animal, 'name');
      await step.addIndex(before.Animal, ['name']);
      await step.addForeignKey(before.Animal, 'owner');
      await step.addCheck(before.Animal, 'legs_check');
      await step.alterProperty(before.Animal, now.Animal, 'name', {
        fill: (row: { id: number; legs: number }) => `no ${row.id} of ${row.legs}`,
        batch: 1,
      } as never);
      await step.dropCheck(before.Animal, 'legs_check');
      await step.alterProperty(before.Animal, now.Animal, 'legs');
      await step.dropForeignKey(before.Animal, 'owner');
    });
    expect(seen).toEqual([true, true]);
    expect(await database.execute('select NAME, LEGS from animal order by id')).toEqual([
      { NAME: 'Leo', LEGS: '4' },
      { NAME: 'Elsa', LEGS: null },
      { NAME: 'no 3 of 3', LEGS: '3' },
    ]);
    const made = await database.sqlOf('animal');
    expect(made).not.toMatch(/check|references/i);
    expect(await database.sqlOf('animal_name_index')).toBe('');
  });

  test('for a whole table', async () => {
    const after = sides({ title: p.string().nullable(), legs: p.text().nullable(), tame: p.boolean().default(true) });
    await using database = await adopt(after, step =>
      step.alterStorage(step.before.Animal, step.after.Animal, { renamed: { name: 'title' } }),
    );
    expect(await database.execute('select id, title, legs, tame from animal where id = 1')).toEqual([
      { ID: 1, title: 'Leo', LEGS: '4', tame: 1 },
    ]);
    expect(await database.sqlOf('animal')).not.toMatch(/check|references/i);
  });
});

describe('a table whose name changes in its letters alone', () => {
  const spelled = () =>
    sides({ name: p.string().nullable().index(), legs: p.integer().nullable() }, { tableName: 'Animal' });

  test('is renamed, rows and all, and done twice it is left alone', async () => {
    await using database = await adopt(spelled(), async step => {
      await step.renameStorage(step.before.Animal, step.after.Animal);
      await step.renameStorage(step.before.Animal, step.after.Animal);
      await step.dropProperty(step.before.Animal, 'owner');
    });
    expect(
      await database.execute(`select name from sqlite_master where name like 'animal' and type = 'table'`),
    ).toEqual([{ name: 'Animal' }]);
    expect(await database.execute('select count(*) as n from animal')).toEqual([{ n: 3 }]);
    expect(await database.execute(`select seq from sqlite_sequence where name = 'Animal'`)).toEqual([{ seq: 3 }]);
  });
});
