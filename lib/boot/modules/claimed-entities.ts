import type { EntityMetadata, MikroORM } from '@mikro-orm/core';
import { SchemaDefinitionError } from '../../errors.ts';
import { storedMetadata, type Claim } from '../../mikro-orm/stored-metadata.ts';
import { schemasOn, type EntityLike, type Neighbour } from './neighbours.ts';

/**
 * Finds the entities a Schema is responsible for: those it names, or all of the ORM's that no other Schema of it names.
 *
 * @throws {@link SchemaDefinitionError} if two classes have one guid, name one entity, or leave their entities open
 */
export function claimOf(orm: MikroORM, schema: Neighbour): Claim {
  const { guid } = schema;
  const registered = schemasOn(orm);
  const isOther = (one: Neighbour) => one.constructor !== schema.constructor;
  const others = registered.filter(isOther);
  const twin = others.find(other => other.guid === guid);
  if (twin) {
    throw new SchemaDefinitionError(
      `${schema.constructor.name} and ${twin.constructor.name} have the same guid on one ORM. Give each a different guid.`,
      { guid },
    );
  }
  if (schema.entities !== undefined && !Array.isArray(schema.entities)) {
    throw new SchemaDefinitionError(
      `entities is ${String(schema.entities)}. Use a list of entities: readonly entities = [Animal].`,
      { guid },
    );
  }
  const stored = storedMetadata(orm.em);
  if (schema.entities === undefined) {
    const open = others.find(other => other.entities === undefined);
    if (open) {
      throw new SchemaDefinitionError(
        `${schema.constructor.name} and ${open.constructor.name} both claim all entities of one ORM. List the entities of at least one of them: readonly entities = [Animal].`,
        { guid },
      );
    }
    const { owners } = claimsOf(orm, registered, stored, one => named(orm, one, stored));
    return { metadata: stored.filter(meta => !owners.get(meta)?.some(isOther)), isRest: true };
  }
  const { namedBy, owners } = claimsOf(orm, registered, stored, one => named(orm, one, stored));
  const ours = namedBy.get(schema) ?? named(orm, schema, stored);
  const other = others.find(one => ours.some(meta => owners.get(meta)?.includes(one)));
  if (other) {
    const both = ours.filter(meta => owners.get(meta)?.includes(other));
    const shared = both.find(meta => !meta.pivotTable) ?? both[0];
    throw new SchemaDefinitionError(
      `${schema.constructor.name} and ${other.constructor.name} both claim ${shared?.className}. Remove it from \`entities\` of one of them.`,
      { guid },
    );
  }
  return { metadata: ours, isRest: false };
}

/** The metadata of the entities a Schema names, with the pivot tables they own. */
function named(orm: MikroORM, { guid, entities = [] }: Neighbour, stored: readonly EntityMetadata[]): EntityMetadata[] {
  const roots = entities.map(entity => rootOf(orm, guid, entity));
  const pivots = roots.flatMap(meta =>
    meta.relations.filter(prop => prop.owner && prop.pivotEntity).map(prop => orm.getMetadata().find(prop.pivotEntity)),
  );
  return stored.filter(meta => roots.includes(meta) || pivots.includes(meta));
}

function rootOf(orm: MikroORM, guid: string, entity: EntityLike): EntityMetadata {
  const storage = orm.getMetadata();
  const name = nameOf(entity);
  const meta = [...storage.getAll().values()].find(candidate => candidate.className === name);
  if (!meta) {
    throw new SchemaDefinitionError(
      `entities lists ${name}, which is not an entity of this ORM. Add it to \`entities\` in the configuration of the ORM.`,
      { guid },
    );
  }
  return meta.inheritanceType === 'tpt' ? meta : meta.root;
}

function nameOf(entity: EntityLike | undefined): string {
  if (typeof entity === 'string') return entity;
  if (typeof entity === 'function') return entity.name;
  // a circular import hands over undefined
  return entity?.meta?.className ?? String(entity);
}

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
function claimsOf<One extends Naming>(
  orm: object,
  schemas: readonly One[],
  stored: readonly EntityMetadata[],
  namesOf: (schema: One) => readonly EntityMetadata[],
): Claims<One> {
  const known = kept.get(orm) as Claims<One> | undefined;
  if (known && isSame(known, schemas, stored)) return known;
  const namedBy = new Map(schemas.map(schema => [schema, namesOf(schema)]));
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
