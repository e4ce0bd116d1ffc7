import { defineEntity, p } from '@mikro-orm/core';

export const Zoo = defineEntity({
  name: 'Zoo',
  properties: { id: p.integer().primary(), name: p.string(), founded: p.integer().nullable() },
});

export const Exhibit = defineEntity({
  name: 'Exhibit',
  properties: {
    id: p.integer().primary(),
    name: p.string(),
    zoo: () => p.manyToOne(Zoo).deleteRule('cascade'),
  },
});

export const Animal = defineEntity({
  name: 'Animal',
  properties: {
    id: p.integer().primary(),
    name: p.string(),
    species: p.string(),
    keeperName: p.string(),
    notes: p.text().nullable(),
    exhibit: () => p.manyToOne(Exhibit).deleteRule('cascade'),
    parent: () => p.manyToOne(Animal).nullable().deleteRule('set null'),
  },
});
