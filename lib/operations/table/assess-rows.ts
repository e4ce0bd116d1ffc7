import type { CheckDef } from '@mikro-orm/sql';
import { columnsIn } from '../../sql/expressions.ts';
import type { Change, LiveColumn, LiveTable, TableName } from '../../dialects/table-changes.ts';
import { showName, sqlName } from '../../dialects/table-names.ts';
import { OperationError } from '../../errors.ts';
import type { Row } from '../../store/connection.ts';
import type { OperationContext } from '../context.ts';
import { editContext, type Wanted } from './wanted.ts';

const SHOWN_GROUPS = 3;

/** Counts rows, all of them or those an SQL condition is true for. */
export async function countRows(
  { sql, dialect }: OperationContext,
  table: TableName,
  condition?: string,
): Promise<number> {
  const where = condition === undefined ? '' : ` where ${condition}`;
  const [row] = await sql.execute(`select count(*) as n from ${sqlName(dialect, table)}${where}`);
  return Number(row?.n);
}

/** @throws {@link OperationError} if rows are null where null is no longer allowed */
export async function assertNoNulls(context: OperationContext, table: TableName, column: string): Promise<void> {
  const rows = await countRows(context, table, `${context.dialect.quoteName(column)} is null`);
  if (rows === 0) return;
  throw new OperationError(
    `${showName(table)}.${column} cannot become NOT NULL: ${count(rows, 'row is', 'rows are')} null. Pass a value for them: { fill: … }.`,
    { guid: context.guid, table: showName(table), rows },
  );
}

/** @throws {@link OperationError} if existing rows would have no value in a new NOT NULL column */
export async function assertNoRows(context: OperationContext, table: TableName, column: string): Promise<void> {
  const rows = await countRows(context, table);
  if (rows === 0) return;
  throw new OperationError(
    `${showName(table)}.${column} is NOT NULL without a default, and the table has ${count(rows, 'row', 'rows')}. Pass a value for existing rows: { fill: … }.`,
    { guid: context.guid, table: showName(table), rows },
  );
}

/** @throws {@link OperationError} if SQL for a new NOT NULL column is null for rows */
export async function assertFilled(
  context: OperationContext,
  table: TableName,
  column: string,
  fill: string,
): Promise<void> {
  const rows = await countRows(context, table, `(${fill}\n) is null`);
  if (rows === 0) return;
  throw new OperationError(
    `${showName(table)}.${column} is NOT NULL, and its fill is null for ${count(rows, 'row', 'rows')}. Pass another fill.`,
    { guid: context.guid, table: showName(table), rows },
  );
}

/** @throws {@link OperationError} if values do not fit their new type */
export async function assertFits(
  context: OperationContext,
  table: TableName,
  column: string,
  type: string,
  misfit: string | undefined,
): Promise<void> {
  if (misfit === undefined) return;
  const rows = await countRows(context, table, misfit);
  if (rows === 0) return;
  throw new OperationError(
    `${showName(table)}.${column} cannot become ${type}: ${count(rows, 'row does', 'rows do')} not fit. Change those rows first, or convert them: { using: raw('…') }.`,
    { guid: context.guid, table: showName(table), rows },
  );
}

/**
 * @param becomes what a column is about to hold, as SQL over the row as it is.
 * @throws {@link OperationError} if rows do not pass a check
 */
export async function assertHolds(
  context: OperationContext,
  table: TableName,
  check: CheckDef,
  becomes?: { readonly column: string; readonly value: string },
): Promise<void> {
  const { sql, dialect } = context;
  const values = becomes && `${becomes.value}\n as ${dialect.quoteName(becomes.column)}`;
  const source = sqlName(dialect, table);
  const from = values === undefined ? source : `(select ${values} from ${source}) as ${dialect.quoteName(table.name)}`;
  const [counted] = await sql.execute(`select count(*) as n from ${from} where not (${String(check.expression)})`);
  const rows = Number(counted?.n);
  if (rows === 0) return;
  throw new OperationError(
    `the check ${check.name} of ${showName(table)} fails for ${count(rows, 'row', 'rows')}. Change those rows first.`,
    { guid: context.guid, table: showName(table), rows },
  );
}

