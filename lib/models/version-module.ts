import type { EntitySchema } from '@mikro-orm/core';
import type { SqlEntityManager } from '../mikro-orm/types/sql-types.ts';

/** An imported version file: its entities, made with `defineEntity`, and its other exports. */
export type VersionModule = Readonly<Record<string, unknown>>;

/** Names a version module in messages. */
export interface ModuleName {
  /** `the frozen version 3` */
  readonly name: string;
  readonly guid?: string | undefined;
}

/** The frozen versions of a Schema, by number. A boot reads only the fingerprints; a step loads the modules it needs. */
export type Versions = Readonly<Record<number, FrozenVersion>>;

/** One frozen version: a line of the generated `versions/index.ts`. */
export interface FrozenVersion {
  /** The fingerprint of the entities when the version was frozen. */
  readonly fingerprint: string;
  /** Imports the module of the version: `() => import('./3.ts')`. */
  readonly load: () => Promise<object>;
}

// oxlint-disable typescript/no-explicit-any -- whichever entity it is
/** The entities among the exports of a version module, by the name they are exported under. */
export type EntitiesOf<V> = {
  readonly [Name in keyof V as V[Name] extends EntitySchema<any, any, any> ? Name : never]: V[Name];
};

// oxlint-enable typescript/no-explicit-any

/** The entities of a frozen version (`before.Animal`), and an EntityManager for them (`before.em`). */
export type Models<V = object> = EntitiesOf<V> & {
  /**
   * The EntityManager of this version: `before.em` reads and writes rows as they were, `after.em` as they become. It runs in
   * the transaction of the step. Operations and the end of the step flush it. Do not commit or roll back with it.
   */
  readonly em: SqlEntityManager;
};
