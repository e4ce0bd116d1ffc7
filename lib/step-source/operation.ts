import type { FillSource } from '../changes/fills.ts';

/** The value of a property in existing rows; for an embedded property by the names inside it. */
export type NestedFillSource = FillSource | { readonly inside: Readonly<Record<string, NestedFillSource>> };

/** An operation of a step, as data. Names of entities and properties are those of the side they belong to. */
export type Operation =
  | { readonly kind: 'createStorage' | 'dropStorage'; readonly entities: readonly string[] }
  | { readonly kind: 'renameStorage'; readonly before: string; readonly after: string }
  | {
      readonly kind: 'renameProperty' | 'rekeyProperty';
      readonly before: string;
      readonly from: string;
      readonly after: string;
      readonly to: string;
    }
  | {
      readonly kind: 'addProperty';
      readonly entity: string;
      readonly property: string;
      readonly fill?: NestedFillSource | undefined;
      /** Refused if there are rows. */
      readonly isUnfilled?: boolean;
    }
  | {
      readonly kind: 'moveProperty';
      readonly before: readonly string[];
      readonly after: readonly string[];
      readonly property: string;
      readonly fill?: NestedFillSource | undefined;
      /** Refused if rows get no value. */
      readonly isUnfilled?: boolean;
      /** Rows without a row at the new place may lose their values. */
      readonly isDiscarding?: boolean;
    }
  | {
      readonly kind: 'alterProperty';
      readonly before: string;
      readonly after: string;
      readonly property: string;
      readonly fill?: FillSource | undefined;
      /** Refused if rows hold null. */
      readonly isUnfilled?: boolean;
      /** TypeScript does not know this property. */
      readonly isImplicit?: boolean;
      /** No database can convert its values. */
      readonly isUncastable?: boolean;
      /** SQL that computes the new value from the row. */
      readonly using?: string | undefined;
    }
  | {
      readonly kind: 'alterStorage';
      readonly before: string;
      readonly after: string;
      readonly fill: Readonly<Record<string, NestedFillSource>>;
      /** The properties that are dropped with it. */
      readonly drops: readonly string[];
    }
  | { readonly kind: 'dropProperty'; readonly entity: string; readonly property: string }
  | { readonly kind: 'addIndex' | 'dropIndex'; readonly entity: string; readonly index: string | readonly string[] }
  | { readonly kind: 'addCheck' | 'dropCheck'; readonly entity: string; readonly name: string }
  | { readonly kind: 'addForeignKey' | 'dropForeignKey'; readonly entity: string; readonly property: string }
  /** The place for moving data by hand: before items are dropped, or values change. */
  | { readonly kind: 'place'; readonly goes: readonly string[]; readonly changes: readonly string[] }
  /** A change that no operation makes, and that the user must make before the step may run. */
  | { readonly kind: 'refusal'; readonly text: string }
  /** A change that no operation makes. */
  | { readonly kind: 'remark'; readonly text: string };
