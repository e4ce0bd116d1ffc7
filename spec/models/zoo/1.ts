import { defineEntity, p, Type } from '@mikro-orm/core';

/** Whole grams in the database, kilograms outside. */
export class Weight extends Type<number | null, number | null> {
  override convertToDatabaseValue(kilograms: number | null): number | null {
    return kilograms === null ? null : Math.round(kilograms * 1000);
  }

  override convertToJSValue(grams: number | null): number | null {
    return grams === null ? null : grams / 1000;
  }

  override getColumnType(): string {
    return 'integer';
  }
}

/** Said on the sign, and no entity. */
export const motto = 'Do not feed the animals';

export const Exhibit = defineEntity({
  name: 'Exhibit',
  properties: {
    id: p.integer().primary(),
    name: p.string().unique(),
    animals: () => p.oneToMany(Animal).mappedBy('exhibit'),
  },
});

export const Animal = defineEntity({
  name: 'Animal',
  properties: {
    id: p.integer().primary(),
    species: p.string().fieldName('kind_of'),
    weight: p.type(Weight).nullable(),
    exhibit: () => p.manyToOne(Exhibit).nullable(),
    keepers: () => p.manyToMany(Keeper).inversedBy('animals'),
    mother: () => p.manyToOne(Animal).nullable(),
  },
});

export const Keeper = defineEntity({
  name: 'Keeper',
  properties: {
    id: p.integer().primary(),
    name: p.string(),
    boss: () => p.manyToOne(Keeper).nullable(),
    animals: () => p.manyToMany(Animal).mappedBy('keepers'),
  },
});
