import type { Change, LiveTable } from '../dialects/table-changes.ts';
import type { OperationContext } from './context.ts';
import { change } from './table/open-table.ts';
import { tellLoss } from './loss.ts';
import { dropCheckChange } from './table/live-checks.ts';
import { partsOf, wantedOf, type Parts } from './table/wanted.ts';

/**
 * Drops the columns of a property with their values, and every index, check and foreign key that cannot do without them.
 * What is not there is left alone.
 */
export async function dropProperty(context: OperationContext, entity: object, property: string): Promise<void> {
  const wanted = wantedOf(context, entity);
  const parts = partsOf(context, wanted, property);
  const live = await context.editor.read(context.sql, (parts.pivot ?? wanted).name);
  if (!live) return;
  if (parts.pivot) {
    await tellLoss(context, live);
    await context.editor.drop(context.sql, live);
    return;
  }
  const changes = dropChanges(live, parts);
  for (const one of changes) if (one.kind === 'drop column') await tellLoss(context, live, one.name);
  await change(context, wanted, changes);
}

/** What goes with the columns of a property, as far as it is there. */
export function dropChanges(live: LiveTable, { columns, checks }: Pick<Parts, 'columns' | 'checks'>): Change[] {
  const names = columns.map(column => column.name).filter(name => live.columns.some(column => column.name === name));
  if (names.length === 0) return [];
  const touches = (others: readonly string[]) => others.some(name => names.includes(name));
  return [
    ...live.indexes
      .filter(index => index.name !== '' && touches(index.columns))
      .map(index => ({ kind: 'drop index', name: index.name }) as const),
    ...live.foreignKeys
      .filter(key => touches(key.columns))
      .map(key => ({ kind: 'drop foreign key', columns: key.columns }) as const),
    ...checks.flatMap(check => dropCheckChange(live, check)),
    ...names.map(name => ({ kind: 'drop column', name }) as const),
  ];
}