/** @throws {@link OperationError} if rows are equal in columns that become unique. Nulls are equal to nothing. */
export async function assertUnique(
  context: OperationContext,
  table: TableName,
  columns: readonly string[],
  where?: string,
): Promise<void> {
  if (columns.length === 0) return;
  const { quoteName } = context.dialect;
  const list = columns.map(quoteName).join(', ');
  const filled = columns.map(column => `${quoteName(column)} is not null`).join(' and ');
  const condition = where === undefined ? filled : `${filled} and (${where})`;
  const groups = `select ${list}, count(*) as n from ${sqlName(context.dialect, table)} where ${condition} group by ${list} having count(*) > 1`;
  const [total] = await context.sql.execute(`select count(*) as n from (${groups}) as g`);
  const rows = Number(total?.n);
  if (rows === 0) return;
  const first = await context.sql.execute(`${groups} order by ${list} limit ${SHOWN_GROUPS}`);
  throw new OperationError(
    `${showName(table)} (${columns.join(', ')}) cannot become unique: ${count(rows, 'value occurs', 'values occur')} in several rows: ` +
      `${first.map(row => showGroup(row, columns)).join('; ')}${rows > first.length ? '; …' : ''}. Change those rows first.`,
    { guid: context.guid, table: showName(table), rows },
  );
}

function showGroup(row: Row, columns: readonly string[]): string {
  return `${columns.map(column => JSON.stringify(row[column]) ?? String(row[column])).join(', ')} (${String(row.n)} rows)`;
}

function count(n: number, one: string, many: string): string {
  return `${n} ${n === 1 ? one : many}`;
}

/**
 * Looks whether rows pass the checks that are about to come, as far as that is known now: of one column, whose values
 * stay the same, or become known values.
 *
 * @param before the entity as it was, where that is known.
 * @throws {@link OperationError} naming the check, and how many rows do not
 */
export async function assertRowsPass(
  context: OperationContext,
  wanted: Wanted,
  live: LiveTable,
  changes: readonly Change[],
  before?: Wanted,
): Promise<void> {
  for (const { check } of changes.filter(change => change.kind === 'add check')) {
    const { columnName: column = '', expression } = check;
    const there = live.columns.find(({ name }) => name === column);
    if (!there || !columnsIn(String(expression)).every(name => name === column)) continue;
    const altered = changes.find(one => one.kind === 'alter column' && one.name === column);
    const value = await newValue(context, [wanted, before], live, there, altered);
    if (value !== undefined) await assertHolds(context, live, check, { column, value });
  }
}

/** What a column holds after a change, as SQL over the row as it is; `undefined` if that is not known. */
async function newValue(
  context: OperationContext,
  [wanted, before]: readonly [Wanted, Wanted | undefined],
  live: LiveTable,
  there: LiveColumn,
  change: Change | undefined,
): Promise<string | undefined> {
  const column = wanted.table.getColumn(there.name);
  if (!column || (change?.kind === 'alter column' && change.using !== undefined)) return undefined;
  const { editor, dialect } = context;
  const edit = editContext(context, wanted, before);
  const stays = (await editor.misfit(edit, live, there, column)) === undefined;
  return editor.converted?.(edit, there, column) ?? (stays ? dialect.quoteName(there.name) : undefined);
}

/** Counts the data about to be dropped, if the caller wants to know: rows, or values that are not null. */
export async function countLoss(context: OperationContext, table: TableName, column?: string): Promise<void> {
  const what = column === undefined ? showName(table) : `${showName(table)}.${column}`;
  context.onDrop?.(what);
  if (!context.onLoss) return;
  const rows = await countRows(
    context,
    table,
    column === undefined ? undefined : `${context.dialect.quoteName(column)} is not null`,
  );
  if (rows > 0) context.onLoss({ what, rows });
}
