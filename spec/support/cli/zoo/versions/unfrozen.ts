import { defineEntity, p } from '@mikro-orm/core';

/** Version 3, and what somebody added since without making a version of it. */
export const Animal = defineEntity({
  name: 'Animal',
  properties: {
    id: p.integer().primary(),
    name: p.string(),
    family: p.string(),
    legs: p.integer(),
    tail: p.boolean().nullable(),
  },
});
