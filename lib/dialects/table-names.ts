import type { TableName } from './table-changes.ts';
import { qualify } from '../sql/quoting.ts';

/** The name as SQL says it. */
export function sqlName({ name, namespace }: TableName): string {
  return qualify(namespace, name);
}

/** The name as a person says it. */
export function showName({ name, namespace }: TableName): string {
  return namespace === undefined ? name : `${namespace}.${name}`;
}
