import type { CheckDef } from '@mikro-orm/sql';
import type { Change, LiveTable } from '../dialects/table-changes.ts';
import type { OperationContext } from './context.ts';
import { assertHolds } from './table/assess-rows.ts';
import { columnsIn } from '../dialects/sqlite/table-text/expressions.ts';
import { editContext, type Wanted } from './table/wanted.ts';

/**
 * Looks whether rows pass the checks that are about to come, as far as that can be told now: of one column, whose values
 * stay what they are.
 *
 * @throws {@link OperationError} naming the check, and how many rows do not
 */
export async function assertRowsPass(
  context: OperationContext,
  wanted: Wanted,
  live: LiveTable,
  changes: readonly Change[],
): Promise<void> {
  for (const change of changes) {
    if (change.kind === 'add check' && (await isToldByRows(context, wanted, live, change.check, changes))) {
      await assertHolds(context, live, change.check);
    }
  }
}

async function isToldByRows(
  context: OperationContext,
  wanted: Wanted,
  live: LiveTable,
  { columnName, expression }: CheckDef,
  changes: readonly Change[],
): Promise<boolean> {
  const there = live.columns.find(({ name }) => name === columnName);
  const column = wanted.table.getColumn(columnName ?? '');
  const isMade = changes.some(one => one.kind === 'alter column' && one.name === columnName && one.using !== undefined);
  if (!there || !column || isMade || !columnsIn(String(expression)).every(name => name === columnName)) return false;
  return (await context.editor.misfit(editContext(context, wanted), live, there, column)) === undefined;
}
