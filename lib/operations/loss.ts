import { quote } from '../store/tables.ts';
import type { TableName } from '../dialects/table-changes.ts';
import type { OperationContext } from './context.ts';
import { countRows } from './table/assess-rows.ts';
import { showName } from '../dialects/table-names.ts';

/** Counts what is about to be dropped, where somebody wants to know: rows, or values that are not null. */
export async function tellLoss(context: OperationContext, table: TableName, column?: string): Promise<void> {
  const what = column === undefined ? showName(table) : `${showName(table)}.${column}`;
  context.onDrop?.(what);
  if (!context.onLoss) return;
  const rows = await countRows(context, table, column === undefined ? undefined : `${quote(column)} is not null`);
  if (rows > 0) context.onLoss({ what, rows });
}
