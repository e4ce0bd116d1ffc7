import type {
  CheckDescription,
  EntityDescription,
  IndexDescription,
  PolicyDescription,
  PropertyDescription,
  TriggerDescription,
} from '../models/description.ts';

import type { OwnedProperty } from './tables/stored-tables.ts';

/** The differences between two versions of the same storage, as data. Everything is sorted by name. */
export interface StorageChanges {
  readonly created: readonly EntityDescription[];
  readonly dropped: readonly EntityDescription[];
  /** Entities that exist before and after and differ, including renamed ones. */
  readonly altered: readonly EntityChange[];
  /**
   * Indexes and checks that only got another name, of entities that keep their table. That alone is no change, but a step for
   * other changes renames them too, so that a later step can drop them by the name they have.
   */
  readonly renamed: readonly RenamedParts[];
  /** Properties that moved to another entity, and stay in the same columns. */
  readonly moved: readonly PropertyMove[];
  /** Properties that moved between the tables of entities that extend each other. */
  readonly carried: readonly PropertyCarry[];
  /** Removed or new properties whose columns another property stores before and after, so that no value is lost. */
  readonly shared: ReadonlySet<PropertyDescription>;
  /** Those of them that were relations, and whose foreign key is dropped although the columns stay. */
  readonly unbound: ReadonlySet<PropertyDescription>;
  /** Old columns that the new version still uses, as cells: the table by its new name, and the column. */
  readonly kept: ReadonlySet<string>;
}

/** A pair of names, before and after. */
export interface RenamedParts {
  readonly before: EntityDescription;
  readonly after: EntityDescription;
  readonly indexes: readonly (readonly [IndexDescription, IndexDescription])[];
  readonly checks: readonly (readonly [CheckDescription, CheckDescription])[];
}

/** A property that moved to another entity. */
export interface PropertyMove extends PropertyChange {
  readonly from: EntityDescription;
  readonly to: EntityDescription;
}

/** A property that moved between the tables of one tree: from several children to a parent, or from a parent to children. */
export interface PropertyCarry {
  readonly from: readonly OwnedProperty[];
  readonly to: readonly OwnedProperty[];
  readonly direction: 'up' | 'down';
}

export interface EntityChange {
  /** Before, under its old name. */
  readonly before: EntityDescription;
  readonly after: EntityDescription;
  /** Changed facts of the entity itself. */
  readonly changed: readonly EntityAttribute[];
  readonly properties: {
    readonly added: readonly PropertyDescription[];
    readonly dropped: readonly PropertyDescription[];
    readonly altered: readonly PropertyChange[];
    /** Properties whose values are copied to new columns, because another property uses the old or the new ones too. */
    readonly copied: readonly PropertyChange[];
    /** Relations to the same rows as before, whose target has another key now. */
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

/** A property that exists before and after and differs. */
export interface PropertyChange {
  /** Before, under its old name. */
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
  /** A length, a precision, and other facts that the driver derives from a type. */
  | 'columnTypes';

/** Parts that exist or not. An altered part is removed and added. */
export interface PartChanges<T> {
  readonly added: readonly T[];
  readonly dropped: readonly T[];
}

/** Tells whether there are no changes. */
export function isEmpty({ created, dropped, altered, moved, carried }: StorageChanges): boolean {
  return created.length + dropped.length + altered.length + moved.length + carried.length === 0;
}
