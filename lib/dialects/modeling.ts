import type { LiveColumn, LiveTable, TableName } from './table-changes.ts';
import type { Sql } from './table-editor.ts';

/** The builders of MikroORM's `p` that a column can become. */
export type ValueType =
  | 'string'
  | 'text'
  | 'character'
  | 'uuid'
  | 'integer'
  | 'smallint'
  | 'bigint'
  | 'float'
  | 'double'
  | 'decimal'
  | 'boolean'
  | 'date'
  | 'time'
  | 'datetime'
  | 'interval'
  | 'blob'
  | 'json'
  | 'array'
  | 'enum';

/** What a column without a relation becomes in an entity. */
export interface KindOfValue {
  readonly type: ValueType;
  readonly length?: number | undefined;
  readonly precision?: number | undefined;
  readonly scale?: number | undefined;
  /** The values of an enum. */
  readonly items?: readonly string[] | undefined;
  /** The native enum that it is of. */
  readonly nativeEnum?: string | undefined;
  /** Whether the items of an array are numbers. */
  readonly ofNumbers?: boolean | undefined;
  /** The type that the database has, short, for where MikroORM would choose another one. */
  readonly exact: string;
  /** Whether the type is one that a new database does not have. The entity then allows it, and asks for another one. */
  readonly isForeign?: boolean | undefined;
  /** Whether MikroORM reads or writes other values than the column has. */
  readonly isUnfit?: boolean | undefined;
  /** Whether the column has a default that no new database has. */
  readonly anyDefault?: boolean | undefined;
  /** What a user should know of this choice. */
  readonly remark?: string | undefined;
  /** What a user should know of the type in any case. */
  readonly warning?: string | undefined;
}

/** A default, as a value or as SQL. */
export type ColumnDefault = { readonly value: string | number | boolean } | { readonly sql: string };

/** Something in a database that no entity expresses. */
export interface OtherPart {
  /** What it is, in words: `materialized view`. */
  readonly kind: string;
  /** Its name, with a namespace where it is not the usual one. */
  readonly name: string;
  /** Whether it is an option of a table, which may have an entity. */
  readonly isOption?: boolean | undefined;
}

/** A table that must not become an entity. */
export interface UnsuitableTable extends TableName {
  /** What it is, in words: `virtual table`, `partition of payment`. */
  readonly kind: string;
}

/** What there is around the tables of a database. */
export interface DatabaseSurvey {
  readonly unsuitable: readonly UnsuitableTable[];
  readonly others: readonly OtherPart[];
  /** Says what a column becomes. */
  kindOf(table: LiveTable, column: LiveColumn): KindOfValue;
  /** Whether a column gets a number by itself: by its own counter, or because it is SQLite's rowid. */
  countingOf(table: LiveTable, column: LiveColumn): 'counter' | 'rowid' | undefined;
}

/** What the dialects do differently when entities are made from tables. */
export interface Modeling {
  /** Lists the namespaces to read: the usual one, and all others that hold tables of users. */
  namespaces(sql: Sql, usual: string | undefined): Promise<readonly (string | undefined)[]>;
  /**
   * Looks around the tables, and at the stored values where a declared type does not decide. Writes nothing.
   *
   * @param namespaces those that were read; `undefined` stands for where names lead by themselves
   */
  survey(sql: Sql, tables: readonly LiveTable[], namespaces: readonly (string | undefined)[]): Promise<DatabaseSurvey>;
  /** Takes the default of a column apart; `undefined` where the column counts by itself, or has none. */
  defaultOf(column: LiveColumn, kind: KindOfValue): ColumnDefault | undefined;
  /** How a column is computed, as MikroORM takes it; `undefined` for any other column. */
  generatedOf(column: LiveColumn): string | undefined;
  /** The statement that creates an index, without the namespace of its table. */
  indexStatement(table: LiveTable, definition: string): string;
  /** Reads the column and its values from a check that lists them; `undefined` for any other check. */
  listOf(expression: string): { readonly column: string; readonly values: readonly string[] } | undefined;
}
