import { defineEntity, p } from '@mikro-orm/core';
import { Food } from './6.ts';
import { Keeper } from './3.ts';
import { Zoo } from './7.ts';

export { Food } from './6.ts';
export { Keeper } from './3.ts';
export { Address, Zoo } from './7.ts';

/** Exhibits are called enclosures, and an animal may be in none: it stays when its enclosure goes. */
export const Enclosure = defineEntity({
  name: 'Enclosure',
  properties: {
    id: p.integer().primary(),
    name: p.string(),
    zoo: () => p.manyToOne(Zoo).deleteRule('cascade'),
  },
});

export const Animal = defineEntity({
  name: 'Animal',
  checks: [{ name: 'animal_legs_check', expression: 'legs >= 0' }],
  uniques: [{ name: 'animal_name_family_unique', properties: ['name', 'family'] }],
  properties: {
    id: p.integer().primary(),
    name: p.string().index(),
    family: p.string(),
    legs: p.integer(),
    mood: p.enum(['calm', 'wild', 'asleep']).default('calm'),
    temper: p.enum(['mild', 'hot', 'icy']).nativeEnumName('temper').default('mild'),
    keeper: () => p.manyToOne(Keeper).nullable(),
    enclosure: () => p.manyToOne(Enclosure).nullable().deleteRule('set null'),
    parent: () => p.manyToOne(Animal).nullable().deleteRule('set null'),
    foods: () => p.manyToMany(Food).owner(),
  },
});
