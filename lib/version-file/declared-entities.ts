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
import { isToOne } from '../models/describe-properties.ts';
import { readingOf, tableOf, type EntitySource, type Reading } from '../models/metadata-reading.ts';
import { sqlText } from '../models/sql-text.ts';

/** Entities, as an ORM understands them and as they were written. */
export interface DeclaredSource extends EntitySource {
  /** What an entity was made from, by its class. By default what is found from the entities in the configuration. */
  readonly definitionOf?: Definitions;
}

/** The options of a property as they were written: names, functions and types as somebody gave them. */
export type DeclaredProperty = Readonly<Record<string, unknown>>;

/** An entity as it was written, with what it takes from bases that have no storage of their own. */
export interface DeclaredEntity {
  readonly meta: EntityMetadata;
  /** The entity it shares its row, or a part of it, with; the base of an embeddable that may be one of several. */
  readonly parent: EntityMetadata | undefined;
  /** Whether it takes anything from bases. */
  readonly isFlattened: boolean;
  /** Its own options. */
  readonly own: Readonly<Record<string, unknown>>;
  /** The properties of its bases, and its own, as they were declared. */
  readonly properties: ReadonlyMap<string, DeclaredProperty>;
  /** Tells whether another entity of the same table declares a property of this name in another way: types are compared then. */
  isRedeclared(property: string): boolean;
  /** An option that is a list, bases first. */
  listed(option: 'indexes' | 'uniques' | 'checks' | 'triggers' | 'policies'): readonly Record<string, unknown>[];
  /** An option that a base may have given. */
  inherited(option: string): unknown;
}

/** Reads how entities were written. */
export class DeclaredReading {
  readonly reading: Reading;
  readonly #definitionOf: Definitions;

  constructor(source: DeclaredSource) {
    this.#definitionOf = source.definitionOf ?? definitionsOf(source.config.get('entities'));
    this.reading = readingOf(source);
  }

  /**
   * The entities with storage that `filter` chooses, and the embeddables they are made of.
   *
   * @throws {@link SchemaDefinitionError} if it cannot be known how one was written.
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

  #read(meta: EntityMetadata): DeclaredEntity {
    const parent = meta.embeddable ? this.#variantOf(meta) : parentOf(meta, this.reading);
    const [own, ...bases] = this.#definitions(meta, parent);
    if (!own) {
      throw new SchemaDefinitionError(
        `it cannot be told how ${meta.className} was written: hand over the entities that were discovered from files`,
      );
    }
    const oldest = [own, ...bases].toReversed();
    // A decorator of the standard kind copies what it inherits; it is written once, with the parent.
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
        // A decorator of the standard kind copies what it inherits.
        return all.filter((one, index) => index === all.findIndex(other => isDeepStrictEqual(one, other)));
      },
      inherited: option => [own, ...bases].map(base => optionsOf(base)[option]).find(value => value !== undefined),
    };
  }

  /** The definitions of the other entities in a single table. */
  #sharing(meta: EntityMetadata): EntityMetadata[] {
    if (meta.root.inheritanceType !== 'sti') return [];
    const others = [...this.reading.metadata].filter(other => other !== meta && other.root === meta.root);
    return others.flatMap(other => this.#definitionOf(other.class) ?? []);
  }

  /** The definition of an entity and of what it extends, up to the one it shares its row with. */
  #definitions(meta: EntityMetadata, parent: EntityMetadata | undefined): EntityMetadata[] {
    const definitions: EntityMetadata[] = [];
    for (
      let type: unknown = meta.class;
      typeof type === 'function' && type !== parent?.class && type !== Function.prototype;
    ) {
      const definition = this.#definitionOf(type);
      if (definition) definitions.push(definition);
      // What is extended by its name alone is no prototype.
      const named = typeof definition?.extends === 'string' ? this.#definitionOf(definition.extends) : undefined;
      type = named?.class ?? Object.getPrototypeOf(type);
    }
    return definitions;
  }

  /** The base of an embeddable that tells its variants apart. */
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

/** The checks that are written with properties: one stays, also if an entity that takes it over declares the property anew. */
function checksAtProperties({ properties }: EntityMetadata): Record<string, unknown>[] {
  const declared = Object.entries(properties as unknown as Record<string, DeclaredProperty>);
  return declared.flatMap(([property, { check }]) => (check ? [{ property, expression: check }] : []));
}

/**
 * Tells whether a property is the discriminator of a table, declared again by a child: the root's loses the values and the
 * index that discovery gives it then.
 */
function isPlainDiscriminator({ root }: EntityMetadata, key: string): boolean {
  return root.discriminatorColumn === key && propertyOf(root, key)?.items === undefined;
}

/**
 * Tells whether a property is a relation of which there is one for each kind of a table, since a child declares it again: the
 * discriminator is a part of its uniqueness then.
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

/** The metadata of a property; accessors may have given it another name. */
export function propertyOf(meta: EntityMetadata, key: string): EntityProperty | undefined {
  const properties: Record<string, EntityProperty> = meta.properties;
  return properties[key] ?? meta.props.find(prop => prop.accessor === key);
}

/** What a view selects, and how it is kept. */
export function viewOf(meta: EntityMetadata, reading: Reading) {
  return isView(meta) ? describeView(meta, reading) : undefined;
}

function optionsOf(definition: EntityMetadata): Readonly<Record<string, unknown>> {
  return definition as unknown as Readonly<Record<string, unknown>>;
}

/** The embeddables a property may hold. */
function embeddablesOf(prop: EntityProperty | undefined, { metadata }: Reading): EntityMetadata[] {
  if (!prop || prop.kind !== ReferenceKind.EMBEDDED) return [];
  return namesOf(prop.type).flatMap(name => [...metadata].filter(meta => meta.embeddable && meta.className === name));
}

/** The names in `Cat | Dog`. */
export function namesOf(type: unknown): string[] {
  return String(type).split(/ ?\| ?/);
}

/** Answers what an entity was made from, by its class or, where one is extended by name, by its name. */
type Definitions = (type: unknown) => EntityMetadata | undefined;

/**
 * Collects what entities were made from, and everything they refer to: an ORM works on copies, in which a default and
 * what somebody asked for look the same. Paths among them are passed over: hand over what was found there.
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
    // A base without a definition may have one that has.
    add(Object.getPrototypeOf(type));
  }
}

/** Where a property may name entities. */
interface Referring {
  readonly entity?: unknown;
  readonly pivotEntity?: unknown;
}

/** Calls what defers a reference to an entity; a class is one, and is left alone. */
function called(reference: unknown): unknown {
  return typeof reference === 'function' && !reference.prototype ? reference() : reference;
}

/** What callbacks of checks, indexes and generated columns are handed: the columns by property, and the table. */
export function propertyArguments(meta: EntityMetadata): readonly unknown[] {
  return [meta.createSchemaColumnMappingObject(), tableOf(meta)];
}

/**
 * SQL that somebody gave as text, as a fragment or as a function: text stays to the letter, fragments are brought into
 * one spelling.
 *
 * @param onlySql leaves plain text alone, which is a value then.
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
