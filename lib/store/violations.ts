import type { HeldConnection, Row } from '../store/connection.ts';
import type { Database } from '../store/database.ts';

/** A row of SQLite's `foreign_key_check`: the rowid is null in a table without rowids. */
export interface Violation {
  readonly table: string;
  readonly rowid: unknown;
  readonly parent: string;
}

/** Lists the rows whose parents are missing; none where foreign keys stay on. */
export async function findViolations(held: HeldConnection, { dialect }: Database): Promise<Violation[]> {
  if (dialect.foreignKeyCheck === undefined) return [];
  const rows = await held.execute(dialect.foreignKeyCheck);
  return rows.map((row: Row) => ({ table: String(row.table), rowid: row.rowid, parent: String(row.parent) }));
}

/** Those that were not there before. A table that a step renamed takes its old orphans along. */
export function newViolations(before: readonly Violation[], after: readonly Violation[]): Violation[] {
  const rest = [...before];
  const vanished = (name: string, side: 'table' | 'parent') => !after.some(violation => violation[side] === name);
  return after.filter(violation => {
    const known = rest.findIndex(
      old =>
        old.rowid === violation.rowid &&
        (old.table === violation.table || vanished(old.table, 'table')) &&
        (old.parent === violation.parent || vanished(old.parent, 'parent')),
    );
    if (known >= 0) rest.splice(known, 1);
    return known < 0;
  });
}

/** Says them as a person would, the first few by name. */
export function describeViolations(violations: readonly Violation[]): string {
  const shown = violations
    .slice(0, 3)
    .map(
      ({ table, rowid, parent }) =>
        `${table}${rowid === null ? '' : ` row ${String(rowid)}`} refers to a row of ${parent}`,
    );
  const more = violations.length > shown.length ? ` and ${violations.length - shown.length} more` : '';
  return `${shown.join(', ')}${more} that ${violations.length === 1 ? 'is' : 'are'} not there; foreign-key actions are off in a step on SQLite unless it declares foreignKeys: 'on'`;
}
