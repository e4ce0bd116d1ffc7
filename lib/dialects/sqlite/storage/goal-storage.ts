import type { LiveTable } from '../../table-changes.ts';
import type { GoalContext, WantedRelation } from '../../table-editor.ts';
import { goalTable } from '../alter-table/goal-table.ts';

/** What is wanted of a whole storage, as the statements say it that would make it. Nothing is sent. */
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
