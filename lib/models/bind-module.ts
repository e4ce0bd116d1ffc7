import { EntitySchema, ReferenceKind, Utils, type EntityMetadata, type EntityName } from '@mikro-orm/core';
import { isDecorated } from '../mikro-orm/entity-registry.ts';
import { SchemaDefinitionError } from '../errors.ts';
import { by } from './description.ts';
import type { ModuleName, VersionModule } from './version-module.ts';

/** A version module brought to life once: copies of its entities that point to each other and to nothing else. */
interface BoundModule {
  /** By the name they are exported under. */
  readonly entities: Readonly<Record<string, EntitySchema>>;
  /** Each once, by name: where an ORM asks who came first, it always hears the same. */
  readonly all: readonly EntitySchema[];
  /** Those among them that belong to other Schemas, and are only referred to. */
  readonly outsiders: readonly EntitySchema[];
  /** Finds the copy that stands for an entity of this or of another version, by its name. */
  find(entity: EntityName): EntitySchema | undefined;
}

/**
 * Puts each entity behind the one that it extends, as an application declares them: discovery goes by that order where children
 * declare a property of their base again.
 */
function basesFirst(entities: readonly EntitySchema[]): EntitySchema[] {
  const ordered = new Set<EntitySchema>();
  const add = (entity: EntitySchema) => {
    const base = entity.meta.extends as unknown;
    if (EntitySchema.is(base)) add(base);
    ordered.add(entity);
  };
  for (const entity of entities) add(entity);
  return [...ordered];
}

/**
 * Copies every entity of a version module and binds the targets of its relations again, by name. So one entity object can
 * be shared by several versions, and any number of ORMs can be made from it: an ORM marks the classes it is given as its
 * own, and a class marked twice belongs to no ORM.
 *
 * @throws {@link SchemaDefinitionError} for an entity with code of the application in it, and for a target that is not exported.
 */
export function bindModule(module: VersionModule, of: ModuleName): BoundModule {
  const others = othersIn(module);
  const originals = originalsOf({ ...others, ...module }, of);
  const copies = new Map<string, EntitySchema>();
  const exported = Object.entries(module).filter((entry): entry is [string, EntitySchema] => EntitySchema.is(entry[1]));
  return {
    entities: Object.fromEntries(exported.map(([key, original]) => [key, copyOf(original)])),
    outsiders: Object.values(others).map(copyOf),
    all: basesFirst([...copies.values()].toSorted(by(copy => copy.meta.className))),
    find: entity => copies.get(nameOf(entity)),
  };

  function copyOf(original: EntitySchema): EntitySchema {
    const known = copies.get(original.meta.className);
    if (known) return known;
    const copy = new EntitySchema(definitionOf(original));
    copies.set(original.meta.className, copy);
    return copy;
  }

  function definitionOf({ meta }: EntitySchema): EntityOptions {
    const kept = Object.entries(meta).filter(([key]) => !OF_ANOTHER_ORM.has(key));
    const properties = Object.entries<Property>(meta.properties);
    return {
      name: meta.className,
      ...Object.fromEntries(kept),
      properties: Object.fromEntries(
        properties.map(([key, prop]) => [key, boundProperty(`${meta.className}.${key}`, prop)]),
      ),
      ...(meta.extends && { extends: copyOf(originalOf(meta.extends, meta.className)) }),
      ...(meta.discriminatorMap && { discriminatorMap: namesIn(meta.discriminatorMap) }),
    };
  }

  /** Options of a property whose targets are the copies, looked up when discovery asks: by then all of them are there. */
  function boundProperty(path: string, { target: _ofAnotherOrm, ...prop }: Property): Property {
    const bound = { ...prop };
    const targets = targetsOf(prop);
    if (targets) {
      const pointedAt = [targets].flat().map(entity => originalOf(entity, path));
      const copied = () => pointedAt.map(copyOf);
      bound.entity = Array.isArray(targets) ? copied : () => copied()[0];
      delete bound.type;
    }
    for (const key of ['pivotEntity', 'through'] as const) {
      if (!prop[key]) continue;
      const original = originalOf(called(prop[key]), path);
      bound[key] = () => copyOf(original);
    }
    if (prop.discriminatorMap) bound.discriminatorMap = namesIn(prop.discriminatorMap);
    return bound;
  }

  function originalOf(entity: unknown, path: string): EntitySchema {
    const target = nameOf(entity);
    const original = originals.get(target);
    if (original) return original;
    throw new SchemaDefinitionError(
      `${path} in ${of.name} refers to ${target}, but ${of.name} does not export it. Export ${target} there, as it was in that version.`,
      { guid: of.guid },
    );
  }
}

function isEntityEntry(entry: [string, unknown]): entry is [string, EntitySchema] {
  return EntitySchema.is(entry[1]);
}

/** The entities of other Schemas that a version refers to: it lists them in this export. */
export const OTHERS = 'ofOtherSchemas';

function othersIn(module: VersionModule): Readonly<Record<string, EntitySchema>> {
  const others: unknown = Reflect.get(module, OTHERS);
  if (typeof others !== 'object' || others === null || EntitySchema.is(others)) return {};
  return Object.fromEntries(Object.entries(others).filter(isEntityEntry));
}

