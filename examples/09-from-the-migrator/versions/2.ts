// The entities as they were at version 2. They stay so: what changes is a new version.

import { defineEntity, p } from '@mikro-orm/core';

export const Animal = defineEntity({
  name: 'Animal',
  properties: {
    id: p.integer().primary(),
    name: p.string(),
    family: p.string(),
    legs: p.integer().default(4),
  },
});
