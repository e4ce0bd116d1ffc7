import type { Column, DatabaseTable, DatabaseView, IndexDef, SchemaHelper } from '@mikro-orm/sql';
import type { Lexicon } from '../sql/tokens.ts';
import type { Row } from '../store/connection.ts';
import type { LiveRelation, LiveStorage, StoredEnum } from './live-storage.ts';
import type { Change, IndexParts, LiveColumn, LiveIndex, LiveTable, TableName } from './table-changes.ts';

/** How operations speak to the database: in the step's transaction, past every EntityManager. */
export interface Sql {
  /** Sends SQL and returns its rows. Without `params` it goes to the letter; with them, `?` stands for each. */
  execute(sql: string, params?: readonly unknown[]): Promise<Row[]>;
}

/** The context of a change. */
export interface EditContext {
  readonly sql: Sql;
  readonly helper: SchemaHelper;
  /** The table as it will be once the step is done, for what a statement takes from the whole of it. */
  readonly wanted: DatabaseTable;
  /** What the values of a wanted column are to the application. */
  readonly meaning?: ((column: string) => Meaning | undefined) | undefined;
  /** What the values of a column were to it, where the entity as it was is known. */
  readonly meant?: ((column: string) => Meaning | undefined) | undefined;
}

/** What a database's type does not say of a value. */
export interface Meaning {
  /** The type in JavaScript: a boolean may be stored as a number, a `Date` as a text. */
  readonly runtimeType: string;
  /** Whether a type of the application's own decides how it is stored. */
  readonly isCustom: boolean;
  /** Whether it counts by itself. */
  readonly counts: boolean;
}

/** What it takes to say how a whole storage is wanted. */
export interface GoalContext {
  readonly sql: Sql;
  /** Sends statements at once, where the driver can. */
  readonly batch: (statements: readonly string[]) => Promise<void>;
  readonly helper: SchemaHelper;
  /** The enums that are there. */
  readonly enums: readonly StoredEnum[];
  /** Whether it is an error that the server may not be asked. By default what only it can spell stays unknown then. */
  readonly strict?: boolean | undefined;
}

/** A table or view as a version wants it, under the name it is looked for by. */
export interface WantedRelation {
  readonly name: TableName;
  readonly table: DatabaseTable | undefined;
  readonly view: DatabaseView | undefined;
  /** As it is, if it is there: where an entity does not mind, it is wanted as it is. */
  readonly live: LiveTable | undefined;
}

/** In what a column can differ from the wanted one; `items` are those of an enum. */
export type ColumnAspect = 'type' | 'items' | 'collation' | 'nulls' | 'default' | 'generated' | 'comment';

/** One difference between a column and its wanted form. */
export interface ColumnDifference {
  readonly aspect: ColumnAspect;
  readonly live: unknown;
  readonly wanted: unknown;
  /** The live and the wanted value, in words. */
  readonly text: string;
}

/** When two things said of a table are one, for two readings of tables: both are the dialect's own words. */
export interface Likeness {
  readonly sameName: (one: string, other: string) => boolean;
  readonly sameExpression: (one: string, other: string) => boolean;
  /** In what a column is not the wanted one. */
  readonly columnDifferences: (live: LiveColumn, wanted: LiveColumn) => readonly ColumnDifference[];
  /** What an index is made of. */
  readonly indexParts: (index: LiveIndex) => IndexParts;
}

/** New values for some rows. */
interface RowValues {
  /** The columns that the rows are found by. */
  readonly key: readonly string[];
  /** The columns that are written. */
  readonly columns: readonly string[];
  /** Of each row those of the key and then the new ones, as SQL. */
  readonly values: readonly (readonly string[])[];
}

/** What the dialects do differently when rows are read by key and written in batches. */
export interface RowWriting {
  /** An SQL expression for a value as a text without loss, independent of the driver. */
  readonly exactText: (column: string) => string;
  /** Whether the driver may read a whole number as one of JavaScript, which loses digits beyond 2^53. */
  readonly losesDigits: boolean;
  /** The SQL literal for what such a text says. */
  readonly exactLiteral: (text: string) => string;
  /** One statement that gives each of some rows its own values. */
  update(table: LiveTable, rows: RowValues): string;
  /** Lets what counts by itself go on behind the highest values that are there, and never back. */
  countOn(sql: Sql, table: TableName): Promise<void>;
}

