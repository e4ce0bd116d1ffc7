import type { ColumnDefault, KindOfValue } from '../dialects/modeling.ts';
import type { TableName } from '../dialects/table-changes.ts';

/** An entity to write for a table, as data. */
export interface EntityModel {
  readonly table: TableName;
  readonly className: string;
  /** The name of the table, if the naming strategy would give another one. */
  readonly tableName: string | undefined;
  /** The namespace, if it is not the usual one. */
  readonly schema: string | undefined;
  readonly comment: string | undefined;
  readonly properties: readonly PropertyModel[];
  readonly collections: readonly CollectionModel[];
  readonly indexes: readonly IndexModel[];
  readonly checks: readonly CheckModel[];
}

/** The part that all kinds of properties have. */
interface AnyProperty {
  readonly name: string;
  readonly primary: boolean;
  readonly nullable: boolean;
  readonly comment: string | undefined;
  /** A single index of its columns: its name, or `true` for the usual name. */
  readonly index: string | boolean | undefined;
  readonly unique: string | boolean | undefined;
  /** The types of its columns, where MikroORM would choose others. */
  readonly columnTypes: readonly string[] | undefined;
  /** The differences between its columns and the declaration that are accepted. */
  readonly ignored: readonly IgnoredAspect[];
}

export type IgnoredAspect = 'type' | 'default' | 'collation';

/** A property that holds a value of a column. */
export interface ValueModel extends AnyProperty {
  readonly relation: undefined;
  readonly column: string;
  /** The name of the column, if the naming strategy would give another one. */
  readonly fieldName: string | undefined;
  readonly kind: KindOfValue;
  readonly autoincrement: boolean | undefined;
  readonly default: ColumnDefault | undefined;
  readonly generated: string | undefined;
  readonly collation: string | undefined;
}

/** A property that refers to another entity by a foreign key. */
export interface RelationModel extends AnyProperty {
  readonly relation: 'manyToOne' | 'oneToOne';
  readonly columns: readonly string[];
  /** The names of the columns, if the naming strategy would give others. */
  readonly fieldNames: readonly string[] | undefined;
  /** The class of the other entity. */
  readonly target: string;
  readonly referencedColumns: readonly string[] | undefined;
  readonly deleteRule: string;
  readonly updateRule: string;
  readonly deferMode: string | undefined;
  readonly foreignKeyName: string | undefined;
}

/** A many-to-many. */
export interface CollectionModel {
  readonly name: string;
  /** The class of the other entity. */
  readonly target: string;
  /** The class of the table between the two, if it has one. It says all the rest. */
  readonly pivotEntity: string | undefined;
  readonly pivotTable: string;
  readonly joinColumns: readonly string[];
  readonly inverseJoinColumns: readonly string[];
  /** The rules of both foreign keys. */
  readonly deleteRule: string;
  readonly updateRule: string;
  /** The name of the index over the columns of the other entity, if there is one. */
  readonly index: string | false;
}

export type PropertyModel = ValueModel | RelationModel;

/** An index of an entity: over properties, or the statement that creates it. */
export type IndexModel = { readonly name: string; readonly unique: boolean } & (
  | { readonly properties: readonly string[] }
  | { readonly expression: string }
);

interface CheckModel {
  readonly name: string | undefined;
  readonly expression: string;
}

/** A table that stays in the database without an entity, and why. */
export interface TableLeftOut {
  readonly table: TableName;
  readonly reason: string;
}

/** The columns of a property. */
export function columnsOf(property: PropertyModel): readonly string[] {
  return property.relation === undefined ? [property.column] : property.columns;
}
