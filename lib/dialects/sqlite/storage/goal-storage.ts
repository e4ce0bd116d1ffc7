import type { SchemaHelper } from '@mikro-orm/sql';
import type { LiveRelation } from '../../live-storage.ts';
import type { LiveTable } from '../../table-changes.ts';
import type { GoalContext, WantedRelation } from '../../table-editor.ts';
import { goalTable, wantedStatements } from '../alter-table/goal-table.ts';
import { readingOf } from './read-storage.ts';

/** A whole wanted storage, read from the statements that would create it. Sends nothing. */
export async function goalStorage(
  { sql, helper }: GoalContext,
  wanted: readonly WantedRelation[],
): Promise<readonly LiveTable[]> {
  return wanted.map(({ name, table, view, live }): LiveTable => {
    const nothing = { ...name, columns: [], primaryKey: [], indexes: [], checks: [], foreignKeys: [] };
    if (!table) return { ...nothing, kind: 'view', definition: view?.definition };
    return goalTable({ sql, helper, wanted: table }, live ?? { ...nothing, kind: 'table' });
  });
}

/** Whether a table was made by just the statements that would make it now. */
export function isPlainlyAsWanted(
  helper: SchemaHelper,
  { table }: Pick<WantedRelation, 'table'>,
  { reading }: LiveRelation,
): boolean {
  if (!table) return false;
  const { create, indexes, triggers } = wantedStatements(helper, table);
  return readingOf([create, ...indexes, ...triggers]) === reading;
}