/** A foreign key of any table of the database, as the catalog lists it. */
export interface ReferringKey {
  readonly name: string;
  /** `undefined` where the dialect has none. */
  readonly namespace: string | undefined;
  /** Whether the table is found without naming a namespace. */
  readonly isVisible: boolean;
  readonly columns: readonly string[];
  readonly referencedColumns: readonly string[];
  /** The primary key of the table; empty without one. */
  readonly key: readonly string[];
  /** Whether each of its columns takes null. */
  readonly isNullable: boolean;
  /** Whether this role may read the table. */
  readonly isReadable: boolean;
}

/** What the dialects do differently when a table changes. Everything else about an operation is the same for both. */
export interface Editor {
  /** Reads a table or view as it is; `undefined` if it is not there. */
  read(sql: Sql, table: TableName): Promise<LiveTable | undefined>;
  /**
   * Lists the foreign keys that refer to a table, of every table. One that this role may not read is among them if deleting
   * a row would change its rows; otherwise the database itself refuses that.
   */
  referringKeys(sql: Sql, table: TableName): Promise<readonly ReferringKey[]>;
  /**
   * Carries out changes of one table, in the order given, at the least cost: SQLite rebuilds the table once at the most.
   * Rows and unmentioned parts stay.
   */
  change(context: EditContext, table: TableName, changes: readonly Change[]): Promise<void>;
  /** Whether a statement would create a part that several tables share, such as a native enum, and that already exists. */
  isRedundant(sql: Sql, statement: string): Promise<boolean>;
  /**
   * Drops a table with its rows, or a view, unless something else needs it.
   *
   * @param together the tables dropped with it, before or afterwards.
   */
  drop(sql: Sql, table: LiveTable, together?: readonly TableName[]): Promise<void>;
  /** Renames a table; foreign keys, views and triggers of others follow. Names derived from the old one follow to `wanted`. */
  rename(context: EditContext, from: TableName, to: TableName): Promise<void>;
  /** Says how a column differs from the wanted one, in words, or `undefined` if it does not. */
  difference(context: EditContext, live: LiveTable, column: LiveColumn, wanted: Column): Promise<string | undefined>;
  /** Says how an index differs from the wanted one, in words, or `undefined` if it does not. */
  indexDifference(
    context: EditContext,
    table: LiveTable,
    live: LiveIndex,
    wanted: IndexDef,
  ): Promise<string | undefined>;
  /** An SQL expression that is true for a value of the column that does not fit the wanted type. */
  misfit(context: EditContext, live: LiveTable, column: LiveColumn, wanted: Column): Promise<string | undefined>;
  /** What the column's values become with the wanted type, as SQL over the row as it is, where they are not cast by the database. */
  converted?(context: EditContext, column: LiveColumn, wanted: Column): string | undefined;
  /** Whether what was named after a column gets another name with it. */
  readonly derivedNamesFollow: boolean;
  /** Sets or removes the comment of a table or a column; `undefined` where comments are not supported. */
  readonly comment:
    | ((sql: Sql, table: TableName, column: string | undefined, comment: string | undefined) => Promise<void>)
    | undefined;
  readonly rows: RowWriting;
  /** What its SQL is read by. */
  readonly lexicon: Lexicon;
  /**
   * Describes the wanted table as reading it would, right after its creation: the input of {@link Likeness} to compare with
   * a table as it is. Only a server knows how it spells an expression; one that cannot be asked now is left empty.
   */
  goalTable(context: EditContext, live: LiveTable): Promise<LiveTable>;
  readonly likeness: Likeness;
  /** Reads all that is there of some namespaces, in one statement; `undefined` stands for where names lead by themselves. */
  readStorage(sql: Sql, namespaces: readonly (string | undefined)[]): Promise<LiveStorage>;
  /** Whether a table is word for word as wanted, where that is clear without parsing it. */
  isPlainlyAsWanted?(helper: SchemaHelper, wanted: Omit<WantedRelation, 'live'>, live: LiveRelation): boolean;
  /** {@link Editor.goalTable} for many tables and views at once, in their order. */
  goalStorage(context: GoalContext, wanted: readonly WantedRelation[]): Promise<readonly LiveTable[]>;
}

/** A wanted column, which is as it is wherever its entity does not mind. */
export function unminded(wanted: LiveColumn, live: LiveTable, ignored: Column['ignoreSchemaChanges'] = []): LiveColumn {
  const is = live.columns.find(({ name }) => name === wanted.name);
  if (!is) return wanted;
  const kept = ignored.filter(aspect => aspect !== 'extra').map(aspect => [aspect, is[aspect]] as const);
  return { ...wanted, ...Object.fromEntries(kept) };
}

/** A table in which there is nothing yet. */
export function emptyTable(name: TableName): LiveTable {
  return { ...name, kind: 'table', columns: [], primaryKey: [], indexes: [], checks: [], foreignKeys: [] };
}