/** What an entity is made from. */
type EntityOptions = { name: string; [option: string]: unknown };

/** The options of a property as they are written, before an ORM has read them. */
interface Property {
  kind?: string;
  type?: unknown;
  target?: unknown;
  entity?: unknown;
  pivotEntity?: unknown;
  through?: unknown;
  discriminatorMap?: Record<string, unknown>;
}

/** What an ORM, or the making of an entity, writes into a definition. */
const OF_ANOTHER_ORM: ReadonlySet<string> = new Set<keyof EntityMetadata | '_id'>([
  '_id',
  'bidirectionalRelations',
  'class',
  'comparableProps',
  'concurrencyCheckKeys',
  'constructorParams',
  'definedProperties',
  'filters',
  'getterProps',
  'hooks',
  'hydrateProps',
  'ownProps',
  'path',
  'primaryKeys',
  'propertyOrder',
  'props',
  'prototype',
  'referencingProperties',
  'relations',
  'root',
  'trackingProps',
  'uniqueProps',
  'validateProps',
]);

/** The entities of a module by their own names. */
function originalsOf(module: VersionModule, of: ModuleName): ReadonlyMap<string, EntitySchema> {
  const originals = new Map<string, EntitySchema>();
  for (const value of Object.values(module)) {
    assertPlain(value, of);
    if (!EntitySchema.is(value)) continue;
    const { className } = value.meta;
    if ((originals.get(className) ?? value) !== value) {
      throw new SchemaDefinitionError(`${of.name} exports two entities named ${className}. Rename one of them.`, {
        guid: of.guid,
      });
    }
    originals.set(className, value);
  }
  return originals;
}

const RELATIONS: ReadonlySet<string | undefined> = new Set<string>([
  ReferenceKind.MANY_TO_ONE,
  ReferenceKind.ONE_TO_MANY,
  ReferenceKind.ONE_TO_ONE,
  ReferenceKind.MANY_TO_MANY,
  ReferenceKind.EMBEDDED,
]);

/** What a relation or an embedded property points to: one entity, several, or a name; `undefined` for any other. */
function targetsOf({ kind, entity, type }: Property): unknown {
  if (!RELATIONS.has(kind)) return undefined;
  if (entity) return called(entity);
  const names = String(type).split(/\s*\|\s*/);
  return names.length > 1 ? names : names[0];
}

/** Calls what defers a reference to an entity; a class is one, and is left alone. */
function called(reference: unknown): unknown {
  const deferred = typeof reference === 'function' && !reference.prototype;
  return deferred ? reference() : reference;
}

function namesIn(map: object): Record<string, string> {
  return Object.fromEntries(Object.entries(map).map(([key, entity]) => [key, nameOf(entity)]));
}

function nameOf(entity: unknown): string {
  if (EntitySchema.is(entity)) return entity.meta.className;
  return Utils.className(entity as EntityName);
}

/**
 * Refuses an entity that brings code of the application into a frozen version: the code would go on changing, the
 * version may not. What a property computes for itself (`onCreate`, `onUpdate`) stays, as it is written in the version.
 *
 * @throws {@link SchemaDefinitionError} naming the entity, the reason and what to write instead.
 */
function assertPlain(value: unknown, of: ModuleName): void {
  if (typeof value === 'function' && isDecorated(value)) {
    throw refused(value.name, of, 'is a class with decorators', PLAIN);
  }
  if (!EntitySchema.is(value)) return;
  const { className, hooks, filters } = value.meta;
  if (!isPlainClass(value.meta.class)) {
    throw refused(className, of, 'has a custom class', PLAIN);
  }
  const hooked = Object.keys(hooks).filter(hook => Reflect.get(hooks, hook)?.length > 0);
  if (hooked.length > 0) {
    throw refused(className, of, `has hooks (${hooked.join(', ')})`, 'Move their work into the step.');
  }
  if (value.meta.repository !== undefined)
    throw refused(className, of, 'has a repository', 'Remove it, and use `step.em`.');
  const filtered = Object.keys(filters);
  if (filtered.length > 0) {
    throw refused(className, of, `has filters (${filtered.join(', ')})`, 'Remove them: a step reads every row.');
  }
}

const PLAIN = 'Write it with defineEntity({ name, properties }).';

function refused(entity: string, { name, guid }: ModuleName, reason: string, next: string): SchemaDefinitionError {
  return new SchemaDefinitionError(
    `${entity} in ${name} ${reason}. That code can change later, but a frozen version must not. ${next}`,
    { guid },
  );
}

/** Tells whether a class and all it extends have nothing in their bodies, as the ones that `defineEntity` makes up. */
function isPlainClass(type: unknown): boolean {
  for (let base = type; typeof base === 'function' && base !== Function.prototype; base = Object.getPrototypeOf(base)) {
    if (!/^class\b[^{]*\{\s*\}$/.test(Function.prototype.toString.call(base))) return false;
  }
  return true;
}
