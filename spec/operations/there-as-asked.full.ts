import { expect, test } from '@jest/globals';
import { defineEntity, p } from '@mikro-orm/core';
import type { Step } from '../../lib/index.ts';
import { postgresql } from '../support/databases.ts';
import { schemaClass } from '../support/schemas.ts';
import { describeThereAsAsked } from './there-as-asked.ts';

describeThereAsAsked(postgresql);

test('a native enum that nothing is made of is not taken for one with other items', async () => {
  await using database = await postgresql.create();
  const Owner = () => defineEntity({ name: 'Owner', properties: { id: p.integer().primary() } });
  await new (schemaClass())(await database.orm([Owner()])).upgrade();
  const Animal = defineEntity({
    name: 'Animal',
    properties: { id: p.integer().primary(), mood: p.enum(['calm', 'wild'] as const).nativeEnumName('animal_mood') },
  });
  let items = `'calm', 'ill'`;
  const upgradeTo_2 = async (step: Step) => {
    await step.execute(`create type animal_mood as enum (${items})`);
    await step.createStorage(Animal);
  };
  const zoo = new (schemaClass({ latest: 2, upgradeTo_2 }))(await database.orm([Owner(), Animal]));
  await expect(zoo.upgrade()).rejects.toThrow(
    'the enum "animal_mood" already exists, but differs: its items are calm, ill, wanted calm, wild. Drop it first.',
  );
  items = `'calm', 'wild'`;
  expect(await zoo.upgrade()).toMatchObject({ outcome: 'upgraded' });
});
