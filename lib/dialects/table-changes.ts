import type { CheckDef, Column, ForeignKey, IndexDef } from '@mikro-orm/sql';

/** The name of a table, with its namespace if it is not the default. */
export interface TableName {
  readonly name: string;
  readonly namespace: string | undefined;
}

/**
 * One change of one table, as data: what an operation decides and a dialect carries out. Columns, indexes, checks and
 * foreign keys are as MikroORM's own schema tools describe them.
 */
export type Change =
  | {
      readonly kind: 'add column';
      readonly column: Column;
      /** An SQL expression over the old row: what rows that are there get. Without it they get the default, or null. */
      readonly fill?: string | undefined;
    }
  | { readonly kind: 'drop column'; readonly name: string }
  | { readonly kind: 'rename column'; readonly from: string; readonly to: string }
  | {
      readonly kind: 'alter column';
      readonly name: string;
      /** What it becomes: type, nullability, default, generated expression, collation, enum items. */
      readonly column: Column;
      /** An SQL expression over the old row: what rows get whose value is null, where nulls are no longer allowed. */
      readonly fill?: string | undefined;
      /** An SQL expression over the old row that makes the new value out of the old. By default a cast. */
      readonly using?: string | undefined;
    }
  | { readonly kind: 'add index'; readonly index: IndexDef }
  | {
      readonly kind: 'drop index';
      /** Empty for a unique constraint that was not given any. */
      readonly name: string;
      /** What finds one without a name. */
      readonly columns?: readonly string[] | undefined;
    }
  | { readonly kind: 'add check'; readonly check: CheckDef }
  | {
      readonly kind: 'drop check';
      /** Empty for one that was not given any. */
      readonly name: string;
      /** What finds one without a name, with the column it stands next to. */
      readonly expression?: string | undefined;
      readonly column?: string | undefined;
    }
  | { readonly kind: 'add foreign key'; readonly foreignKey: ForeignKey }
  | {
      readonly kind: 'drop foreign key';
      /** SQLite's have no names. */
      readonly columns: readonly string[];
    }
  | { readonly kind: 'set primary key'; readonly columns: readonly string[] };

/** A table as it is now. */
export interface LiveTable extends TableName {
  readonly kind: 'table' | 'view';
  readonly columns: readonly LiveColumn[];
  readonly primaryKey: readonly string[];
  /** Without the one behind the primary key. */
  readonly indexes: readonly LiveIndex[];
  readonly checks: readonly LiveCheck[];
  readonly foreignKeys: readonly LiveForeignKey[];
  readonly triggers?: readonly LiveTrigger[] | undefined;
  /** The same table with every name as the database spells it, where this one follows an entity. */
  readonly stored?: LiveTable;
  readonly comment?: string | undefined;
  /** The column that SQLite counts up without ever giving a number twice. */
  readonly autoincrement?: string | undefined;
  /** The query of a view. */
  readonly definition?: string | undefined;
  /** Whether the rows of a view are stored. */
  readonly materialized?: boolean | undefined;
  /** What else belongs to it: read with a whole storage only. Of a wanted table, what its entity asks for of that. */
  readonly extras?: readonly LiveExtra[] | undefined;
}

/** Something of a table that an upgrade keeps as it was. Policies and row security can be asked for by an entity. */
export interface LiveExtra {
  readonly kind: 'policy' | 'row security' | 'grant' | 'rule' | 'owner' | 'statistics';
  /** Empty for what a table has once. */
  readonly name: string;
  readonly definition: string;
}

/** What keeps a constraint from being true of all rows. */
export interface Unproven {
  /** Whether it does not hold for rows from before it, or for none. */
  readonly state: 'not valid' | 'not enforced';
  /** The statement that makes it hold for all rows, or fails. */
  readonly fix: string;
}

export interface LiveColumn {
  readonly name: string;
  /** As the database says it. */
  readonly type: string;
  readonly nullable: boolean;
  /** As SQL text. */
  readonly default: string | undefined;
  readonly generated: string | undefined;
  /** Unless it is the type's own. */
  readonly collation?: string | undefined;
  readonly comment?: string | undefined;
  /** Of a type that is an enum. */
  readonly items?: readonly string[] | undefined;
  /** Unless its `NOT NULL` holds for all rows. */
  readonly unproven?: Unproven | undefined;
}

export interface LiveIndex {
  /** Empty for a unique constraint of SQLite's that was not given one. */
  readonly name: string;
  /** Empty where expressions are indexed. */
  readonly columns: readonly string[];
  readonly unique: boolean;
  /** The statement that made it, or its definition as the database says it. */
  readonly definition: string;
}

/** What an index is, apart from its name. */
export interface IndexParts {
  readonly unique: boolean;
  /** Whether it stands behind a constraint. */
  readonly constraint: boolean;
  /** How it is built; `undefined` where there is one way. */
  readonly method: string | undefined;
  /** The indexed terms, in order: columns and expressions, each with how it is compared and sorted. */
  readonly terms: readonly string[];
  readonly include: readonly string[];
  /** What rows are in it, if not all are. */
  readonly where: string | undefined;
  /** The other options it was made with: a fill factor, how nulls count, when a constraint is checked. */
  readonly options: string | undefined;
}

export interface LiveCheck {
  /** Empty for one that was not given any. */
  readonly name: string;
  readonly expression: string;
  /** The column that it stands next to, on SQLite: where it has no name, this tells it from an equal one. */
  readonly column?: string | undefined;
  /** Unless it holds for all rows. */
  readonly unproven?: Unproven | undefined;
}

export interface LiveForeignKey {
  readonly name: string | undefined;
  readonly columns: readonly string[];
  readonly references: TableName;
  readonly referencedColumns: readonly string[];
  readonly onDelete: string | undefined;
  readonly onUpdate: string | undefined;
  /** When it is checked, if it can be deferred. */
  readonly deferMode?: string | undefined;
  /** Unless it holds for all rows. */
  readonly unproven?: Unproven | undefined;
}

export interface LiveTrigger {
  readonly name: string;
  /** What it does; `undefined` where only its own SQL says so. */
  readonly does: TriggerParts | undefined;
}

interface TriggerParts {
  readonly timing: string;
  readonly events: readonly string[];
  readonly forEach: string;
  readonly when: string | undefined;
  readonly body: string;
}
