import { defineEntity, p } from '@mikro-orm/core';
import { Enclosure } from './8.ts';
import { Keeper } from './9.ts';

export { Address, Zoo } from './7.ts';
export { Enclosure } from './8.ts';
export { Keeper } from './9.ts';

/** Nobody asks what animals eat any more; nicknames are a must, and the index on names has gone. */
export const Animal = defineEntity({
  name: 'Animal',
  uniques: [{ name: 'animal_name_family_unique', properties: ['name', 'family'] }],
  properties: {
    id: p.integer().primary(),
    name: p.string(),
    family: p.string(),
    legs: p.bigint(),
    mood: p.enum(['calm', 'wild', 'asleep']).default('wild'),
    temper: p.enum(['mild', 'hot']).nativeEnumName('temper').default('mild'),
    nickname: p.string(),
    keeper: () => p.manyToOne(Keeper).nullable(),
    enclosure: () => p.manyToOne(Enclosure).nullable().deleteRule('set null'),
    parent: () => p.manyToOne(Animal).nullable().deleteRule('set null'),
  },
});

/** The animals of each family, counted. */
export const FamilySize = defineEntity({
  name: 'FamilySize',
  view: true,
  expression: 'select family, count(*) as size from animal group by family',
  properties: { family: p.string().primary(), size: p.integer() },
});
