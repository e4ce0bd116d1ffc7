import type { CapturedRows } from '../../../lib/testing/row-comparison/captured-rows.ts';
import type { InstalledAt } from '../../../lib/testing/rows/install-at.ts';

/** The rows of each table, as lines of a dump: those that a database has, and those that were made for it. */
export async function foundAndMade({ rows }: InstalledAt, captured: CapturedRows) {
  const found: Record<string, readonly string[]> = {};
  const made: Record<string, readonly string[]> = {};
  for (const { table, rows: all } of rows.tables) {
    const lines: string[] = [];
    for await (const line of captured.lines(table.title)) lines.push(line);
    found[table.title] = lines.toSorted();
    made[table.title] = all.map(({ cells }) => `[${cells.join(',')}]`).toSorted();
  }
  return { found, made };
}
