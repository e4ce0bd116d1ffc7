import { defineEntity, p } from '@mikro-orm/core';
import { Keeper } from './2.ts';

export { Keeper } from './2.ts'; // unchanged: versions share what stays as it is

export const Animal = defineEntity({
  name: 'Animal',
  properties: {
    id: p.integer().primary(),
    name: p.string(),
    family: p.string(),
    legs: p.integer(),
    keeper: () => p.manyToOne(Keeper).nullable(),
  },
});
