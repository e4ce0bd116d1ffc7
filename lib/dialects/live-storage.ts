import type { LiveTable, TableName } from './table-changes.ts';

/** The tables, views and enums of some namespaces, as one statement found them. */
export interface LiveStorage {
  readonly relations: readonly LiveRelation[];
  readonly enums: readonly StoredEnum[];
}

/** A table or view of a whole storage. What it consists of is taken apart when it is asked for. */
export interface LiveRelation extends TableName {
  /** Whether it is found without naming a namespace. */
  readonly visible: boolean;
  /** All that was read of it, as text: where two readings are equal, nothing has changed. */
  readonly reading: string;
  /** What was read, under the name that it was asked for by. */
  describe(name: TableName): LiveTable;
}

/** A native enum of a whole storage. */
export interface StoredEnum extends TableName {
  readonly visible: boolean;
  /** As columns say it. */
  readonly type: string;
  readonly items: readonly string[];
}
