import type { HeldConnection } from '../store/connection.ts';
import type { Database } from '../store/database.ts';

/** A row whose parent is missing, or a foreign key that cannot be checked at all. */
export interface Violation {
  readonly table: string;
  /** Null in a table without rowids. */
  readonly rowid: unknown;
  readonly parent: string;
  /** The columns of the foreign key. */
  readonly columns: readonly string[];
  /** The columns of every foreign key of the table. */
  readonly keys: readonly (readonly string[])[];
  /** What they hold, as SQL. */
  readonly values?: string | undefined;
  /** The parent has no such key. */
  readonly isMismatch?: boolean;
}

/** Lists the rows whose parents are missing; none where foreign keys stay on. */
export async function findViolations(held: HeldConnection, { dialect }: Database): Promise<readonly Violation[]> {
  const { foreignKeyCheck } = dialect;
  if (foreignKeyCheck === undefined) return [];
  const found = await held.execute(foreignKeyCheck.sql).catch((error: unknown) => {
    if (foreignKeyCheck.isRefusal(error)) return undefined;
    throw error;
  });
  if (found?.length === 0) return [];
  const list = await foreignKeyCheck.load();
  return list(held, found);
}

/** Those that were not there before. What a step renamed takes its old orphans along. */
export function newViolations(before: readonly Violation[], after: readonly Violation[]): Violation[] {
  const rest = new Map<string, Violation[]>();
  for (const old of before) rest.set(rowOf(old), [...(rest.get(rowOf(old)) ?? []), old]);
  const isGone = vanished(after);
  return after.filter(violation => {
    const candidates = rest.get(rowOf(violation)) ?? [];
    const same = candidates.find(old => nameOf(old) === nameOf(violation));
    const known = same ?? candidates.find(old => isRenamed(old, violation, isGone));
    if (known) candidates.splice(candidates.indexOf(known), 1);
    return known === undefined;
  });
}

/** What a row is known by under any name of its table. */
function rowOf({ rowid, values, isMismatch }: Violation): string {
  return JSON.stringify([String(rowid), values, isMismatch]);
}

function nameOf({ table, parent, columns }: Violation): string {
  return JSON.stringify([table, parent, columns]);
}

/** Names that nothing has any more, as far as the violations tell. */
interface Vanished {
  table(name: string): boolean;
  parent(name: string): boolean;
}

function vanished(after: readonly Violation[]): Vanished {
  const tables = new Set(after.map(({ table }) => table));
  const parents = new Set(after.map(({ parent }) => parent));
  return { table: name => !tables.has(name), parent: name => !parents.has(name) };
}

function isRenamed(old: Violation, now: Violation, isGone: Vanished): boolean {
  const columns = old.columns.join();
  return (
    (old.table === now.table || isGone.table(old.table)) &&
    (old.parent === now.parent || isGone.parent(old.parent)) &&
    (columns === now.columns.join() || !now.keys.some(key => key.join() === columns))
  );
}

/** Shows the violations in a message, the first three by name. */
export function describeViolations(violations: readonly Violation[]): string {
  const mismatches = violations.filter(({ isMismatch }) => isMismatch);
  const [mismatch] = mismatches;
  if (mismatch) return describeMismatch(mismatch);
  const shown = violations
    .slice(0, 3)
    .map(
      ({ table, rowid, parent }) =>
        `${table}${rowid === null ? '' : ` row ${String(rowid)}`} refers to a missing row of ${parent}`,
    );
  const more = violations.length > shown.length ? ` and ${violations.length - shown.length} more` : '';
  return `${shown.join(', ')}${more}. On SQLite, foreign-key actions are off in a step unless it declares foreignKeys: 'on'.`;
}

function describeMismatch({ table, parent, columns }: Violation): string {
  return `the foreign key ${table} (${columns.join(', ')}) refers to columns of ${parent} that are neither its primary key nor unique. SQLite refuses every write to ${table} because of it.`;
}
