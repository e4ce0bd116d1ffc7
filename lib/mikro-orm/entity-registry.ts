import { EntitySchema, MetadataStorage, type EntityMetadata } from '@mikro-orm/core';

/** What an entity was made from: an `EntitySchema`, a class that one stands for, or a class with decorators. */
export function definitionOf(entity: unknown): EntityMetadata | undefined {
  if (EntitySchema.is(entity)) return entity.meta;
  if (typeof entity !== 'function') return undefined;
  const schema = EntitySchema.REGISTRY.get(entity as never);
  if (schema) return schema.meta;
  return Object.hasOwn(entity, MetadataStorage.META_SYMBOL)
    ? Reflect.get(entity, MetadataStorage.META_SYMBOL)
    : undefined;
}

/** Tells whether decorators have marked a class as an entity. */
export function isDecorated(type: object): boolean {
  return Object.hasOwn(type, MetadataStorage.PATH_SYMBOL);
}

/** Forgets the classes of entities: discovery keeps those of bases for good. */
export function forgetClasses(entities: Iterable<EntitySchema>): void {
  for (const entity of entities) EntitySchema.REGISTRY.delete(entity.meta.class);
}
