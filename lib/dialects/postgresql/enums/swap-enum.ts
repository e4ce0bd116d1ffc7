import { OperationError } from '../../../errors.ts';
import { textsIn } from '../../../sql/expressions.ts';
import { qualify, quoteName } from '../../../sql/quoting.ts';
import { defaultClause } from '../alter-table/column-clauses.ts';
import { fireDeferred, type Alteration } from '../alter-table/alteration.ts';
import { createEnumSql, type LiveEnum } from './enum-type.ts';
import { addItems } from './add-items.ts';
import {
  assertNoRowHolds,
  bystandersOf,
  columnsOf,
  othersMadeOf,
  privilegesOf,
  type EnumColumn,
  type EnumDefault,
} from './enum-users.ts';
import { stored, sameName } from '../names.ts';

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
  const others = await othersMadeOf(sql, type, columns);
  if (others.length > 0) {
    await addItems(alteration, type, items, { ...own, others });
    return false;
  }
  const rest = columns.filter(column => !isOwn(column));
  await assertNoRowHolds(sql, type, items, rest);
  const bystanders = await bystandersOf(sql, type, columns);
  const restored = bystanders.toReversed().flatMap(({ restore, default: of }) => {
    if (of && isOwn(of.column)) return [];
    return of && lacks(items, of) ? restoreDefault(alteration, type, of) : restore;
  });
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
  for (const statement of restored) await alteration.execute(statement);
  await alteration.execute(`drop type ${qualify(type.namespace, old)}`);
  for (const statement of privileges) await alteration.execute(statement);
  return columns.some(isOwn);
}

/** Whether the default of a column is an item that is about to go. */
function lacks(items: readonly string[], { column, expression }: EnumDefault): boolean {
  const [text = ''] = textsIn(expression);
  const named = column.isList ? text.replace(/^\{|\}$/g, '').split(',') : [text];
  return CONSTANT.test(expression) && named.some(item => item !== '' && !items.includes(item.replace(/^"|"$/g, '')));
}

const CONSTANT = /^'[^]*'::[^']+$/;

/**
 * What another column of the same table gets by default from now on, whose default was an item that goes.
 *
 * @throws {@link OperationError} naming the column, if it is one of another table
 */
function restoreDefault({ context, oid, name }: Alteration, type: LiveEnum, { column }: EnumDefault): string[] {
  const wanted =
    column.oid === oid ? context.wanted.getColumns().find(({ name: own }) => sameName(own, column.column)) : undefined;
  if (wanted) return wanted.default ? [`alter table ${name} ${defaultClause(wanted)}`] : [];
  throw new OperationError(
    `the enum ${type.type} cannot lose an item that is the default of ${column.table}.${quoteName(column.column)}. ` +
      `Change that default first.`,
  );
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
    const clause = `alter column ${quoteName(column.column)} type ${type}${list} using (${value})::pg_catalog.text${list}::${type}${list}`;
    tables.set(column.table, [...(tables.get(column.table) ?? []), clause]);
  }
  return tables;
}
