import { defineEntity, p } from '@mikro-orm/core';
import { Exhibit } from './1.ts';
import { Keeper } from './3.ts';

export { Exhibit, Zoo } from './1.ts';
export { Keeper } from './3.ts';

/** New: what animals eat, many of one and many of the other; moods and tempers have another value. */
export const Food = defineEntity({
  name: 'Food',
  properties: { id: p.integer().primary(), name: p.string().default("it's 100% \\ ? 🥕") },
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
    exhibit: () => p.manyToOne(Exhibit).deleteRule('cascade'),
    parent: () => p.manyToOne(Animal).nullable().deleteRule('set null'),
    foods: () => p.manyToMany(Food).owner(),
  },
});
