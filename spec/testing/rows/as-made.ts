import { expect } from '@jest/globals';
import type { CapturedRows } from '../../../lib/testing/row-comparison/captured-rows.ts';
import type { InstalledAt } from '../../../lib/testing/rows/install-at.ts';

/** Expects that a database has the rows that were made for it, byte by byte. */
export async function expectAsMade({ rows }: InstalledAt, captured: CapturedRows): Promise<void> {
  for (const { table, rows: made } of rows.tables) {
    const found: string[] = [];
    for await (const line of captured.lines(table.title)) found.push(line);
    expect([table.title, found.toSorted()]).toEqual([
      table.title,
      made.map(({ cells }) => `[${cells.join(',')}]`).toSorted(),
    ]);
  }
}
