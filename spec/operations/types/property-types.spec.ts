import { expect, test } from '@jest/globals';
import { defineEntity, p, raw } from '@mikro-orm/core';
import type { Step } from '../../../lib/index.ts';

const Address = defineEntity({ name: 'Address', embeddable: true, properties: { city: p.string(), zip: p.string() } });
const Keeper = defineEntity({ name: 'Keeper', properties: { id: p.integer().primary(), name: p.string() } });
const Animal = defineEntity({
  name: 'Animal',
  properties: {
    id: p.integer().primary(),
    name: p.text(),
    legs: p.integer().nullable(),
    weight: p.decimal(),
    chip: p.bigint(),
    tame: p.boolean(),
    diet: p.enum(['meat', 'plants']),
    born: p.date(),
    seen: p.datetime(),
    data: p.json<{ readonly tags: readonly string[] }>(),
    address: () => p.embedded(Address),
    keeper: () => p.manyToOne(Keeper),
  },
});

/** What a step may say, and what TypeScript stops: an unused directive fails the build. */
async function typed(step: Step): Promise<void> {
  await step.addProperty(Animal, 'name', { fill: 'Leo' });
  await step.addProperty(Animal, 'name', { fill: null });
  await step.addProperty(Animal, 'name', { fill: raw('upper(name)') });
  await step.addProperty(Animal, 'name', { fill: animal => `${animal.name} of ${animal.address.city}` });
  await step.addProperty(Animal, 'legs', { fill: 4 });
  await step.addProperty(Animal, 'weight', { fill: '12.5' });
  await step.addProperty(Animal, 'chip', { fill: 9007199254740993n });
  await step.addProperty(Animal, 'diet', { fill: 'meat' });
  await step.addProperty(Animal, 'born', { fill: '2026-01-31' });
  await step.addProperty(Animal, 'seen', { fill: new Date(0) });
  await step.addProperty(Animal, 'data', { fill: { tags: [] } });
  await step.addProperty(Animal, 'keeper', { fill: 1 });
  await step.addProperty(Animal, 'address.zip', { fill: '8000' });
  await step.fill(Animal, 'address', { city: 'Berne', zip: '3000' });
  await step.alterProperty(Animal, 'legs', { fill: 4 });
  await step.addIndex(Animal, ['name', 'address.zip']);
  await step.addIndex(Animal, 'animal_by_name');
  await step.alterProperty(Animal, Animal, 'tame', { fill: true });

  // @ts-expect-error a text is no number
  await step.addProperty(Animal, 'name', { fill: 42 });
  // @ts-expect-error a number is no text
  await step.addProperty(Animal, 'legs', { fill: 'four' });
  // @ts-expect-error a truth is no text
  await step.fill(Animal, 'tame', 'yes');
  // @ts-expect-error what is inside an embedded property has a type too
  await step.addProperty(Animal, 'address.zip', { fill: 8000 });
  // @ts-expect-error a text is no number
  await step.alterProperty(Animal, 'name', { fill: 42 });
  // @ts-expect-error a text is no number
  await step.alterProperty(Animal, Animal, 'name', { fill: 42 });

  // @ts-expect-error an address has no zipp
  await step.addProperty(Animal, 'address.zipp');
  // @ts-expect-error an animal has no adress
  await step.dropProperty(Animal, 'adress.zip');
  // @ts-expect-error an address has no zipp
  await step.renameProperty(Animal, 'address.zipp', Animal, 'address.zip');
  // @ts-expect-error an address has no zipp
  await step.renameProperty(Animal, 'address.zip', Animal, 'address.zipp');
  // @ts-expect-error an address has no zipp
  await step.addIndex(Animal, ['name', 'address.zipp']);
  // @ts-expect-error an address has no zipp
  await step.hasProperty(Animal, 'address.zipp');
}

test('a step names the properties that exist, and fills them with values of their type', () => {
  expect(typed).toBeInstanceOf(Function);
});
