import type { Column } from '@mikro-orm/sql';
import { quoteEscaped, quoteName } from '../../../sql/quoting.ts';
import type { Alteration } from './alteration.ts';

/** Says what a column gets by default from now on. */
export function defaultClause({ name, default: value }: Column): string {
  const isNone = value === undefined || value === null || value.toLowerCase() === 'null';
  return `alter column ${quoteName(name)} ${isNone ? 'drop default' : `set default ${value}`}`;
}

export function notNullClause(column: string): string {
  return `alter column ${quoteName(column)} set not null`;
}

export function commentSql({ name }: Alteration, column: string, comment: string): string {
  return `comment on column ${name}.${quoteName(column)} is ${quoteEscaped(comment)}`;
}
