import type { EntityManager, EntityMetadata } from '@mikro-orm/core';
import { BOOKKEEPING } from '../store/tables.ts';

/** The part of an ORM's entities that one Schema is responsible for. */
export interface Claim {
  readonly metadata: readonly EntityMetadata[];
  /** Whether it is all that is left over, which includes what belongs to no entity, such as routines. */
  readonly isRest: boolean;
}

/** The metadata of entities with separate storage. */
export function storedMetadata(em: EntityManager): EntityMetadata[] {
  return [...em.getMetadata().getAll().values()].filter(
    meta =>
      !meta.embeddable &&
      !meta.virtual &&
      // an abstract entity has a table if others share it
      (!meta.abstract || meta.root.inheritanceType !== undefined) &&
      (meta.root.class === meta.class || (meta.inheritanceType === 'tpt' && meta.tptParent !== undefined)) &&
      !BOOKKEEPING.includes(meta.tableName),
  );
}
