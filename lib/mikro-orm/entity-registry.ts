import { EntitySchema, MetadataStorage, Utils, type EntityMetadata, type MikroORM } from '@mikro-orm/core';

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

/** Where the entities of an ORM are: paths, or the entities themselves. */
export function entityTargets({ config }: MikroORM) {
  const { entities, entitiesTs, baseDir } = config.getAll();
  const preferTs = config.get('preferTs', Utils.detectTypeScriptSupport());
  const targets = preferTs && entitiesTs.length > 0 ? entitiesTs : entities;
  return { targets, paths: targets.filter(target => typeof target === 'string'), baseDir };
}

/**
 * The entities that an ORM was given, also those that it found in files: their modules are known by now, and asking for
 * them once more gives the very same entities.
 *
 * @see `MetadataDiscovery.findEntities` of MikroORM, which chooses among paths in the same way
 */
export async function givenEntities(orm: MikroORM): Promise<unknown[]> {
  const { targets, paths, baseDir } = entityTargets(orm);
  const given: unknown[] = targets.filter(target => typeof target !== 'string');
  if (paths.length === 0) return given;
  const { discoverEntities } = await import('@mikro-orm/core/file-discovery');
  return [...given, ...(await discoverEntities(paths, { baseDir }))];
}
