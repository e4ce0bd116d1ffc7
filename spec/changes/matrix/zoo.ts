import { defineEntity, p, type EntitySchema } from '@mikro-orm/core';

/** A key that the database counts up. */
export const id = () => p.integer().primary();

/** An entity with just these properties. */
export function bare(name: string, properties: object, options: object = {}): EntitySchema {
  return defineEntity({ name, ...options, properties } as never) as EntitySchema;
}

/** An entity with a key and a name, and whatever is said. */
export function named(name: string, properties: object = {}, options: object = {}): EntitySchema {
  return bare(name, { id: id(), name: p.string(), ...properties }, options);
}

/** A zoo of one entity. */
export function animal(properties: object = {}, options: object = {}) {
  return { Animal: named('Animal', properties, options) };
}

export function keeper(properties: object = {}, options: object = {}): EntitySchema {
  return named('Keeper', properties, options);
}

/** Animals, and who keeps them. */
export function kept(relation: (Keeper: EntitySchema) => unknown, name = 'Keeper') {
  const Keeper = named(name);
  return { ...animal({ keeper: () => relation(Keeper) }), [name]: Keeper };
}

/** Rows: an animal, somebody, and that one's animal. */
export const leo = `insert into animal (id, name) values (1, 'Leo')`;
export const ann = `insert into keeper (id, name) values (1, 'Ann')`;
export const leoOfAnn = `insert into animal (id, name, keeper_id) values (1, 'Leo', 1)`;
