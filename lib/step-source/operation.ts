import type { FillSource } from '../changes/fills.ts';

/** What rows get in a property, or in what is inside an embedded one, by name. */
export type NestedFillSource = FillSource | { readonly inside: Readonly<Record<string, NestedFillSource>> };

/** A move of a step, as data; entities and properties by name, as the side it is about has them. */
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
      /** Rows that are there are refused. */
      readonly isUnfilled?: boolean;
    }
  | {
      readonly kind: 'alterProperty';
      readonly before: string;
      readonly after: string;
      readonly property: string;
      readonly fill?: FillSource | undefined;
      /** Rows that hold null are refused. */
      readonly isUnfilled?: boolean;
      /** The types know of no such property. */
      readonly isImplicit?: boolean;
      /** No database knows how to make its values out of the old ones. */
      readonly isUncastable?: boolean;
      /** SQL that makes what a row holds now out of what it held. */
      readonly using?: string | undefined;
    }
  | {
      readonly kind: 'alterStorage';
      readonly before: string;
      readonly after: string;
      readonly fill: Readonly<Record<string, NestedFillSource>>;
      /** The properties that go with it. */
      readonly drops: readonly string[];
    }
  | { readonly kind: 'dropProperty'; readonly entity: string; readonly property: string }
  | { readonly kind: 'addIndex' | 'dropIndex'; readonly entity: string; readonly index: string | readonly string[] }
  | { readonly kind: 'addCheck' | 'dropCheck'; readonly entity: string; readonly name: string }
  | { readonly kind: 'addForeignKey' | 'dropForeignKey'; readonly entity: string; readonly property: string }
  /** Where a person moves data: before something goes, or holds other values than it did. */
  | { readonly kind: 'place'; readonly goes: readonly string[]; readonly changes: readonly string[] }
  /** What no operation does, and what must be done before the step may run. */
  | { readonly kind: 'refusal'; readonly text: string }
  /** What no operation does. */
  | { readonly kind: 'remark'; readonly text: string };
