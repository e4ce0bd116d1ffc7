import { isDeepStrictEqual } from 'node:util';
import {
  EntitySchema,
  isRaw,
  ReferenceKind,
  type EntityMetadata,
  type EntityProperty,
  type Platform,
} from '@mikro-orm/core';
import { SchemaDefinitionError } from '../errors.ts';
import { definitionOf } from '../mikro-orm/entity-registry.ts';
import { describeView, hasStorage, isView, parentOf } from '../models/describe-entities.ts';
import { isStored, isToOne } from '../models/describe-properties.ts';
import { readingOf, tableOf, type EntitySource, type Reading } from '../models/metadata-reading.ts';
import { sqlText } from '../models/sql-text.ts';

/** Entities, as an ORM describes them and as they were declared. */
export interface DeclaredSource extends EntitySource {
  /** Returns the declaration of an entity by its class. By default found from the entities in the configuration. */
  readonly definitionOf?: Definitions;
}

/** The options of a property as declared, with names, functions and types. */
export type DeclaredProperty = Readonly<Record<string, unknown>>;

/** An entity as declared, with everything from bases that have no storage. */
export interface DeclaredEntity {
  readonly meta: EntityMetadata;
  /** The entity whose row it shares, wholly or partly; the base of a polymorphic embeddable. */
  readonly parent: EntityMetadata | undefined;
  /** Whether it inherits from bases. */
  readonly isFlattened: boolean;
  /** Its own options. */
  readonly own: Readonly<Record<string, unknown>>;
  /** The properties of its bases and its own, as declared. */
  readonly properties: ReadonlyMap<string, DeclaredProperty>;
  /** Tells whether another entity of the same table declares a property of this name with other options. Types are compared then. */
  isRedeclared(property: string): boolean;
  /** Returns a list option, bases first. */
  listed(option: 'indexes' | 'uniques' | 'checks' | 'triggers' | 'policies'): readonly Record<string, unknown>[];
  /** Returns an option, which a base may have declared. */
  inherited(option: string): unknown;
}

/** Reads the declarations of entities. */
export class DeclaredReading {
  readonly reading: Reading;
  readonly #definitionOf: Definitions;

  constructor(source: DeclaredSource) {
    this.#definitionOf = source.definitionOf ?? definitionsOf(source.config.get('entities'));
    this.reading = readingOf(source);
  }

  /**
   * Returns the entities with storage that `filter` chooses, and their embeddables.
   *
   * @throws {@link SchemaDefinitionError} if a declaration cannot be found
   */
  entities(filter: (meta: EntityMetadata) => boolean): DeclaredEntity[] {
    const found = new Map<EntityMetadata, DeclaredEntity>();
    const add = (meta: EntityMetadata | undefined): void => {
      if (!meta || found.has(meta)) return;
      const declared = this.#read(meta);
      found.set(meta, declared);
      if (declared.parent) add(declared.parent);
      for (const key of declared.properties.keys()) embeddablesOf(propertyOf(meta, key), this.reading).forEach(add);
    };
    for (const meta of this.reading.metadata) if (hasStorage(meta) && filter(meta)) add(meta);
    return [...found.values()];
  }

