import { acrossCopies } from '../../one-copy.ts';
import type { EntityClass, EntitySchema, MikroORM } from '@mikro-orm/core';

/** An entity as MikroORM takes it: a definition, a class or a name. */
export type EntityLike = EntitySchema | EntityClass<unknown> | string;

/** A Schema as its neighbours see it. */
export interface Neighbour {
  readonly guid: string;
  readonly entities?: readonly EntityLike[] | undefined;
}

// One Schema of a class per ORM is enough to remember: instances of one class claim the same. Those of another copy of this
// package claim entities as well.
const neighbours = acrossCopies('neighbours', () => new WeakMap<object, Map<object, Neighbour>>());

/** Makes a Schema known to the others of its ORM. Its fields need not exist yet. */
export function register(orm: MikroORM, schema: Neighbour): void {
  const known = neighbours.get(orm) ?? new Map<object, Neighbour>();
  known.set(schema.constructor, schema);
  neighbours.set(orm, known);
}

/** One Schema of each class that was made on an ORM. */
export function schemasOn(orm: MikroORM): readonly Neighbour[] {
  return [...(neighbours.get(orm)?.values() ?? [])];
}

/** The Schemas of other classes that were made on the same ORM. */
export function neighboursOf(orm: MikroORM, schema: object): readonly object[] {
  return schemasOn(orm).filter(other => other.constructor !== schema.constructor);
}
