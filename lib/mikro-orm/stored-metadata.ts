import { ReferenceKind, type EntityManager, type EntityMetadata, type EntityProperty } from '@mikro-orm/core';
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

/** A foreign key to an entity that another Schema is responsible for. */
interface OutsideKey {
  /** The property, as in `Keeper.animal`. */
  readonly property: string;
  readonly target: EntityMetadata;
}

/** Lists the foreign keys of a claim that lead out of it, at most one for each property. */
export function outsideKeys(em: EntityManager, { metadata }: Claim): OutsideKey[] {
  if (em.config.get('schemaGenerator').createForeignKeyConstraints === false) return [];
  const own = new Set(metadata.map(meta => meta.root.class));
  // The keys of a pivot table are those of the property that owns it, unless it is an entity, which may have more.
  const entities = metadata.filter(meta => !isPivotOfRelation(meta));
  return entities.flatMap(({ className, relations }) =>
    relations.flatMap(({ name, kind, owner, targetMeta, polymorphic, createForeignKeyConstraint }): OutsideKey[] => {
      const isKey = kind === ReferenceKind.MANY_TO_ONE || owner;
      if (!isKey || !targetMeta || polymorphic || !createForeignKeyConstraint) return [];
      return own.has(targetMeta.root.class) ? [] : [{ property: `${className}.${name}`, target: targetMeta }];
    }),
  );
}

/** The entity whose rows a relation of many to many is kept in, also one that MikroORM made up for it. */
export function pivotOf({ pivotEntity }: EntityProperty): EntityMetadata | undefined {
  const prototype = (pivotEntity as { readonly prototype?: object } | undefined)?.prototype;
  return prototype && (Reflect.get(prototype, '__meta') as EntityMetadata | undefined);
}

/** Tells whether a pivot table was made up for a relation, so that no entity of the application stands for it. */
export function isPivotOfRelation(meta: EntityMetadata): boolean {
  // Discovery gives it the table's name and sides called `Animal_owner` and `Keeper_inverse`.
  const madeUp = Object.keys(meta.properties).some(name => name.endsWith('_owner') || name.endsWith('_inverse'));
  return meta.pivotTable === true && madeUp && meta.className.endsWith(meta.tableName);
}
