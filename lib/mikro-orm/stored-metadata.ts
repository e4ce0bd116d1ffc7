import type { EntityManager, EntityMetadata } from '@mikro-orm/core';
import { oncePerProcess } from '../one-copy.ts';
import { BOOKKEEPING } from '../store/tables.ts';

/** The part of an ORM's entities that one Schema is responsible for. */
export interface Claim {
  readonly metadata: readonly EntityMetadata[];
  /** Whether it is all that is left over, which includes what belongs to no entity, such as routines. */
  readonly isRest: boolean;
}

const outsiders = oncePerProcess('outsiders', () => new WeakSet<EntityMetadata>());

/** Marks an entity that a frozen version only refers to: another Schema is responsible for its storage. */
export function markOutsider(meta: EntityMetadata): void {
  outsiders.add(meta);
}

/** Tells whether an entity belongs to another Schema than the frozen version that refers to it. */
export function isOutsider(meta: EntityMetadata): boolean {
  return outsiders.has(meta);
}

/** The metadata of entities with separate storage. */
export function storedMetadata(em: EntityManager): EntityMetadata[] {
  return [...em.getMetadata().getAll().values()].filter(
    meta =>
      !meta.embeddable &&
      !meta.virtual &&
      !isOutsider(meta) &&
      // an abstract entity has a table if others share it
      (!meta.abstract || meta.root.inheritanceType !== undefined) &&
      (meta.root.class === meta.class || (meta.inheritanceType === 'tpt' && meta.tptParent !== undefined)) &&
      !BOOKKEEPING.includes(meta.tableName),
  );
}
