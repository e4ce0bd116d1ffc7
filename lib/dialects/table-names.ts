import { quote } from '../store/tables.ts';
import type { TableName } from './table-changes.ts';

/** The name as SQL says it. */
export function sqlName({ name, namespace }: TableName): string {
  return namespace === undefined ? quote(name) : `${quote(namespace)}.${quote(name)}`;
}

/** The name as a person says it. */
export function showName({ name, namespace }: TableName): string {
  return namespace === undefined ? name : `${namespace}.${name}`;
}
