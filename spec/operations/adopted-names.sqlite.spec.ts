import { describe, expect, test } from '@jest/globals';
import { defineEntity, p, type EntitySchema } from '@mikro-orm/core';
import type { Step } from '../../lib/index.ts';
import { bindModule } from '../../lib/models/bind-module.ts';
import { sqliteMemory } from '../support/databases.ts';
import { schemaClass } from '../support/schemas.ts';

interface Sides {
  readonly Animal: EntitySchema;
}

const animals = (properties: object, more: object = {}): Sides => ({
  Animal: defineEntity({ name: 'Animal', properties: { id: p.integer().primary(), ...properties }, ...more } as never),
});

interface Adoption {
  /** What stands behind the columns, or beside the table. */
  readonly made: string;
  readonly before: () => Sides;
  readonly after: () => Sides;
  readonly step: (step: Step<Sides, Sides>) => Promise<unknown>;
}

const bound = (given: Sides, name: string) => [...bindModule({ ...given }, { name }).all];
const frozen = (module: object) => ({ fingerprint: 'test:0', load: async () => module });

/** Adopts what somebody made as version 1 and runs a step; answers all SQL there is then, or why it failed. */
async function adopt({ made, before, after, step }: Adoption): Promise<string> {
  await using database = await sqliteMemory.create();
  await database.execute(made);
  await database.execute(
    `insert into animal (id, name, legs, mood) values (1, 'Leo', 4, 'calm'), (2, 'Elsa', 4, 'calm')`,
  );
  const Zoo = schemaClass({
    latest: 2,
    versions: { 1: frozen(before()), 2: frozen(after()) },
    upgradeTo_2: async (given: Step<Sides, Sides>) => void (await step(given)),
  });
  const zoo = new Zoo(await database.orm(bound(after(), 'after')));
  await zoo.adopt(1, { unverified: true });
  const failure = await zoo.upgrade().then(
    () => undefined,
    (error: Error) => ((error.cause ?? error) as Error).message,
  );
  const kept = await database.execute<{ sql: string }>(
    `select sql from sqlite_master where tbl_name = 'animal' and sql is not null`,
  );
  return failure ?? kept.map(({ sql }) => sql).join('; ');
}

const columns = `id integer not null primary key autoincrement, name text not null, legs integer not null, mood text not null`;
const plain = () => animals({ name: p.string(), legs: p.integer(), mood: p.string() });
const unique = () => animals({ name: p.string().unique(), legs: p.integer(), mood: p.string() });
const indexed = () => animals({ name: p.string(), legs: p.integer().index(), mood: p.string() });
const checked = () =>
  animals(
    { name: p.string(), legs: p.integer(), mood: p.string() },
    { checks: [{ name: 'walks', expression: 'legs > 0' }] },
  );
const listed = () => animals({ name: p.string(), legs: p.integer(), mood: p.enum(['calm', 'wild']) });
const longer = () => animals({ name: p.string(), legs: p.integer(), mood: p.enum(['calm', 'sad', 'wild']) });

type Work = Adoption['step'];

describe('a unique that was given no name', () => {
  const inline = `create table animal (${columns.replace('name text not null', 'name text not null unique')})`;
  const ofTable = `create table animal (${columns}, unique (name))`;
  const drops: Record<string, Work> = {
    'dropIndex by property': step => step.dropIndex(step.before.Animal, ['name']),
    'dropIndex by name': step => step.dropIndex(step.before.Animal, 'animal_name_unique'),
    alterProperty: step => step.alterProperty(step.before.Animal, step.after.Animal, 'name'),
    alterStorage: step => step.alterStorage(step.before.Animal, step.after.Animal),
  };
  test.each(
    Object.entries(drops).flatMap(([name, step]) => [inline, ofTable].map(made => [name, made, step] as const)),
  )('goes with %s: %s', async (_, made, step) => {
    const kept = await adopt({ made, before: unique, after: plain, step });
    expect(kept).toMatch(/^create table "animal"/i);
    expect(kept).not.toContain('unique');
  });

  test('is there as asked', async () => {
    const kept = await adopt({
      made: inline,
      before: plain,
      after: unique,
      step: async given => {
        await given.addIndex(given.after.Animal, ['name']);
        await given.alterProperty(given.before.Animal, given.after.Animal, 'name');
      },
    });
    expect(kept.toLowerCase()).toBe(inline);
  });
});

describe('what has another name', () => {
  const index = `create table animal (${columns}); create index by_legs on animal (legs)`;
  const check = `create table animal (${columns}, constraint has_legs check (legs > 0))`;
  const list = `create table animal (${columns}, constraint moods check (mood in ('wild', 'calm')))`;
  const dropsIndex: Record<string, Work> = {
    'dropIndex by property': step => step.dropIndex(step.before.Animal, ['legs']),
    'dropIndex by name': step => step.dropIndex(step.before.Animal, 'animal_legs_index'),
    alterProperty: step => step.alterProperty(step.before.Animal, step.after.Animal, 'legs'),
    alterStorage: step => step.alterStorage(step.before.Animal, step.after.Animal),
  };
  test.each(Object.entries(dropsIndex))('is told to %s of an index', async (_, step) => {
    expect(await adopt({ made: index, before: indexed, after: plain, step })).toBe(
      'zoo: animal has no index animal_legs_index, but by_legs over the same columns. If that is the one, drop it by its name: step.dropIndex(Animal, "by_legs")',
    );
  });

  const dropsCheck: Record<string, Work> = {
    dropCheck: step => step.dropCheck(step.before.Animal, 'walks'),
    alterStorage: step => step.alterStorage(step.before.Animal, step.after.Animal),
  };
  test.each(Object.entries(dropsCheck))('is told to %s of a check', async (_, step) => {
    expect(await adopt({ made: check, before: checked, after: plain, step })).toBe(
      'zoo: animal has no check walks, but has_legs, which has the same condition. If that is the one, drop it by its name: step.dropCheck(Animal, "has_legs")',
    );
  });

  test('is dropped by that name', async () => {
    const dropped = (step: Work) => (made: string, before: () => Sides) => adopt({ made, before, after: plain, step });
    expect(await dropped(step => step.dropCheck(step.before.Animal, 'has_legs'))(check, checked)).not.toContain(
      'check',
    );
    expect(await dropped(step => step.dropIndex(step.before.Animal, 'by_legs'))(index, indexed)).not.toContain(
      'by_legs',
    );
  });

  test.each([
    ['goes', plain],
    ['gets an item', longer],
  ])('is told where a list of items %s', async (_, after) => {
    const step: Work = given => given.alterProperty(given.before.Animal, given.after.Animal, 'mood');
    expect(await adopt({ made: list, before: listed, after, step })).toMatch(
      /^zoo: animal has no check \w+, but moods, which lists values of mood\. If that is the one, drop it by its name: /,
    );
  });
});
