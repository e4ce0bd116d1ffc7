import type { Platform } from '@mikro-orm/core';
import type { DatabaseTable, IndexDef } from '@mikro-orm/sql';
import type { Dialect } from './dialect.ts';
import type { TableName } from './table-changes.ts';

/** The name as SQL says it. */
export function sqlName({ quoteName }: Pick<Dialect, 'quoteName'>, { name, namespace }: TableName): string {
  return namespace === undefined ? quoteName(name) : `${quoteName(namespace)}.${quoteName(name)}`;
}

/** The name as a person says it. */
export function showName({ name, namespace }: TableName): string {
  return namespace === undefined ? name : `${namespace}.${name}`;
}

/**
 * Whether an entity itself gives a check this name, which only looks like a derived one: it stays where the table or a column has
 * another name.
 *
 * @param stored the name that the database keeps
 */
export function isGivenCheck(
  platform: Platform,
  wanted: DatabaseTable,
  name: string,
  stored: (name: string) => string = whole => whole,
): boolean {
  const check = wanted.getChecks().find(one => stored(one.name) === name);
  if (!check) return false;
  const { columnName } = check;
  // A property that refers to a key of several columns has several.
  const groups = Object.values(wanted.getForeignKeys()).map(({ columnNames }) => columnNames);
  const named = columnName === undefined ? [[]] : [[columnName], ...groups];
  return named.every(columns => stored(platform.getIndexName(wanted.name, columns, 'check')) !== name);
}

/** The indexes an entity writes as SQL and gives no name: MikroORM names them after properties, also if they are over others. */
export function unnamedExpressions(platform: Platform, wanted: DatabaseTable): readonly IndexDef[] {
  return wanted.getIndexes().filter(({ expression, keyName, columnNames, unique }) => {
    const derived = platform.getIndexName(wanted.name, columnNames, unique ? 'unique' : 'index');
    return expression !== undefined && keyName === derived;
  });
}
