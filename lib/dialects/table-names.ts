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

const DERIVED_KINDS = ['index', 'unique', 'check', 'foreign'] as const;

/** A part of a table that MikroORM names after the table and columns if an entity gives it no name. */
type DerivedKind = (typeof DERIVED_KINDS)[number];

/** Tells whether a kind of part is one of those. */
export function isDerivedKind(kind: string): kind is DerivedKind {
  return (DERIVED_KINDS as readonly string[]).includes(kind);
}

/**
 * Whether an entity itself gives a part this name, which only looks like a derived one: it stays where the table or a column has
 * another name.
 *
 * @param stored the name that the database keeps
 */
export function isGivenName(
  platform: Platform,
  wanted: DatabaseTable,
  { kind, name }: { readonly kind: DerivedKind; readonly name: string },
  stored: (name: string) => string = whole => whole,
): boolean {
  const origins = originsOf(wanted, kind).find(one => stored(one.name) === name)?.origins ?? [];
  return (
    origins.length > 0 &&
    origins.every(columns => stored(platform.getIndexName(wanted.name, [...columns], kind)) !== name)
  );
}

/** The named parts of a kind, each with the columns that its name may be derived from. */
function originsOf(
  wanted: DatabaseTable,
  kind: DerivedKind,
): readonly { readonly name: string; readonly origins: readonly (readonly string[])[] }[] {
  const keys = Object.values(wanted.getForeignKeys());
  switch (kind) {
    case 'check':
      return wanted.getChecks().map(({ name, columnName }) => ({
        name,
        // A property that refers to a key of several columns has several.
        origins: columnName === undefined ? [[]] : [[columnName], ...keys.map(({ columnNames }) => columnNames)],
      }));
    case 'foreign':
      return keys.map(({ constraintName, columnNames }) => ({ name: constraintName, origins: [columnNames] }));
    default:
      return wanted
        .getIndexes()
        .filter(({ primary, unique }) => !primary && unique === (kind === 'unique'))
        .map(({ keyName, columnNames }) => ({ name: keyName, origins: [columnNames] }));
  }
}

/** The indexes an entity writes as SQL and gives no name: MikroORM names them after properties, also if they are over others. */
export function unnamedExpressions(platform: Platform, wanted: DatabaseTable): readonly IndexDef[] {
  return wanted.getIndexes().filter(({ expression, keyName, columnNames, unique }) => {
    const derived = platform.getIndexName(wanted.name, columnNames, unique ? 'unique' : 'index');
    return expression !== undefined && keyName === derived;
  });
}
