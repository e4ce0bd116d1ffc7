import { defineEntity, p } from '@mikro-orm/core';
import { Exhibit } from './1.ts';

export { Exhibit, Zoo } from './1.ts';

/** New: legs, of which there are as many as the name says, and an index on the name. */
export const Animal = defineEntity({
  name: 'Animal',
  properties: {
    id: p.integer().primary(),
    name: p.string().index(),
    species: p.string(),
    keeperName: p.string(),
    notes: p.text().nullable(),
    legs: p.integer(),
    exhibit: () => p.manyToOne(Exhibit).deleteRule('cascade'),
    parent: () => p.manyToOne(Animal).nullable().deleteRule('set null'),
  },
});
