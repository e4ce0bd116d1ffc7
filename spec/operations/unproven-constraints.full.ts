import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { defineEntity, p, type EntitySchema } from '@mikro-orm/core';
import type { Step } from '../../lib/index.ts';
import { bindModule } from '../../lib/models/bind-module.ts';
import { postgresql, type TestDatabase } from '../support/databases.ts';
import { schemaClass } from '../support/schemas.ts';

interface Shape {
  readonly table?: string;
  readonly big?: boolean;
  readonly keeper?: string;
  readonly legs?: string;
  readonly moods?: readonly string[];
  readonly isNamed?: boolean;
}

/** Animals with a check, a foreign key, and a NOT NULL. */
function zoo({
  table = 'animal',
  big = false,
  keeper = 'keeper',
  legs = 'legs',
  moods = ['calm'],
  isNamed = true,
}: Shape) {
  const key = () => p.integer().primary().autoincrement(false);
  const Keeper = defineEntity({ name: 'Keeper', properties: { id: key() } });
  const Animal = defineEntity({
    name: 'Animal',
    tableName: table,
    checks: [{ name: 'even', expression: `${legs} % 2 = 0` }],
    properties: {
      id: key(),
      name: isNamed ? p.string() : p.string().nullable(),
      [legs]: big ? p.bigint() : p.integer(),
      mood: p
        .enum([...moods])
        .nativeEnumName('mood')
        .check(`mood = 'calm'`),
      [keeper]: () => p.manyToOne(Keeper).nullable(),
    },
  } as never) as EntitySchema;
  return { Keeper, Animal };
}

const UNPROVEN = [
  'alter table animal drop constraint even',
  'alter table animal drop constraint animal_mood_check',
  'alter table animal drop constraint animal_keeper_id_foreign',
  'alter table animal alter column name drop not null',
  `alter type mood add value 'sad'`,
  `insert into animal (id, name, legs, mood, keeper_id) values (1, 'Leo', 4, 'calm', null), (2, null, 3, 'calm', 7)`,
  'alter table animal add constraint even check (legs % 2 = 0) not valid',
  `alter table animal add constraint animal_mood_check check (mood = 'calm') not valid`,
  'alter table animal add constraint animal_keeper_id_foreign foreign key (keeper_id) references keeper (id) on delete set null not valid',
  'alter table animal add constraint animal_name_not_null not null name not valid',
];

const STATE = `select array_agg(c.conrelid::regclass || ' ' || c.contype::text || ' ' || c.convalidated order by c.contype) as is from pg_constraint c
  where c.connamespace = 'public'::regnamespace and c.contype in ('c', 'f') and c.conrelid::regclass::text not like 'deployed%'`;

interface Story {
  readonly to: Shape;
  readonly does: (step: Step) => Promise<unknown>;
  /** The table afterwards. */
  readonly table?: string;
  /** What is still not valid. */
  readonly parts?: readonly string[];
}

const ALL = ['column', 'foreign key', 'check', 'check'];

const animalBefore = (step: Step) => Reflect.get(step.before, 'Animal') as EntitySchema;
const animalAfter = (step: Step) => Reflect.get(step.after, 'Animal') as EntitySchema;

const KEPT: Readonly<Record<string, Story>> = {
  'a column gets another type': {
    to: { big: true },
    does: step => step.alterProperty(animalBefore(step), animalAfter(step), 'legs' as never),
  },
  'a table is altered as a whole': {
    to: { isNamed: false },
    does: step => step.alterStorage(animalBefore(step), animalAfter(step)),
    // That column takes null now
    parts: ['foreign key', 'check', 'check'],
  },
  'a column of a check gets another name': {
    to: { legs: 'feet' },
    does: step => step.renameProperty(animalBefore(step), 'legs' as never, animalAfter(step), 'feet' as never),
  },
  'a relation gets another name': {
    to: { keeper: 'warden' },
    does: step => step.renameProperty(animalBefore(step), 'keeper' as never, animalAfter(step), 'warden' as never),
  },
  'a table gets another name': {
    to: { table: 'beast' },
    does: step => step.renameStorage(animalBefore(step), animalAfter(step)),
    table: 'beast',
  },
  'an enum gets other items': {
    to: { moods: ['calm', 'ill'] },
    does: step => step.alterProperty(animalBefore(step), animalAfter(step), 'mood' as never),
  },
};

describe('constraints that do not hold for all rows', () => {
  let database: TestDatabase;
  beforeAll(async () => {
    database = await postgresql.create({ pool: 1 });
  });
  afterAll(() => database.drop());

  async function upgrade(to: Shape, does: (step: Step) => Promise<unknown>) {
    for (const table of ['animal', 'beast', 'keeper', 'deployed_version', 'deployed_version_log'])
      await database.execute(`drop table if exists ${table} cascade`);
    await database.execute('drop type if exists mood');
    const versions = {
      1: { fingerprint: 'test:1', load: async () => zoo({}) },
      2: { fingerprint: 'test:2', load: async () => zoo(to) },
    };
    const ormOf = async (shape: Shape) => database.orm([...bindModule({ ...zoo(shape) }, { name: 'the release' }).all]);
    await new (schemaClass({ latest: 1, versions: { 1: versions[1] } }))(await ormOf({})).upgrade();
    for (const sql of UNPROVEN) await database.execute(sql);
    return new (schemaClass({ latest: 2, versions, upgradeTo_2: does }))(await ormOf(to)).upgrade();
  }

  test.each(Object.entries(KEPT))(
    'stay as they are when %s',
    async (_, { to, does, table = 'animal', parts = ALL }) => {
      const { outcome, drift } = await upgrade(to, does);
      expect(outcome).toBe('upgraded');
      expect(drift.filter(({ path }) => path[3] === 'validity').map(({ path }) => path[1])).toEqual(parts);
      const [state] = await database.execute(STATE);
      expect(state?.is).toEqual([`${table} c false`, `${table} c false`, `${table} f false`]);
      expect(await database.execute(`select id, name from ${table} order by id`)).toEqual([
        { id: 1, name: 'Leo' },
        { id: 2, name: null },
      ]);
    },
  );

  test.each([
    [
      'addForeignKey()',
      'the foreign key keeper_id of animal already exists, but differs: validity is not valid, wanted valid. Run `alter table "animal" validate constraint "animal_keeper_id_foreign"` first.',
      (step: Step) => step.addForeignKey(animalAfter(step), 'keeper' as never),
    ],
    [
      'addCheck()',
      'the check even of animal already exists, but differs: validity is not valid, wanted valid. Run `alter table "animal" validate constraint "even"` first.',
      (step: Step) => step.addCheck(animalAfter(step), 'even'),
    ],
  ])('are not taken for what %s asks for', async (_, told, does) => {
    await expect(upgrade({}, does)).rejects.toThrow(told);
  });

  test('a step that makes one fails, and says how it becomes valid', async () => {
    const remake = async (step: Step) => {
      await step.execute('delete from animal');
      await step.execute('alter table animal validate constraint even');
      await step.execute('alter table animal drop constraint even');
      await step.execute('alter table animal add constraint even check (legs % 2 = 0) not enforced');
    };
    await expect(upgrade({}, remake)).rejects.toThrow(
      `animal check even validity is 'not enforced' and should be 'valid' (run \`alter table "animal" drop constraint "even", add constraint "even" CHECK (((legs % 2) = 0))\`)`,
    );
  });
});
