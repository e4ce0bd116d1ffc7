import { afterEach, describe, expect, test } from '@jest/globals';
import { defineEntity, p } from '@mikro-orm/core';
import type { MikroORM } from '@mikro-orm/sql';
import { claimOf } from '../../../lib/boot/modules/claimed-entities.ts';
import type { Schema } from '../../../lib/index.ts';
import { databases, sqliteMemory, type TestDatabase } from '../../support/databases.ts';
import { record } from '../../support/recorder.ts';
import { schemaClass } from '../../support/schemas.ts';

/** A zoo whose animals eat many foods, and a shop that sells what their keepers make of it. */
function entities() {
  const Food = defineEntity({ name: 'Food', properties: { id: p.integer().primary() } });
  const Creature = defineEntity({
    name: 'Creature',
    discriminatorColumn: 'kind',
    properties: { id: p.integer().primary(), kind: p.string() },
  });
  const Animal = defineEntity({
    name: 'Animal',
    extends: Creature,
    discriminatorValue: 'animal',
    properties: { foods: () => p.manyToMany(Food).owner() },
  });
  const Place = defineEntity({ name: 'Place', embeddable: true, properties: { row: p.integer() } });
  const Shop = defineEntity({
    name: 'Shop',
    properties: { id: p.integer().primary(), place: () => p.embedded(Place), likes: () => p.manyToMany(Food).owner() },
  });
  return { Food, Creature, Animal, Place, Shop };
}

const open: TestDatabase[] = [];
afterEach(async () => {
  for (const database of open.splice(0)) await database.drop();
});

async function ormOf(them = entities()) {
  const database = await sqliteMemory.create();
  open.push(database);
  return { orm: await database.orm(them), ...them };
}

function claimed(orm: MikroORM, schema: Schema) {
  return claimOf(orm, schema)
    .metadata.map(meta => meta.tableName)
    .toSorted();
}

describe('who is responsible for what', () => {
  test('alone, a Schema claims all that has storage, pivot tables included', async () => {
    const { orm } = await ormOf();
    const all = ['creature', 'creature_foods', 'food', 'shop', 'shop_likes'];
    expect(claimed(orm, new (schemaClass())(orm))).toEqual(all);
  });

  test('a pivot table goes with its owner, and a child of single-table inheritance with its root', async () => {
    const { orm, Animal } = await ormOf();
    const zoo = new (schemaClass({ guid: 'zoo', entities: [Animal] }))(orm);
    const pantry = new (schemaClass({ guid: 'pantry', entities: ['Food'] }))(orm);
    const rest = new (schemaClass({ guid: 'rest' }))(orm);
    expect(claimed(orm, zoo)).toEqual(['creature', 'creature_foods']);
    expect(claimed(orm, pantry)).toEqual(['food']);
    expect(claimed(orm, rest)).toEqual(['shop', 'shop_likes']);
    expect([zoo, pantry, rest].map(schema => claimOf(orm, schema).isRest)).toEqual([false, false, true]);
  });

  test('a Schema may have no storage at all', async () => {
    const { orm } = await ormOf();
    expect(claimed(orm, new (schemaClass({ entities: [] }))(orm))).toEqual([]);
  });

  test('instances of one class are one Schema, and other ORMs have Schemas of their own', async () => {
    const [here, there] = [await ormOf(), await ormOf()];
    const Zoo = schemaClass();
    const first = new Zoo(here.orm);
    const second = new Zoo(here.orm);
    const third = new (schemaClass())(there.orm);
    expect(claimed(here.orm, first)).toEqual(claimed(here.orm, second));
    expect(claimed(there.orm, third)).toEqual(claimed(here.orm, second));
  });
});

/** What a call on the second of two Schemas throws. */
async function complaint(first: object, second: object, them = entities()) {
  const { orm } = await ormOf(them);
  const Aquarium = schemaClass({ guid: 'aquarium', ...first }, { name: 'Aquarium' });
  const Zoo = schemaClass({ guid: 'zoo', ...second }, { name: 'Zoo' });
  const schemas = [new Aquarium(orm), new Zoo(orm)] as const;
  return schemas[1].deployed().then(
    () => 'nobody complained',
    (error: Error & { code: string }) => `${error.code} ${error.message}`,
  );
}

describe('what two Schemas of one ORM may not do', () => {
  test('have one guid', async () => {
    expect(await complaint({ guid: 'zoo', entities: [] }, {})).toMatchInlineSnapshot(
      `"SCHEMA_DEFINITION zoo: Zoo and Aquarium have the same guid on one ORM. Give each a different guid."`,
    );
  });

  test('leave their entities open, both of them', async () => {
    expect(await complaint({}, {})).toMatchInlineSnapshot(
      `"SCHEMA_DEFINITION zoo: Zoo and Aquarium both claim all entities of one ORM. List the entities of at least one of them: readonly entities = [Animal]."`,
    );
  });

  test('claim one entity', async () => {
    expect(await complaint({ entities: ['Food', 'Shop'] }, { entities: ['Animal', 'Food'] })).toMatchInlineSnapshot(
      `"SCHEMA_DEFINITION zoo: Zoo and Aquarium both claim Food. Remove it from \`entities\` of one of them."`,
    );
    expect(await complaint({ entities: ['Creature'] }, { entities: ['Animal'] })).toMatchInlineSnapshot(
      `"SCHEMA_DEFINITION zoo: Zoo and Aquarium both claim Creature. Remove it from \`entities\` of one of them."`,
    );
  });

  test('name an entity that is not there', async () => {
    expect(await complaint({ entities: [] }, { entities: ['Keeper'] })).toMatchInlineSnapshot(
      `"SCHEMA_DEFINITION zoo: entities lists Keeper, which is not an entity of this ORM. Add it to \`entities\` in the configuration of the ORM."`,
    );
    expect(await complaint({ entities: ['Keeper'] }, {})).toMatchInlineSnapshot(
      `"SCHEMA_DEFINITION aquarium: entities lists Keeper, which is not an entity of this ORM. Add it to \`entities\` in the configuration of the ORM."`,
    );
    expect(await complaint({ entities: [] }, { entities: [undefined] })).toMatchInlineSnapshot(
      `"SCHEMA_DEFINITION zoo: entities lists undefined, which is not an entity of this ORM. Add it to \`entities\` in the configuration of the ORM."`,
    );
    expect(await complaint({ entities: [] }, { entities: 'Food' })).toMatchInlineSnapshot(
      `"SCHEMA_DEFINITION zoo: entities is Food. Use a list of entities: readonly entities = [Animal]."`,
    );
    const Keeper = schemaClass({}, { name: 'Keeper' });
    expect(await complaint({ entities: [] }, { entities: [Keeper] })).toMatch(/lists Keeper/);
  });

  test('claim what is free', async () => {
    expect(await complaint({ entities: ['Food'] }, { entities: ['Animal'] })).toBe('nobody complained');
    expect(await complaint({ entities: ['Food'] }, {})).toBe('nobody complained');
  });

  test.each(databases)('which they are told before anything is sent to $name', async kind => {
    await using database = await kind.create();
    const orm = await database.orm(entities());
    const first = new (schemaClass())(orm);
    const second = new (schemaClass())(orm);
    using recording = await record(orm);
    for (const schema of [first, second]) {
      for (const call of [schema.upgrade(), schema.assertVersion(), schema.status(), schema.waitForVersion()]) {
        await expect(call).rejects.toMatchObject({ code: 'SCHEMA_DEFINITION', guid: 'zoo' });
      }
    }
    expect(recording.sql).toEqual([]);
  });
});
