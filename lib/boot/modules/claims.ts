import type { EntityMetadata } from '@mikro-orm/core';

/** The fields of a Schema that say what it names. */
interface Naming {
  readonly guid: string;
  readonly entities?: unknown;
}

/** Which entities the Schemas of an ORM name. */
interface Claims<One extends Naming> {
  readonly namedBy: ReadonlyMap<One, readonly EntityMetadata[]>;
  /** The Schemas that name an entity. */
  readonly owners: ReadonlyMap<EntityMetadata, readonly One[]>;
  /** What it was made of: the fields of a Schema may be set late. */
  readonly seen: readonly Naming[];
  readonly stored: readonly EntityMetadata[];
}

const kept = new WeakMap<object, Claims<Naming>>();

/**
 * Finds out once what the Schemas of an ORM name, until one of them is another. Each of a hundred Schemas would otherwise ask all
 * others.
 */
export function claimsOf<One extends Naming>(
  orm: object,
  schemas: readonly One[],
  stored: readonly EntityMetadata[],
  named: (schema: One) => readonly EntityMetadata[],
): Claims<One> {
  const known = kept.get(orm) as Claims<One> | undefined;
  if (known && isSame(known, schemas, stored)) return known;
  const namedBy = new Map(schemas.map(schema => [schema, named(schema)]));
  const pairs = [...namedBy].flatMap(([schema, all]) => all.map(meta => ({ schema, meta })));
  const owners = new Map(
    [...Map.groupBy(pairs, ({ meta }) => meta)].map(([meta, found]) => [meta, found.map(({ schema }) => schema)]),
  );
  const seen = schemas.map(({ guid, entities }) => ({ guid, entities }));
  const claims = { namedBy, owners, seen, stored };
  kept.set(orm, claims);
  return claims;
}

function isSame<One extends Naming>(
  { namedBy, seen, stored: before }: Claims<One>,
  schemas: readonly One[],
  stored: readonly EntityMetadata[],
): boolean {
  return (
    namedBy.size === schemas.length &&
    before.length === stored.length &&
    before.every((meta, index) => meta === stored[index]) &&
    schemas.every((schema, index) => {
      const then = seen[index];
      return namedBy.has(schema) && then?.guid === schema.guid && then.entities === schema.entities;
    })
  );
}