  /** Returns entities by name with nothing but their keys, as other Schemas refer to them. */
  outsiders(names: ReadonlySet<string>): DeclaredEntity[] {
    return [...this.reading.metadata]
      .filter(meta => names.has(meta.className) && !meta.embeddable)
      .map(meta => {
        const keys = new Set(keysOf(meta, this.reading));
        const declared = new Map<string, DeclaredProperty>();
        for (let one: EntityMetadata | undefined = meta; one; one = parentOf(one, this.reading)) {
          for (const [key, options] of this.#read(one).properties) {
            if (keys.has(propertyOf(one, key)?.name ?? key) && !declared.has(key)) declared.set(key, options);
          }
        }
        return {
          meta,
          parent: undefined,
          isFlattened: false,
          own: { tableName: meta.tableName, schema: this.#read(meta).own['schema'] },
          properties: declared,
          isRedeclared: () => false,
          listed: () => [],
          inherited: () => undefined,
        };
      });
  }

  #read(meta: EntityMetadata): DeclaredEntity {
    const parent = meta.embeddable ? this.#variantOf(meta) : parentOf(meta, this.reading);
    const [own, ...bases] = this.#definitions(meta, parent);
    if (!own) {
      throw new SchemaDefinitionError(
        `dejavu cannot find the declaration of ${meta.className}. Pass the entities that were discovered from files.`,
      );
    }
    const oldest = [own, ...bases].toReversed();
    // A standard decorator copies inherited properties. They are written once, with the parent.
    const above = parent && (this.#definitionOf(parent.class)?.properties as Record<string, unknown> | undefined);
    const isOwn = ([key, options]: [string, DeclaredProperty]) =>
      !isDeepStrictEqual(options, above?.[key]) || isPlainDiscriminator(meta, key) || isOneOfEach(meta, key);
    return {
      meta,
      parent,
      isFlattened: bases.length > 0,
      own: optionsOf(own),
      properties: new Map(
        oldest.flatMap(({ properties }) =>
          Object.entries(properties as unknown as Record<string, DeclaredProperty>).filter(isOwn),
        ),
      ),
      isRedeclared: property =>
        this.#sharing(meta).some(({ properties }) => {
          const other: unknown = Reflect.get(properties, property);
          return other !== undefined && !isDeepStrictEqual(other, Reflect.get(own.properties, property));
        }),
      listed: option => {
        const all = oldest.flatMap(definition => [
          ...((definition[option] ?? []) as unknown as Record<string, unknown>[]),
          ...(option === 'checks' ? checksAtProperties(definition) : []),
        ]);
        // A standard decorator copies inherited properties.
        return all.filter((one, index) => index === all.findIndex(other => isDeepStrictEqual(one, other)));
      },
      inherited: option => [own, ...bases].map(base => optionsOf(base)[option]).find(value => value !== undefined),
    };
  }

  /** Lists the declarations of the other entities in a single table. */
  #sharing(meta: EntityMetadata): EntityMetadata[] {
    if (meta.root.inheritanceType !== 'sti') return [];
    const others = [...this.reading.metadata].filter(other => other !== meta && other.root === meta.root);
    return others.flatMap(other => this.#definitionOf(other.class) ?? []);
  }

  /** Lists the declarations of an entity and of its bases, up to the one whose row it shares. */
  #definitions(meta: EntityMetadata, parent: EntityMetadata | undefined): EntityMetadata[] {
    const definitions: EntityMetadata[] = [];
    for (
      let type: unknown = meta.class;
      typeof type === 'function' && type !== parent?.class && type !== Function.prototype;
    ) {
      const definition = this.#definitionOf(type);
      if (definition) definitions.push(definition);
      // An entity that is extended only by name is no prototype.
      const named = typeof definition?.extends === 'string' ? this.#definitionOf(definition.extends) : undefined;
      type = named?.class ?? Object.getPrototypeOf(type);
    }
    return definitions;
  }

  /** Returns the base of a polymorphic embeddable. */
  #variantOf(meta: EntityMetadata): EntityMetadata | undefined {
    for (let type = Object.getPrototypeOf(meta.class); typeof type === 'function'; type = Object.getPrototypeOf(type)) {
      const definition = this.#definitionOf(type);
      if (definition?.embeddable && (definition.discriminatorColumn ?? definition.discriminator)) {
        return this.reading.metadata.find(type);
      }
    }
    return undefined;
  }
}

/** Lists the checks declared with properties. One stays even if a child declares the property again. */
function checksAtProperties({ properties }: EntityMetadata): Record<string, unknown>[] {
  const declared = Object.entries(properties as unknown as Record<string, DeclaredProperty>);
  return declared.flatMap(([property, { check }]) => (check ? [{ property, expression: check }] : []));
}

/**
 * Tells whether a property is the discriminator of a table, declared again by a child. Discovery then removes the values and the
 * index from the root's property.
 */
function isPlainDiscriminator({ root }: EntityMetadata, key: string): boolean {
  return root.discriminatorColumn === key && propertyOf(root, key)?.items === undefined;
}

