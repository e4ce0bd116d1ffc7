import { oncePerProcess } from '../one-copy.ts';
import type { EntityClass, EntityMetadata, EntitySchema, MikroORM } from '@mikro-orm/core';
import { SchemaDefinitionError } from '../errors.ts';
import { claimsOf } from './modules/claims.ts';
import { storedMetadata, type Claim } from '../mikro-orm/stored-metadata.ts';

/** An entity as MikroORM takes it: a definition, a class or a name. */
export type EntityLike = EntitySchema | EntityClass<unknown> | string;

/** A Schema as its neighbours see it. */
interface Neighbour {
  readonly guid: string;
  readonly entities?: readonly EntityLike[] | undefined;
}

// One Schema of a class per ORM is enough to remember: instances of one class claim the same.
const neighbours = oncePerProcess('neighbours', () => new WeakMap<object, Map<object, Neighbour>>());

/** Makes a Schema known to the others of its ORM. Its fields need not exist yet. */
export function register(orm: MikroORM, schema: Neighbour): void {
  const known = neighbours.get(orm) ?? new Map<object, Neighbour>();
  known.set(schema.constructor, schema);
  neighbours.set(orm, known);
}

/** The Schemas of other classes that were made on the same ORM. */
export function neighboursOf(orm: MikroORM, schema: object): readonly object[] {
  return [...(neighbours.get(orm)?.values() ?? [])].filter(other => other.constructor !== schema.constructor);
}

/**
 * Finds the entities a Schema is responsible for: those it names, or all of the ORM's that no other Schema of it names.
 *
 * @throws {@link SchemaDefinitionError} if two classes have one guid, name one entity, or leave their entities open
 */
export function claimOf(orm: MikroORM, schema: Neighbour): Claim {
  const { guid } = schema;
  const registered = [...(neighbours.get(orm)?.values() ?? [])];
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
