import type { LiveTable } from '../../dialects/table-changes.ts';
import type { ColumnRename } from '../../dialects/rename-order.ts';
import type { OperationContext } from '../context.ts';
import type { Wanted } from './wanted.ts';

/** Which comments are looked at. */
interface CommentScope {
  readonly columns: readonly string[];
  readonly table: boolean;
  readonly renames?: readonly ColumnRename[];
}

/**
 * Gives a table the comment that its entity has, and takes those away, of the table and its columns, that the entity had
 * and has no longer. One that no entity gave is left alone.
 *
 * @param live the table before it was changed
 */
export async function followComments(
  { editor, sql }: OperationContext,
  live: LiveTable,
  [was, wanted]: readonly [Wanted | undefined, Wanted],
  { columns, table, renames = [] }: CommentScope,
): Promise<void> {
  if (!editor.comment) return;
  for (const name of columns) {
    const from = renames.find(({ to }) => to === name)?.from ?? name;
    const there = live.columns.find(column => column.name === from)?.comment;
    const given = was?.table.getColumn(from)?.comment;
    // A new one comes with the column.
    if (given && given === there && !wanted.table.getColumn(name)?.comment)
      await editor.comment(sql, wanted.name, name, undefined);
  }
  if (!table) return;
  const [given, asked] = [was?.table.comment, wanted.table.comment];
  const isGone = !asked && given !== undefined && given === live.comment;
  if (isGone || (asked && asked !== live.comment))
    await editor.comment(sql, wanted.name, undefined, asked || undefined);
}
