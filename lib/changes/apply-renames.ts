import type {
  Discriminator,
  EntityDescription,
  IndexDescription,
  Json,
  PropertyDescription,
  ReferenceDescription,
  StorageDescription,
} from '../models/description.ts';
import { withNewWords } from '../sql/expressions.ts';

/** The renames that were answered. */
export interface Renames {
  /** New names of entities by their old names. */
  readonly entities: Readonly<Record<string, string>>;
  /** New names of properties by their old names, by the old name of their entity. Inside an embedded property with dots. */
  readonly properties: Readonly<Record<string, Readonly<Record<string, string>>>>;
  /** Many-to-many relations that the other side owns now: `Keeper.animals` before, `Animal.keepers` now. */
  readonly relations: Readonly<Record<string, string>>;
  /** Properties, as `Animal.legs`, that did not move to a parent or a child with a separate table; or `'all'`. */
  readonly notMoved: readonly string[] | 'all';
}

export const NO_RENAMES: Renames = { entities: {}, properties: {}, relations: {}, notMoved: [] };

/** Inverts renames. */
export function inverse({ entities, properties, relations, notMoved }: Renames): Renames {
  return {
    entities: turned(entities),
    properties: Object.fromEntries(
      Object.entries(properties).map(([entity, names]) => [entities[entity] ?? entity, turned(names)]),
    ),
    relations: turned(relations),
    notMoved,
  };
}

function turned(names: Readonly<Record<string, string>>): Record<string, string> {
  return Object.fromEntries(Object.entries(names).map(([from, to]) => [to, from]));
}

/** A property before and after. */
export type PropertyPair = readonly [PropertyDescription, PropertyDescription];

/** An entity before and after, with its properties. */
export interface Pair {
  readonly before: EntityDescription;
  readonly after: EntityDescription;
  readonly properties: readonly PropertyPair[];
}

/**
 * Describes storage after renames and no other change. Everything that mentions an old name mentions the new one.
 */
