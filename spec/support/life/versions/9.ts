import { defineEntity, p } from '@mikro-orm/core';
import { Food } from './6.ts';
import { Enclosure } from './8.ts';

export { Food } from './6.ts';
export { Address, Zoo } from './7.ts';
export { Enclosure } from './8.ts';

/** Everybody has a phone number now, and legs may be many. */
export const Keeper = defineEntity({
  name: 'Keeper',
  properties: { id: p.integer().primary(), name: p.string().unique(), phone: p.string() },
});

export const Animal = defineEntity({
  name: 'Animal',
  checks: [{ name: 'animal_legs_check', expression: 'legs >= 0' }],
  uniques: [{ name: 'animal_name_family_unique', properties: ['name', 'family'] }],
  properties: {
    id: p.integer().primary(),
    name: p.string().index(),
    family: p.string(),
    legs: p.bigint(),
    mood: p.enum(['calm', 'wild', 'asleep']).default('wild'),
    temper: p.enum(['mild', 'hot', 'icy']).nativeEnumName('temper').default('mild'),
    nickname: p.string().nullable(),
    keeper: () => p.manyToOne(Keeper).nullable(),
    enclosure: () => p.manyToOne(Enclosure).nullable().deleteRule('set null'),
    parent: () => p.manyToOne(Animal).nullable().deleteRule('set null'),
    foods: () => p.manyToMany(Food).owner(),
  },
});
