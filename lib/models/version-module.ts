import type { EntitySchema } from '@mikro-orm/core';
import type { SqlEntityManager } from '@mikro-orm/sql';

/** What importing a version file gives: its entities, made with `defineEntity`, and whatever else it exports. */
export type VersionModule = Readonly<Record<string, unknown>>;

/** What errors call a version module. */
export interface ModuleName {
  /** `the frozen version 3` */
  readonly name: string;
  readonly guid?: string | undefined;
}

/** The frozen versions of a Schema, by number. A boot reads the fingerprints; a module is loaded when a step needs it. */
export type Versions = Readonly<Record<number, FrozenVersion>>;

/** One line of `versions/index.ts`. */
export interface FrozenVersion {
  /** The fingerprint the version had when it was written. */
  readonly fingerprint: string;
  readonly load: () => Promise<object>;
}

// oxlint-disable typescript/no-explicit-any -- whichever entity it is
/** The entities among the exports of a version module, by the name they are exported under. */
export type EntitiesOf<V> = {
  readonly [Name in keyof V as V[Name] extends EntitySchema<any, any, any> ? Name : never]: V[Name];
};

// oxlint-enable typescript/no-explicit-any

/** The entities of a version, and an EntityManager on them in the step's own transaction. */
export type Models<V = object> = EntitiesOf<V> & { readonly em: SqlEntityManager };
