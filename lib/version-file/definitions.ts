import { EntitySchema, MetadataStorage, type EntityMetadata } from '@mikro-orm/core';

/** Answers what an entity was made from, by its class. */
export type Definitions = (type: unknown) => EntityMetadata | undefined;

/**
 * Collects what entities were made from, and everything they refer to: an ORM works on copies, in which a default and
 * what somebody asked for look the same. Paths among them are passed over: hand over what was found there.
 */
export function definitionsOf(entities: Iterable<unknown>): Definitions {
  const found = new Map<unknown, EntityMetadata>();
  for (const entity of entities) add(entity);
  return type => found.get(type);

  function add(entity: unknown): void {
    const definition = definitionOf(entity);
    const type = EntitySchema.is(entity) ? entity.meta.class : entity;
    if (typeof type !== 'function' || found.has(type)) return;
    if (definition) {
      found.set(type, definition);
      if (definition.extends) add(definition.extends);
      for (const prop of Object.values<Referring>(definition.properties)) {
        for (const reference of [prop.entity, prop.pivotEntity]) [called(reference)].flat().forEach(add);
      }
    }
    // A base without a definition may have one that has.
    add(Object.getPrototypeOf(type));
  }
}

/** Where a property may name entities. */
interface Referring {
  readonly entity?: unknown;
  readonly pivotEntity?: unknown;
}

function definitionOf(entity: unknown): EntityMetadata | undefined {
  if (EntitySchema.is(entity)) return entity.meta;
  if (typeof entity !== 'function') return undefined;
  const schema = EntitySchema.REGISTRY.get(entity as never);
  if (schema) return schema.meta;
  return Object.hasOwn(entity, MetadataStorage.META_SYMBOL)
    ? Reflect.get(entity, MetadataStorage.META_SYMBOL)
    : undefined;
}

/** Calls what defers a reference to an entity; a class is one, and is left alone. */
function called(reference: unknown): unknown {
  return typeof reference === 'function' && !reference.prototype ? reference() : reference;
}
