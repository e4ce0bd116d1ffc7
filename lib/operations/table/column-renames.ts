import { OperationError } from '../../errors.ts';
import type { LiveTable } from '../../dialects/table-changes.ts';
import type { OperationContext } from '../context.ts';
import { showName } from '../../dialects/table-names.ts';
import type { ColumnRename } from '../../dialects/rename-order.ts';

/**
 * The renames that are left to do.
 *
 * @param free - the columns that are there and about to go
 * @throws {@link OperationError} if a column exists under neither name, or under both
 */
export function pendingRenames(
  { guid }: OperationContext,
  live: LiveTable,
  renames: readonly ColumnRename[],
  free: readonly string[] = [],
): ColumnRename[] {
  const has = (name: string) => live.columns.some(column => column.name === name);
  return renames.filter(({ from, to }) => {
    if (from === to || (!has(from) && has(to))) return false;
    const isFree = !has(to) || free.includes(to) || renames.some(other => other.from === to);
    if (has(from) && isFree) return true;
    throw new OperationError(
      `the column ${from} of ${showName(live)} cannot be renamed to ${to}: ${has(to) ? 'both columns exist. Drop one of them first' : 'neither column exists. Use addProperty()'}.`,
      { guid, table: showName(live) },
    );
  });
}

/** A table under the names that its columns are about to have. */
export function asRenamed(live: LiveTable, renames: readonly ColumnRename[]): LiveTable {
  const now = (name: string) => renames.find(({ from }) => from === name)?.to ?? name;
  return {
    ...live,
    columns: live.columns.map(column => ({ ...column, name: now(column.name) })),
    primaryKey: live.primaryKey.map(now),
    checks: live.checks.map(check => ({ ...check, ...(check.column !== undefined && { column: now(check.column) }) })),
    indexes: live.indexes.map(index => ({ ...index, columns: index.columns.map(now) })),
    foreignKeys: live.foreignKeys.map(key => ({ ...key, columns: key.columns.map(now) })),
  };
}
