import type { Column } from '@mikro-orm/sql';
import { quoteName } from '../../../sql/quoting.ts';
import { ESCAPED_LITERAL, TEXT_LITERAL } from '../../../sql/tokens.ts';
import type { Change } from '../../table-changes.ts';
import { fireDeferred, type Alteration } from './alteration.ts';
import { commentSql, defaultClause, notNullClause } from './column-clauses.ts';
import { ensureEnum } from '../enums/ensure-enum.ts';
import { countedType, isSerial, makeSerial } from './sequences.ts';
import { columnSql } from './server-spelling.ts';

type AddColumn = Extract<Change, { kind: 'add column' }>;

/** Adds a column. A default, or a fill, that is a constant is written by PostgreSQL into the catalog and not into the rows. */
export async function addColumn(alteration: Alteration, { column, fill }: AddColumn): Promise<void> {
  const { context, name } = alteration;
  await ensureEnum(alteration, column);
  const add = (definition: Column) => `add column ${columnSql(context, definition)}`;
  if (fill === undefined || column.generated) {
    await alteration.alter(column.name, [add(column)]);
  } else if (isConstant(fill) && !isSerial(context, column)) {
    await alteration.execute(`alter table ${name} ${add({ ...column, autoincrement: false, default: fill })}`);
    await alteration.alter(column.name, [defaultClause(column)]);
  } else {
    const { default: _, autoincrement: __, ...bare } = column;
    await alteration.execute(`alter table ${name} ${add({ ...bare, type: countedType(column), nullable: true })}`);
    await fillColumn(alteration, column.name, fill);
    if (isSerial(context, column)) await makeSerial(alteration, column.name, countedType(column));
    else
      await alteration.alter(column.name, [
        defaultClause(column),
        ...(column.nullable ? [] : [notNullClause(column.name)]),
      ]);
  }
  if (column.comment) await alteration.execute(commentSql(alteration, column.name, column.comment));
}

/** Writes a value into rows: all of them, or those a condition holds for. */
export async function fillColumn(alteration: Alteration, column: string, fill: string, where?: string): Promise<void> {
  const { context, name, oid } = alteration;
  const condition = where === undefined ? '' : ` where ${where}`;
  await alteration.execute(`update ${name} set ${quoteName(column)} = (${fill})${condition}`);
  // What the rows' triggers put off would keep the table from being altered
  await fireDeferred(context.sql, [oid]);
}

const CONSTANT = new RegExp(
  String.raw`^\s*(?:${TEXT_LITERAL}|${ESCAPED_LITERAL}|[+-]?\d+(?:\.\d+)?|true|false|null)\s*$`,
  'i',
);

/** Whether it is the same for every row, which is to be sure of more than likely. */
function isConstant(expression: string): boolean {
  return CONSTANT.test(expression);
}