/**
 * Tells whether a property is a relation that several kinds of a table have, because a child declares it again. The
 * discriminator is then part of its uniqueness.
 */
function isOneOfEach({ root }: EntityMetadata, key: string): boolean {
  const prop = propertyOf(root, key);
  const pair = [key, root.discriminatorColumn].join();
  return (
    root.inheritanceType === 'sti' &&
    prop !== undefined &&
    isToOne(prop) &&
    root.uniques.some(({ properties }) => [properties].flat().join() === pair)
  );
}

/** The properties that a foreign key may refer to: the primary key, and the targets of relations that name another column. */
function keysOf(meta: EntityMetadata, { metadata }: Reading): string[] {
  const referred = new Set(
    [...metadata]
      .flatMap(({ props }) => props)
      .filter(prop => prop.targetMeta === meta && isToOne(prop))
      .flatMap(prop => prop.referencedColumnNames),
  );
  return meta.props
    .filter(prop => prop.primary === true || (isStored(prop) && prop.fieldNames.some(name => referred.has(name))))
    .map(({ name }) => name);
}

/** Returns the metadata of a property. Accessors may have given it another name. */
export function propertyOf(meta: EntityMetadata, key: string): EntityProperty | undefined {
  const properties: Record<string, EntityProperty> = meta.properties;
  return properties[key] ?? meta.props.find(prop => prop.accessor === key);
}

/** Returns the query of a view, and its options. */
export function viewOf(meta: EntityMetadata, reading: Reading) {
  return isView(meta) ? describeView(meta, reading) : undefined;
}

function optionsOf(definition: EntityMetadata): Readonly<Record<string, unknown>> {
  return definition as unknown as Readonly<Record<string, unknown>>;
}

/** Lists the embeddables that a property may hold. */
function embeddablesOf(prop: EntityProperty | undefined, { metadata }: Reading): EntityMetadata[] {
  if (!prop || prop.kind !== ReferenceKind.EMBEDDED) return [];
  return namesOf(prop.type).flatMap(name => [...metadata].filter(meta => meta.embeddable && meta.className === name));
}

/** Splits `Cat | Dog` into names. */
export function namesOf(type: unknown): string[] {
  return String(type).split(/ ?\| ?/);
}

/** Returns the declaration of an entity by its class or, if it is extended by name, by its name. */
type Definitions = (type: unknown) => EntityMetadata | undefined;

/**
 * Collects the declarations of entities and of everything they refer to. An ORM works on copies, in which a default looks like
 * an option that the user declared. Skips paths: pass the entities found there.
 */
export function definitionsOf(entities: Iterable<unknown>): Definitions {
  const found = new Map<unknown, EntityMetadata>();
  for (const entity of entities) add(entity);
  for (const definition of found.values()) {
    if (!found.has(definition.className)) found.set(definition.className, definition);
  }
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
    // A base without a declaration may itself have a base with one.
    add(Object.getPrototypeOf(type));
  }
}

/** The options of a property that may name entities. */
interface Referring {
  readonly entity?: unknown;
  readonly pivotEntity?: unknown;
}

/** Calls a function that returns an entity. A class is an entity itself, and is not called. */
function called(reference: unknown): unknown {
  return typeof reference === 'function' && !reference.prototype ? reference() : reference;
}

/** The arguments for callbacks of checks, indexes and generated columns: the columns by property, and the table. */
export function propertyArguments(meta: EntityMetadata): readonly unknown[] {
  return [meta.createSchemaColumnMappingObject(), tableOf(meta)];
}

/**
 * Reads SQL given as text, fragment or function. Leaves text unchanged, and writes fragments in one spelling.
 *
 * @param onlySql leaves plain text alone, which is a value there
 */
export function evaluated(
  given: unknown,
  values: readonly unknown[],
  platform: Platform,
  { onlySql = false } = {},
): string | undefined {
  const answer: unknown = typeof given === 'function' ? given(...values) : given;
  if (isRaw(answer)) return sqlText(answer, platform);
  return typeof answer === 'string' && !onlySql ? answer : undefined;
}