export function withNewNames({ entities }: StorageDescription, pairs: readonly Pair[]): Map<string, EntityDescription> {
  const names = new Map(pairs.map(({ before, after }) => [before.name, after.name]));
  const tables = new Map(pairs.map(({ before, after }) => [placeOf(before), after]));
  const columns = new Map<string, Map<string, string>>();
  for (const { before, properties } of pairs) {
    const ofTable = columns.get(placeOf(before)) ?? new Map<string, string>();
    columns.set(placeOf(before), ofTable);
    for (const [old, now] of properties) {
      if (!old.columns || old.columns.length !== now.columns?.length) continue;
      for (const [index, column] of old.columns.entries()) ofTable.set(column, now.columns[index] ?? column);
    }
  }
  return new Map(entities.map(entity => [entity.name, renamed(entity)]));

  function renamed(entity: EntityDescription): EntityDescription {
    const pair = pairs.find(({ before }) => before === entity);
    const ofTable = columns.get(placeOf(entity)) ?? new Map<string, string>();
    const column = (name: string) => ofTable.get(name) ?? name;
    const table = tables.get(placeOf(entity));
    const words = new Map([...ofTable, ...(table ? [[entity.table, table.table] as const] : [])]);
    const sql = (text: string) => withNewWords(text, words);
    const propertyNames = new Map(pair?.properties.map(([old, now]) => [old.name, now.name]));
    const index = ({ columns: indexed, ...more }: IndexDescription): IndexDescription => ({
      ...more,
      columns: indexed.map(column),
      ...(more.expression !== undefined && { expression: sql(more.expression) }),
      ...(more.where !== undefined && {
        where: typeof more.where === 'string' ? sql(more.where) : withKeys(more.where),
      }),
      ...(more.order !== undefined && { order: withNames(more.order) }),
      ...(more.include && { include: more.include.map(column) }),
    });
    return {
      ...entity,
      name: nameOf(entity.name),
      ...(table && placed(table)),
      ...(entity.extends !== undefined && { extends: nameOf(entity.extends) }),
      ...(entity.discriminator && { discriminator: discriminating(entity.discriminator, column) }),
      ...(entity.primaryKey && { primaryKey: entity.primaryKey.map(column) }),
      properties: entity.properties.map(property => ({
        ...property,
        name: propertyNames.get(property.name) ?? property.name,
        ...(property.columns && { columns: property.columns.map(column) }),
        ...(property.target !== undefined && { target: targets(property.target) }),
        ...(property.references && { references: reference(property.references) }),
        ...(property.generated !== undefined && { generated: sql(property.generated) }),
        ...(property.discriminator && { discriminator: discriminating(property.discriminator, column) }),
        ...(property.pivot && {
          pivot: {
            ...property.pivot,
            ...(property.pivot.entity !== undefined && { entity: nameOf(property.pivot.entity) }),
            ...(property.pivot.owner && { owner: reference(property.pivot.owner) }),
            ...(property.pivot.target && { target: reference(property.pivot.target) }),
          },
        }),
      })),
      ...(entity.indexes && { indexes: entity.indexes.map(index) }),
      ...(entity.uniques && { uniques: entity.uniques.map(index) }),
      ...(entity.checks && { checks: entity.checks.map(check => ({ ...check, expression: sql(check.expression) })) }),
      ...(entity.policies && { policies: entity.policies.map(one => withSql(one, ['using', 'check'])) }),
      // PostgreSQL keeps the body of a trigger as a text, and does not rewrite it.
      ...(entity.triggers && { triggers: entity.triggers.map(one => withSql(one, ['when'])) }),
    };

    /** Renames columns in some texts of a part. */
    function withSql<K extends string, T extends { readonly [P in K]?: string }>(part: T, keys: readonly K[]): T {
      const texts = keys.flatMap(key => (part[key] === undefined ? [] : [[key, sql(part[key])] as const]));
      return { ...part, ...Object.fromEntries(texts) };
    }

    /** Renames properties in the condition of an index. */
    function withKeys(value: Json): Json {
      if (Array.isArray(value)) return value.map(withKeys);
      if (typeof value !== 'object' || value === null) return value;
      return Object.fromEntries(
        Object.entries(value).map(([key, entry]) => [propertyNames.get(key) ?? key, withKeys(entry)]),
      );
    }

    /** Renames the columns of an index that have a sort order. */
    function withNames(value: Json): Json {
      if (Array.isArray(value)) return value.map(withNames);
      if (typeof value !== 'object' || value === null) return value;
      return Object.fromEntries(
        Object.entries(value).map(([key, entry]) => [
          key,
          key === 'name' && typeof entry === 'string' ? column(entry) : entry,
        ]),
      );
    }
  }

  function nameOf(name: string): string {
    return names.get(name) ?? name;
  }

  function targets(target: string | readonly string[]): string | readonly string[] {
    return typeof target === 'string' ? nameOf(target) : target.map(nameOf).toSorted();
  }

  function reference({ namespace, ...more }: ReferenceDescription): ReferenceDescription {
    const place = placeOf({ table: more.table, ...(namespace !== undefined && { namespace }) });
    const ofTable = columns.get(place);
    const table = tables.get(place);
    return {
      ...more,
      ...(namespace !== undefined && { namespace }),
      ...(table && placed(table)),
      columns: more.columns.map(name => ofTable?.get(name) ?? name),
    };
  }

  function discriminating({ column, values }: Discriminator, renameColumn: (name: string) => string): Discriminator {
    return {
      column: renameColumn(column),
      values: Object.fromEntries(Object.entries(values).map(([value, entity]) => [value, nameOf(entity)])),
    };
  }
}

/** Returns the place of a table. */
export function placeOf({ table, namespace }: Pick<EntityDescription, 'table' | 'namespace'>): string {
  return namespace === undefined ? table : `${namespace}.${table}`;
}

function placed({ table, namespace }: EntityDescription): Pick<EntityDescription, 'table' | 'namespace'> {
  return namespace === undefined ? { table } : { table, namespace };
}
