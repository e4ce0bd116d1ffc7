import { defineEntity, p } from '@mikro-orm/core';
import { Exhibit } from './1.ts';

export { Exhibit, Zoo } from './1.ts';

/** New: keepers, made from the names that animals had. */
export const Keeper = defineEntity({
  name: 'Keeper',
  properties: { id: p.integer().primary(), name: p.string().unique() },
});

export const Animal = defineEntity({
  name: 'Animal',
  properties: {
    id: p.integer().primary(),
    name: p.string().index(),
    species: p.string(),
    notes: p.text().nullable(),
    legs: p.integer(),
    keeper: () => p.manyToOne(Keeper).nullable(),
    exhibit: () => p.manyToOne(Exhibit).deleteRule('cascade'),
    parent: () => p.manyToOne(Animal).nullable().deleteRule('set null'),
  },
});
