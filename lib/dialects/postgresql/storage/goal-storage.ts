import type { LiveTable } from '../../table-changes.ts';
import type { GoalContext, WantedRelation } from '../../table-editor.ts';
import { goalTable } from '../alter-table/goal-table.ts';

/** What is wanted of a whole storage, as PostgreSQL spells it. It needs a transaction. */
export async function goalStorage(
  { sql, helper }: GoalContext,
  wanted: readonly WantedRelation[],
): Promise<readonly LiveTable[]> {
  const goals: LiveTable[] = [];
  for (const { name, table, live } of wanted) {
    const nothing = { ...name, columns: [], primaryKey: [], indexes: [], checks: [], foreignKeys: [] };
    if (!table) goals.push({ ...nothing, kind: 'view' });
    else goals.push(await goalTable({ sql, helper, wanted: table }, live ?? { ...nothing, kind: 'table' }));
  }
  return goals;
}
