import { qualify, quoteName } from '../../../sql/quoting.ts';
import { fireDeferred, type Alteration } from '../alter-table/alteration.ts';
import { createEnumSql, type LiveEnum } from './enum-type.ts';
import { assertNothingElse, bystandersOf, columnsOf, privilegesOf, type EnumColumn } from './enum-users.ts';
import { stored } from '../names.ts';

/**
 * Gives a native enum other items: the old type steps aside, a new one takes its name and its columns, in all tables, and
 * the old one is dropped. The new items can be used at once, while one that was added by `alter type` could not be used
 * before the transaction is over.
 *
 * @returns whether the column named was one of them; it is left without its default
 * @throws {@link OperationError} naming what else is made of the type
 * @see https://www.postgresql.org/docs/current/sql-altertype.html#SQL-ALTERTYPE-NOTES
 */
export async function swapEnum(
  alteration: Alteration,
  type: LiveEnum,
  items: readonly string[],
  own: { readonly column: string; readonly using: string | undefined },
): Promise<boolean> {
  const { context, oid } = alteration;
  const { sql } = context;
  await alteration.send();
  const columns = await columnsOf(sql, type);
  const isOwn = (column: EnumColumn) => column.oid === oid && column.column === own.column;
  await assertNothingElse(sql, type, columns);
  const bystanders = await bystandersOf(sql, type, columns, isOwn);
  if (columns.length > 0) await fireDeferred(sql, [...new Set(columns.map(column => column.oid))]);

  const name = qualify(type.namespace, type.name);
  const old = stored(`dejavu_old_${type.name}`);
  const privileges = await privilegesOf(sql, type, name);
  for (const { drop } of bystanders) await alteration.execute(drop);
  await alteration.execute(`alter type ${name} rename to ${quoteName(old)}`);
  await alteration.execute(createEnumSql(name, items));
  for (const [table, clauses] of retypings(columns, name, column => (isOwn(column) ? own.using : undefined))) {
    await alteration.execute(`alter table ${table} ${clauses.join(', ')}`);
  }
  for (const { restore } of bystanders.toReversed()) if (restore) await alteration.execute(restore);
  await alteration.execute(`drop type ${qualify(type.namespace, old)}`);
  for (const statement of privileges) await alteration.execute(statement);
  return columns.some(isOwn);
}

/** One `alter table` for all columns of a table, so that its rows are written once. */
function retypings(
  columns: readonly EnumColumn[],
  type: string,
  usingOf: (column: EnumColumn) => string | undefined,
): Map<string, string[]> {
  const tables = new Map<string, string[]>();
  for (const column of columns.filter(({ isInherited }) => !isInherited)) {
    const list = column.isList ? '[]' : '';
    const value = usingOf(column) ?? quoteName(column.column);
    const clause = `alter column ${quoteName(column.column)} type ${type}${list} using (${value})::text${list}::${type}${list}`;
    tables.set(column.table, [...(tables.get(column.table) ?? []), clause]);
  }
  return tables;
}
