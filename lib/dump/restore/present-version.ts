import { readHistory } from '../../store/bookkeeping/read-history.ts';
import type { Database } from '../../store/database.ts';
import type { DeployedRow } from '../../store/deployed-row.ts';

/**
 * Says which version a database has that was to be empty, and what to do. A restore that was killed while it was committed
 * may have brought it: the process did not live to report that.
 *
 * @param next the command or advice if the rows came by a restore
 */
export async function showPresent(database: Database, { version }: DeployedRow, next: string): Promise<string> {
  const { guid, place } = database;
  const lines = await readHistory(database).catch(() => []);
  const line = lines.at(-1);
  const has = `${place} has version ${version} of '${guid}'`;
  if (line?.how !== 'restore') return `${has}, and must be empty. Use another one.`;
  const when = line.at ? ` at ${line.at.toISOString()}` : '';
  return `${has}, restored${when}. If these are your rows, all of them are there: ${next} Otherwise use an empty database.`;
}
