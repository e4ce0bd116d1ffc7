import { ReferenceKind, type EntityMetadata, type EntityProperty } from '@mikro-orm/core';
import { SchemaDefinitionError } from '../errors.ts';
import { describeView, hasStorage, isView, parentOf } from '../models/describe.ts';
import { readingOf, type EntitySource, type Reading } from '../models/reading.ts';
import { definitionsOf, type Definitions } from './definitions.ts';

/** Entities, as an ORM understands them and as they were written. */
export interface WrittenSource extends EntitySource {
  /** What an entity was made from, by its class. By default what is found from the entities in the configuration. */
  readonly definitionOf?: Definitions;
}

/** The options of a property as they were written: names, functions and types as somebody gave them. */
export type WrittenProperty = Readonly<Record<string, unknown>>;

/** An entity as it was written, with what it takes from bases that have no storage of their own. */
export interface Written {
  readonly meta: EntityMetadata;
  /** The entity it shares its row, or a part of it, with; the base of an embeddable that may be one of several. */
  readonly parent: EntityMetadata | undefined;
  /** Whether it takes anything from bases. */
  readonly isFlattened: boolean;
  /** Its own options. */
  readonly own: Readonly<Record<string, unknown>>;
  /** The properties of its bases, and its own, as they were declared. */
  readonly properties: ReadonlyMap<string, WrittenProperty>;
  /** An option that is a list, bases first. */
  listed(option: 'indexes' | 'uniques' | 'checks' | 'triggers' | 'policies'): readonly Record<string, unknown>[];
  /** An option that a base may have given. */
  inherited(option: string): unknown;
}

/** Reads how entities were written. */
export class WrittenReading {
  readonly reading: Reading;
  readonly #definitionOf: Definitions;

  constructor(source: WrittenSource) {
    this.#definitionOf = source.definitionOf ?? definitionsOf(source.config.get('entities'));
    this.reading = readingOf(source);
  }

  /**
   * The entities with storage that `filter` chooses, and the embeddables they are made of.
   *
   * @throws SchemaDefinitionError if it cannot be known how one was written.
   */
  entities(filter: (meta: EntityMetadata) => boolean): Written[] {
    const found = new Map<EntityMetadata, Written>();
    const add = (meta: EntityMetadata | undefined): void => {
      if (!meta || found.has(meta)) return;
      const written = this.#read(meta);
      found.set(meta, written);
      if (written.parent) add(written.parent);
      for (const key of written.properties.keys()) embeddablesOf(propertyOf(meta, key), this.reading).forEach(add);
    };
    for (const meta of this.reading.metadata) if (hasStorage(meta) && filter(meta)) add(meta);
    return [...found.values()];
  }

  #read(meta: EntityMetadata): Written {
    const parent = meta.embeddable ? this.#variantOf(meta) : parentOf(meta, this.reading);
    const [own, ...bases] = this.#definitions(meta, parent);
    if (!own) {
      throw new SchemaDefinitionError(
        `it cannot be told how ${meta.className} was written: hand over the entities that were discovered from files`,
      );
    }
    const oldest = [own, ...bases].toReversed();
    return {
      meta,
      parent,
      isFlattened: bases.length > 0,
      own: optionsOf(own),
      properties: new Map(
        oldest.flatMap(({ properties }) => Object.entries(properties as unknown as Record<string, WrittenProperty>)),
      ),
      listed: option =>
        oldest.flatMap(definition => (definition[option] ?? []) as unknown as Record<string, unknown>[]),
      inherited: option => [own, ...bases].map(base => optionsOf(base)[option]).find(value => value !== undefined),
    };
  }

  /** The definition of an entity and of what it extends, up to the one it shares its row with. */
  #definitions(meta: EntityMetadata, parent: EntityMetadata | undefined): EntityMetadata[] {
    const definitions: EntityMetadata[] = [];
    for (
      let type: unknown = meta.class;
      typeof type === 'function' && type !== parent?.class;
      type = Object.getPrototypeOf(type)
    ) {
      const definition = this.#definitionOf(type);
      if (definition) definitions.push(definition);
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
