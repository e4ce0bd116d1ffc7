import type {
  CheckDescription,
  EntityDescription,
  IndexDescription,
  PolicyDescription,
  PropertyDescription,
  TriggerDescription,
} from '../models/description.ts';

/** In what two versions of the same storage differ, as data. Everything is in the order of names. */
export interface StorageChanges {
  readonly created: readonly EntityDescription[];
  readonly dropped: readonly EntityDescription[];
  /** Entities that are there before and after, and are not the same; renamed ones among them. */
  readonly altered: readonly EntityChange[];
  /**
   * Indexes and checks that only got another name, of entities that keep their table. That alone is no change, and a step
   * that is written for others takes it along: what is dropped later is dropped by the name it has.
   */
  readonly renamed: readonly RenamedParts[];
  /** Properties that belong to another entity now, and stay where they were. */
  readonly moved: readonly PropertyMove[];
  /** Properties that went or came, while another one stores all they do, before and after: not a value goes with them. */
  readonly shared: ReadonlySet<PropertyDescription>;
  /** Those of them that were relations, and whose foreign key goes though the columns stay. */
  readonly unbound: ReadonlySet<PropertyDescription>;
  /** What of the old storage the new version still stores in: a column of a table, by the name it has now, as a cell. */
  readonly kept: ReadonlySet<string>;
}

/** What got another name, before and after. */
export interface RenamedParts {
  readonly before: EntityDescription;
  readonly after: EntityDescription;
  readonly indexes: readonly (readonly [IndexDescription, IndexDescription])[];
  readonly checks: readonly (readonly [CheckDescription, CheckDescription])[];
}

/** A property that belongs to another entity. */
export interface PropertyMove extends PropertyChange {
  readonly from: EntityDescription;
  readonly to: EntityDescription;
}

export interface EntityChange {
  /** As it was, under its old name. */
  readonly before: EntityDescription;
  readonly after: EntityDescription;
  /** What of the entity itself is not what it was. */
  readonly changed: readonly EntityAttribute[];
  readonly properties: {
    readonly added: readonly PropertyDescription[];
    readonly dropped: readonly PropertyDescription[];
    readonly altered: readonly PropertyChange[];
    /** Those that get columns of their own for the values: another property stores in the old ones, or did in the new ones. */
    readonly copied: readonly PropertyChange[];
    /** Relations to the same rows as before, which are known by another key. */
    readonly rekeyed: readonly PropertyChange[];
  };
  readonly indexes: PartChanges<IndexDescription>;
  readonly uniques: PartChanges<IndexDescription>;
  readonly checks: PartChanges<CheckDescription>;
  readonly triggers: PartChanges<TriggerDescription>;
  readonly policies: PartChanges<PolicyDescription>;
}

export type EntityAttribute =
  | 'name'
  | 'table'
  | 'namespace'
  | 'extends'
  | 'inheritance'
  | 'discriminator'
  | 'primaryKey'
  | 'rowLevelSecurity'
  | 'partitions'
  | 'view'
  | 'comment';

/** A property that is there before and after, and is not the same. */
export interface PropertyChange {
  /** As it was, under its old name. */
  readonly before: PropertyDescription;
  readonly after: PropertyDescription;
  readonly changed: readonly PropertyAttribute[];
}

export type PropertyAttribute =
  | 'name'
  | 'kind'
  | 'type'
  | 'items'
  | 'nativeEnum'
  | 'array'
  | 'columns'
  | 'key'
  | 'nullable'
  | 'default'
  | 'primary'
  | 'autoincrement'
  | 'version'
  | 'generated'
  | 'collation'
  | 'embeddable'
  | 'object'
  | 'target'
  | 'discriminator'
  | 'references'
  | 'pivot'
  | 'comment'
  /** A length, a precision, and what the driver at hand makes of a type. */
  | 'columnTypes';

/** Parts that are there or not: one that was altered went, and another came. */
export interface PartChanges<T> {
  readonly added: readonly T[];
  readonly dropped: readonly T[];
}

/** Tells whether nothing changed. */
export function isEmpty({ created, dropped, altered, moved }: StorageChanges): boolean {
  return created.length + dropped.length + altered.length + moved.length === 0;
}
