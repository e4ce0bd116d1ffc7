import { defineEntity, p } from '@mikro-orm/core';

export { Animal, Food } from './6.ts';
export { Keeper } from './3.ts';

export const Address = defineEntity({
  name: 'Address',
  embeddable: true,
  properties: { street: p.string().nullable(), city: p.string().default('nowhere') },
});

/** New: where a zoo is, and what is written over its gate. */
export const Zoo = defineEntity({
  name: 'Zoo',
  properties: {
    id: p.integer().primary(),
    name: p.string(),
    founded: p.integer().nullable(),
    address: () => p.embedded(Address),
    sign: p.string().generated("('Zoo ' || name) stored").nullable(),
  },
});

export const Exhibit = defineEntity({
  name: 'Exhibit',
  properties: {
    id: p.integer().primary(),
    name: p.string(),
    zoo: () => p.manyToOne(Zoo).deleteRule('cascade'),
  },
});
