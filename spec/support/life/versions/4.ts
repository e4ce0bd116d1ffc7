import { defineEntity, p } from '@mikro-orm/core';
import { Exhibit } from './1.ts';
import { Keeper } from './3.ts';

export { Exhibit, Zoo } from './1.ts';
export { Keeper } from './3.ts';

/** Species is called family, and the notes are gone. */
export const Animal = defineEntity({
  name: 'Animal',
  properties: {
    id: p.integer().primary(),
    name: p.string().index(),
    family: p.string(),
    legs: p.integer(),
    keeper: () => p.manyToOne(Keeper).nullable(),
    exhibit: () => p.manyToOne(Exhibit).deleteRule('cascade'),
    parent: () => p.manyToOne(Animal).nullable().deleteRule('set null'),
  },
});
