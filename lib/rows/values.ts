import { isRaw, type EntityProperty, type Type } from '@mikro-orm/core';
import type { AbstractSqlPlatform, SqlEntityManager } from '@mikro-orm/sql';
import type { Row } from '../store/connection.ts';
import { sqlLiteral } from './sql-literal.ts';

/** A value of a property, SQL made with `raw()` or `sql`, or a function of the row as it is now. */
export type Fill = unknown;

/** Writes a fill that is the same for every row as SQL, by column; `undefined` for a function. */
export function fillSql(
  em: SqlEntityManager,
  prop: EntityProperty,
  fill: Fill,
): ReadonlyMap<string, string> | undefined {
  if (typeof fill === 'function' && !isRaw(fill)) return undefined;
  if (isRaw(fill)) {
    const sql = platformOf(em).formatQuery(fill.sql, fill.params);
    return new Map(prop.fieldNames.map(column => [column, sql]));
  }
  return new Map([...columnValues(em, prop, fill)].map(([column, value]) => [column, sqlLiteral(em, value)]));
}

/** A property's value as its columns hold it. */
function columnValues(em: SqlEntityManager, prop: EntityProperty, value: unknown): Map<string, unknown> {
  // A type converts values: SQL stays as it is, also in a part of an embeddable.
  if (isRaw(value)) return new Map(prop.fieldNames.map(column => [column, value]));
  const embedded = Object.entries((prop.embeddedProps ?? {}) as Record<string, EntityProperty>);
  if (embedded.length > 0 && !prop.object) {
    const parts = value as Record<string, unknown> | null | undefined;
    return new Map(embedded.flatMap(([name, part]) => [...columnValues(em, part, parts?.[name] ?? null)]));
  }
  if (prop.fieldNames.length > 1 && Array.isArray(value)) {
    return new Map(prop.fieldNames.map((column, index) => [column, value[index]]));
  }
  const type = prop.customType as Type<unknown> | undefined;
  const stored =
    type && value !== null && value !== undefined ? type.convertToDatabaseValue(value, platformOf(em)) : value;
  return new Map([[prop.fieldNames[0] as string, stored ?? null]]);
}

/** Makes what writes the values of a property as SQL, in the order of its columns, with commas between them. */
export function columnWriter(
  em: SqlEntityManager,
  prop: EntityProperty,
  columns: readonly string[],
): (value: unknown) => string {
  const type = prop.customType as Type<unknown> | undefined;
  const isPlain = !type && columns.length === 1 && Object.keys(prop.embeddedProps ?? {}).length === 0;
  // That of most properties is the value itself: nothing about it has to be looked up for each row
  if (isPlain) return value => sqlLiteral(em, value);
  return value => {
    const values = columnValues(em, prop, value);
    return columns.map(column => sqlLiteral(em, values.get(column))).join(', ');
  };
}

/**
 * Makes a reader for the rows of one query by property, as an entity would hold them; unknown columns keep their
 * names.
 */
export function rowReader(
  em: SqlEntityManager,
  props: readonly EntityProperty[],
  sameName: (one: string, other: string) => boolean,
): (row: Row) => Record<string, unknown> {
  const platform = platformOf(em);
  const propOf = new Map(
    props.filter(prop => (prop.fieldNames ?? []).length === 1).map(prop => [prop.fieldNames[0] as string, prop]),
  );
  let isAsItIs: boolean | undefined;
  let places: { column: string; name: string; type: Type<unknown> | undefined }[] | undefined;
  return row => {
    places ??= Object.keys(row).map(column => {
      const spelled = [...propOf.keys()].find(name => sameName(name, column)) ?? column;
      const prop = propOf.get(column) ?? propOf.get(spelled);
      return { column, name: prop?.name ?? column, type: prop?.customType as Type<unknown> | undefined };
    });
    isAsItIs ??= places.every(({ column, name, type }) => name === column && !type);
    if (isAsItIs) return row;
    const read: Record<string, unknown> = {};
    for (const { column, name, type } of places) {
      const stored = row[column];
      read[name] = type && stored !== null ? type.convertToJSValue(stored, platform) : stored;
    }
    return read;
  };
}

function platformOf(em: SqlEntityManager): AbstractSqlPlatform {
  return em.getPlatform();
}
