/**
 * What a set of entities means as storage: plain data, the same on every dialect, in the same order, whichever order the
 * entities came in. `hints` hold what differs between drivers or does not change the meaning (column types, lengths,
 * names of indexes, comments); the fingerprint leaves them out, a comparison on one driver may use them.
 *
 * A key that does not apply is absent, never `false`, `null` or `undefined`.
 */
export interface StorageDescription {
  /** By name. */
  readonly entities: readonly EntityDescription[];
}

export interface EntityDescription {
  readonly name: string;
  readonly table: string;
  /** The namespace the entity itself asks for; the ORM's own is not part of it. */
  readonly namespace?: string;
  /** The entity whose table, or part of whose row, this one shares. */
  readonly extends?: string;
  /** How it shares it: one table for all, or a table for each type. Stands on the root as well. */
  readonly inheritance?: 'single table' | 'table per type';
  /** What the root writes into its discriminator column for each entity. */
  readonly discriminator?: Discriminator;
  /** Columns, in order. */
  readonly primaryKey?: readonly string[];
  /** By name. A child in one table has its own only. */
  readonly properties: readonly PropertyDescription[];
  readonly indexes?: readonly IndexDescription[];
  readonly uniques?: readonly IndexDescription[];
  readonly checks?: readonly CheckDescription[];
  readonly triggers?: readonly TriggerDescription[];
  readonly policies?: readonly PolicyDescription[];
  readonly rowLevelSecurity?: true | 'force';
  readonly partitions?: Json;
  readonly view?: ViewDescription;
  readonly hints?: { readonly comment?: string };
}

export type PropertyKind = 'scalar' | 'enum' | 'embedded' | 'm:1' | '1:1' | 'm:n';

export interface PropertyDescription {
  /** With dots inside an embedded one: `address.city`. */
  readonly name: string;
  readonly kind: PropertyKind;
  /** The runtime type's name, or the class name of a custom type: `string`, `integer`, `Weight`. Never a column type. */
  readonly type?: string;
  /** What an enum allows. Sorted, but for a native one, whose order is its meaning. */
  readonly items?: readonly (string | number)[];
  readonly nativeEnum?: string;
  readonly array?: true;
  readonly columns?: readonly string[];
  /** The key inside the JSON of the embedded object it belongs to. */
  readonly key?: string;
  readonly nullable?: true;
  /** As SQL text. */
  readonly default?: string;
  readonly primary?: true;
  readonly autoincrement?: true;
  /** Counts up for optimistic locking. */
  readonly version?: true;
  /** The expression of a generated column. */
  readonly generated?: string;
  readonly collation?: string;
  /** The embeddable's name, of an embedded property. */
  readonly embeddable?: string;
  /** Kept as JSON in one column, of an embedded property. */
  readonly object?: true;
  /** The entity it points to; several for a polymorphic relation. */
  readonly target?: string | readonly string[];
  readonly discriminator?: Discriminator;
  /** The foreign key; absent where the relation has no constraint. */
  readonly references?: ReferenceDescription;
  readonly pivot?: PivotDescription;
  readonly hints?: PropertyHints;
}

export interface PropertyHints {
  readonly columnTypes?: readonly string[];
  readonly length?: number;
  readonly precision?: number;
  readonly scale?: number;
  readonly unsigned?: true;
  /** What a moment is for the application, if no Date: SQLite stores it in that form. */
  readonly runtimeType?: string;
  readonly comment?: string;
  readonly extra?: string;
  /** The foreign key's own name, if it was given one. */
  readonly foreignKey?: string;
  /** It is not declared: it tells the entities of one table apart. */
  readonly implicit?: true;
  /** The plain index on a to-one relation: made by itself on some dialects, so its origin is unknown. */
  readonly index?: string | true;
}

export interface Discriminator {
  readonly column: string;
  /** Entity by value. */
  readonly values: Readonly<Record<string, string>>;
}

export interface ReferenceDescription {
  readonly table: string;
  readonly namespace?: string;
  readonly columns: readonly string[];
  readonly onDelete?: string;
  readonly onUpdate?: string;
  readonly deferrable?: string;
}

export interface PivotDescription {
  readonly table: string;
  readonly namespace?: string;
  /** The entity that stands for the table, if the application has one. */
  readonly entity?: string;
  /** The columns that point to the owner. */
  readonly columns: readonly string[];
  /** The columns that point to the target. */
  readonly inverseColumns: readonly string[];
  /** The counter that keeps the order. */
  readonly order?: string;
  readonly owner?: ReferenceDescription;
  readonly target?: ReferenceDescription;
}

export interface IndexDescription {
  /** Empty where an expression says it all. */
  readonly columns: readonly string[];
  readonly expression?: string;
  readonly where?: Json;
  readonly type?: string;
  /** How single columns are sorted or compared, in order. */
  readonly order?: Json;
  readonly include?: readonly string[];
  readonly options?: Json;
  readonly deferrable?: string;
  /** How full its pages are made, in percent. */
  readonly fillFactor?: number;
  readonly invisible?: true;
  readonly disabled?: true;
  readonly clustered?: true;
  readonly hints?: { readonly name?: string };
}

export interface CheckDescription {
  readonly expression: string;
  /** `property` is the one it was asked for at, if it was. */
  readonly hints?: { readonly name?: string; readonly property?: string };
}

export interface TriggerDescription {
  readonly timing: string;
  readonly events: readonly string[];
  readonly forEach: string;
  readonly when?: string;
  /** Its name, if the entity gives it one: the triggers of a table run in the order of their names. */
  readonly name?: string;
  /** What it does, in the SQL of a dialect. */
  readonly body?: string;
  /** The name that the naming strategy gives it. */
  readonly hints?: { readonly name?: string };
}

export interface PolicyDescription {
  readonly command: string;
  readonly type: string;
  readonly roles?: readonly string[];
  readonly using?: string;
  readonly check?: string;
  readonly hints?: { readonly name?: string };
}

export interface ViewDescription {
  readonly expression: string;
  readonly materialized?: true;
  readonly withoutData?: true;
}

export type Json = string | number | boolean | null | readonly Json[] | { readonly [key: string]: Json };

/** The same object without the keys that do not apply: those whose value is `undefined` or `false`. */
export function compact<T extends object>(value: { readonly [K in keyof T]: T[K] | undefined | false }): T {
  const kept = Object.entries(value).filter(([, entry]) => entry !== undefined && entry !== false);
  return Object.fromEntries(kept) as T;
}

/** The value itself if there is anything in it. */
export function filled<T extends object>(value: T): T | undefined {
  return Object.keys(value).length > 0 ? value : undefined;
}

/** Orders by text, the same in every locale. */
export function by<T>(text: (item: T) => string): (a: T, b: T) => number {
  return (a, b) => {
    const [left, right] = [text(a), text(b)];
    return left < right ? -1 : left > right ? 1 : 0;
  };
}
