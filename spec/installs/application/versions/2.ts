import { defineEntity, p } from '@mikro-orm/core';

export const Animal = defineEntity({
  name: 'Animal',
  properties: {
    id: p.integer().primary(),
    name: p.string(),
    legs: p.integer(),
    born: p.datetime().nullable(),
    weight: p.decimal().nullable(),
    kinds: p.array().nullable(),
    notes: p.json<string[]>().nullable(),
    photo: p.blob().nullable(),
  },
});
