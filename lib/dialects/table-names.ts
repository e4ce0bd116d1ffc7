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
