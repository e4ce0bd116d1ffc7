import { defineEntity, p } from '@mikro-orm/core';

export const Keeper = defineEntity({
  name: 'Keeper',
  properties: { id: p.integer().primary(), name: p.string().unique() },
});

export const Animal = defineEntity({
  name: 'Animal',
  properties: {
    id: p.integer().primary(),
    name: p.string(),
    species: p.string(),
    legs: p.integer(),
    keeper: () => p.manyToOne(Keeper).nullable(),
  },
});
