import type { LiveTable, TableName } from '../dialects/table-changes.ts';
import type { Likeness } from '../dialects/table-editor.ts';
import { showName } from '../dialects/table-names.ts';
import type { Difference } from '../difference.ts';
import { compareTable } from '../operations/compare-table.ts';
import { isIgnored, type Ignore } from './ignore.ts';

/** A table or view of a storage: as it is, and as it is wanted; never neither. */
export interface TablePair {
  readonly live: LiveTable | undefined;
  readonly goal: LiveTable | undefined;
  /** Why the one that is there cannot be compared. */
  readonly unreadable?: TableName & { readonly reason: string };
}

/**
 * Compares a storage as it is with one as it is wanted, table by table. Nothing is asked. What belongs to others is in no
 * pair, and no difference.
 */
export function compareStorage(
  pairs: readonly TablePair[],
  likeness: Likeness,
  { ignore }: { readonly ignore?: Ignore | undefined } = {},
): Difference[] {
  const found = pairs
    .toSorted((one, other) => (nameOf(one) < nameOf(other) ? -1 : 1))
    .flatMap(({ live, goal, unreadable }) =>
      unreadable === undefined ? compareTable(live, goal, likeness) : [unread(unreadable)],
    );
  return ignore === undefined ? found : found.filter(difference => !isIgnored(difference, ignore));
}

function unread({ reason, ...name }: NonNullable<TablePair['unreadable']>): Difference {
  return { kind: 'different', path: [showName(name), 'definition'], live: reason, wanted: 'a readable definition' };
}

function nameOf({ live, goal, unreadable }: TablePair): string {
  const table = goal ?? live ?? unreadable;
  return table ? showName(table) : '';
}
