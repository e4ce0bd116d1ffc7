import { defineEntity, p } from '@mikro-orm/core';

export const Keeper = defineEntity({
  name: 'Keeper',
  properties: {
    id: p.integer().primary(),
    name: p.string(),
  },
});

export const Animal = defineEntity({
  name: 'Animal',
  properties: {
    id: p.integer().primary(),
    name: p.string(),
    species: p.string(),
    keeper: () => p.manyToOne(Keeper).nullable(),
  },
});
