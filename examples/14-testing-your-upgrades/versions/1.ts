import { defineEntity, p } from '@mikro-orm/core';

export const Animal = defineEntity({
  name: 'Animal',
  properties: { id: p.integer().primary(), name: p.string(), species: p.string(), keeperName: p.string() },
});
