import { describe, expect, test } from '@jest/globals';
import { defineEntity, p, type EntitySchema } from '@mikro-orm/core';
import type { Step } from '../../lib/index.ts';
import { bindModule } from '../../lib/models/bind-module.ts';
import { sqliteMemory } from '../support/databases.ts';
import { schemaClass } from '../support/schemas.ts';

interface Sides {
  readonly Animal: EntitySchema;
}

const keyed = (id: unknown, more: object = {}): Sides => ({
  Animal: defineEntity({ name: 'Animal', properties: { id, name: p.string().nullable(), ...more } } as never),
});
const counted = () => keyed(p.integer().primary());
const plain = () => keyed(p.integer().primary().autoincrement(false));
const worded = () => keyed(p.string().primary());

const bound = (given: Sides, name: string) => [...bindModule({ ...given }, { name }).all];
const frozen = (module: object) => ({ fingerprint: 'test:0', load: async () => module });

type Work = (step: Step<Sides, Sides>) => Promise<unknown>;

/** Takes an installation from one key to another; answers whether the key counts by itself, and what comes next. */
async function rekey(before: Sides, after: Sides, work: Work) {
  await using database = await sqliteMemory.create();
  await new (schemaClass({ latest: 1 }))(await database.orm(bound(before, 'before'))).upgrade();
  await database.execute(`insert into animal (id, name) values (7, 'Leo'), (9, 'Elsa')`);
  await database.execute('delete from animal where id = 9');
  const Zoo = schemaClass({
    latest: 2,
    versions: { 1: frozen(before), 2: frozen(after) },
    upgradeTo_2: async (step: Step<Sides, Sides>) => void (await work(step)),
  });
  await new Zoo(await database.orm(bound(after, 'after'))).upgrade();
  const [{ sql } = { sql: '' }] = await database.execute<{ sql: string }>(
    `select sql from sqlite_master where name = 'animal'`,
  );
  const next = await database.execute<{ id: unknown }>(`insert into animal (name) values ('next') returning id`).then(
    ([row]) => row?.id,
    () => 'none',
  );
  return { counts: /autoincrement/i.test(sql), next };
}

const ways: Readonly<Record<string, Work>> = {
  alterProperty: step => step.alterProperty(step.before.Animal, step.after.Animal, 'id'),
  alterStorage: step => step.alterStorage(step.before.Animal, step.after.Animal),
};

describe.each(Object.entries(ways))('%s of a key', (_, work) => {
  test('makes it count', async () => {
    expect(await rekey(plain(), counted(), work)).toEqual({ counts: true, next: 8 });
  });

  test('lets it count no longer', async () => {
    expect(await rekey(counted(), plain(), work)).toEqual({ counts: false, next: 8 });
  });

  test('makes a text a number that counts, and back', async () => {
    expect(await rekey(worded(), counted(), work)).toEqual({ counts: true, next: 8 });
    expect(await rekey(counted(), worded(), work)).toEqual({ counts: false, next: 'none' });
  });

  test('leaves a counter where it is', async () => {
    const other = keyed(p.bigint().primary());
    expect(await rekey(counted(), other, work)).toEqual({ counts: true, next: 10 });
  });
});

test('another property becomes the key, and counts', async () => {
  const before = keyed(p.string().primary(), { number: p.integer().unique() });
  const after: Sides = {
    Animal: defineEntity({
      name: 'Animal',
      properties: { number: p.integer().primary(), id: p.string(), name: p.string().nullable() },
    }),
  };
  await using database = await sqliteMemory.create();
  await new (schemaClass({ latest: 1 }))(await database.orm(bound(before, 'before'))).upgrade();
  await database.execute(`insert into animal (id, number) values ('leo', 5)`);
  const Zoo = schemaClass({
    latest: 2,
    versions: { 1: frozen(before), 2: frozen(after) },
    upgradeTo_2: (step: Step<Sides, Sides>) => step.alterStorage(step.before.Animal, step.after.Animal),
  });
  await new Zoo(await database.orm(bound(after, 'after'))).upgrade();
  expect(await database.execute(`insert into animal (id) values ('elsa') returning number`)).toEqual([{ number: 6 }]);
});
