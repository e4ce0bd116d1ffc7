// The entities at version 1, frozen. Do not edit: a change needs a new version.

import { defineEntity, p } from '@mikro-orm/core';

export const Animal = defineEntity({
  name: 'Animal',
  properties: {
    id: p.integer().primary(),
    name: p.string(),
    species: p.string(),
  },
});
