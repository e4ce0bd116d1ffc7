import type { OperationContext } from './context.ts';
import { tellLoss } from './loss.ts';
import { pivotsOf } from './storage.ts';
import { wantedOf, wantedTable } from './table/wanted.ts';

/**
 * Drops the tables of entities with their rows, and the tables that join their many-to-many relations. Those that refer
 * to each other are given in an order that runs, those that refer first. What is not there is left alone.
 */
export async function dropStorage(context: OperationContext, entities: readonly object[]): Promise<void> {
  for (const entity of entities) {
    const wanted = wantedOf(context, entity);
    for (const meta of [...pivotsOf(wanted.em, wanted.meta), wanted.meta]) {
      const live = await context.editor.read(context.sql, wantedTable(context, wanted.em, meta).name);
      if (!live) continue;
      if (live.kind === 'table') await tellLoss(context, live);
      await context.editor.drop(context.sql, live);
    }
  }
}
