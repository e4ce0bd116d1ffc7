import { defineEntity, p } from '@mikro-orm/core';
import { Exhibit } from './1.ts';
import { Keeper } from './3.ts';

export { Exhibit, Zoo } from './1.ts';
export { Keeper } from './3.ts';

/** New: a mood, a temper that PostgreSQL keeps in a type of its own, and no animal has fewer than no legs. */
export const Animal = defineEntity({
  name: 'Animal',
  checks: [{ name: 'animal_legs_check', expression: 'legs >= 0' }],
  properties: {
    id: p.integer().primary(),
    name: p.string().index(),
    family: p.string(),
    legs: p.integer(),
    mood: p.enum(['calm', 'wild']).default('calm'),
    temper: p.enum(['mild', 'hot']).nativeEnumName('temper').default('mild'),
    keeper: () => p.manyToOne(Keeper).nullable(),
    exhibit: () => p.manyToOne(Exhibit).deleteRule('cascade'),
    parent: () => p.manyToOne(Animal).nullable().deleteRule('set null'),
  },
});
