import type { EntityProperty } from '@mikro-orm/core';

/** How entities are declared. */
export const WAYS = ['defineEntity', 'EntitySchema', 'es decorators', 'legacy decorators'] as const;
export type Way = (typeof WAYS)[number];

/** A set of entities as data: the same whatever way they are declared in. */
export interface SetSpec {
  readonly way: Way;
  readonly embeddables: readonly EmbeddableSpec[];
  readonly entities: readonly EntitySpec[];
}

export interface EmbeddableSpec {
  readonly name: string;
  readonly properties: readonly PropertySpec[];
}

export interface EntitySpec {
  readonly name: string;
  /** The entity before it in the list that it extends. */
  readonly extends?: string;
  /** Options of the entity, as MikroORM has them: a table's name, checks, indexes. */
  readonly options: Readonly<Record<string, unknown>>;
  readonly properties: readonly PropertySpec[];
}

export interface PropertySpec {
  readonly name: string;
  readonly kind: `${EntityProperty['kind']}`;
  /** What it points to, by name. */
  readonly targets?: readonly string[];
  /** Its options, as MikroORM has them. */
  readonly options: Readonly<Record<string, unknown>>;
}
