import { defineEntity, p } from '@mikro-orm/core';
import { Keeper, Weight } from './1.ts';

// Keeper is as it was, and points to Animal, which is not.
export { Keeper, Weight };

/** Called Exhibit before, in a table called exhibit. */
export const Habitat = defineEntity({
  name: 'Habitat',
  tableName: 'habitats',
  properties: {
    id: p.integer().primary(),
    name: p.string().unique(),
    animals: () => p.oneToMany(Animal).mappedBy('habitat'),
  },
});

export const Animal = defineEntity({
  name: 'Animal',
  properties: {
    id: p.integer().primary(),
    species: p.string().fieldName('kind_of'),
    legs: p.integer().default(4),
    weight: p.type(Weight).nullable(),
    habitat: () => p.manyToOne(Habitat).nullable(),
    keepers: () => p.manyToMany(Keeper).inversedBy('animals'),
    mother: () => p.manyToOne(Animal).nullable(),
  },
});
