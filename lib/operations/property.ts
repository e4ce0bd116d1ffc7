import { isRaw } from '@mikro-orm/core';
import type { Change, LiveTable } from '../dialects/table-changes.ts';
import { fillSql, type Fill } from '../rows/values.ts';
import type { OperationContext } from './context.ts';
import { fillRows, type FillOptions } from './fill.ts';
import { createTables } from './storage.ts';
import { assertAsAsked } from './table/as-asked.ts';
import { assertFilled, assertNoRows, countLoss } from './table/assess-rows.ts';
import { dropChanges, missingConstraints } from './table/derive-changes.ts';
import { claimsOf } from './table/live-checks.ts';
import { addMissingIndexes, assertSame, change, findTable, needsFill, readTable } from './table/open-table.ts';
import { columnsStillStored, isTableStillStored } from './table/still-stored.ts';
import { partsOf, propertyOf, wantedOf, type Parts, type Wanted } from './table/wanted.ts';

export interface AddPropertyOptions extends Pick<FillOptions, 'batch'> {
  /** The value for existing rows: a value, SQL made with `raw()`, or a function of the row. By default the default of the property. */
  readonly fill?: Fill;
}

/**
 * Adds the columns of a property, with the indexes, checks and foreign keys over nothing else. If they exist already,
 * nothing happens.
 */
export async function addProperty(
  context: OperationContext,
  entity: object,
  property: string,
  options: AddPropertyOptions = {},
): Promise<void> {
  const wanted = wantedOf(context, entity);
  const parts = partsOf(context, wanted, property);
  if (parts.pivot) {
    await createTables(context, wanted.em, [parts.pivot.meta]);
    return;
  }
  const live = await readTable(context, wanted);
  const prop = propertyOf(context, wanted, property);
  const missing = await missingColumns(context, wanted, live, parts);
  await assertAsAsked(context, wanted, live, parts);
  const hasFill = 'fill' in options && options.fill !== undefined;
  const same = hasFill && missing.length > 0 ? fillSql(wanted.em, prop, options.fill) : undefined;
  const later = hasFill && missing.length > 0 && !same;

  for (const column of missing) {
    if (needsFill(column) && !hasFill) await assertNoRows(context, live, column.name);
    const sql = same?.get(column.name);
    const isStrict = !column.nullable && !column.generated;
    if (sql !== undefined && isStrict && isRaw(options.fill)) await assertFilled(context, live, column.name, sql);
  }
  const changes: Change[] = missing.map(column => ({
    kind: 'add column',
    // a function fills row by row, and rows have to wait for it with a null
    column: later && !column.generated ? { ...column, nullable: true } : column,
    fill: same?.get(column.name),
  }));
  changes.push(...missingConstraints(live, parts, claimsOf(context, live, [wanted])));
  await change(context, wanted, changes);

  if (later) {
    const filled = await readTable(context, wanted);
    await fillRows(context, wanted, filled, prop, options.fill, options);
    const strict = missing.filter(column => !column.nullable && !column.generated);
    await change(
      context,
      wanted,
      strict.map(column => ({ kind: 'alter column', name: column.name, column })),
    );
  }
  await addMissingIndexes(context, wanted, live, parts);
}

/** Lists the missing columns. @throws {@link OperationError} for a column that exists, but differs */
async function missingColumns(context: OperationContext, wanted: Wanted, live: LiveTable, { columns }: Parts) {
  const missing = [];
  for (const column of columns) {
    const there = live.columns.find(candidate => candidate.name === column.name);
    if (!there) missing.push(column);
    else await assertSame(context, wanted, live, column.name);
  }
  return missing;
}

/**
 * Drops the columns of a property with their values, and every index, check and foreign key that needs them. Missing
 * columns are skipped. A column that another property also uses stays.
 */
export async function dropProperty(context: OperationContext, entity: object, property: string): Promise<void> {
  const wanted = wantedOf(context, entity);
  const parts = partsOf(context, wanted, property);
  const live = await findTable(context, parts.pivot ?? wanted);
  if (!live) return;
  if (parts.pivot) {
    if (isTableStillStored(context, parts.pivot, wanted.meta, property)) return;
    await countLoss(context, live);
    await context.editor.drop(context.sql, live);
    return;
  }
  const still = columnsStillStored(context, wanted, property);
  const columns = parts.columns.filter(({ name }) => !still.has(name));
  const changes = dropChanges(live, { ...parts, columns }, claimsOf(context, live, [wanted]));
  for (const one of changes) if (one.kind === 'drop column') await countLoss(context, live, one.name);
  await change(context, wanted, changes);
}

/** Tells whether all columns of a property exist; for a many-to-many, whether its join table exists. */
export async function hasProperty(context: OperationContext, entity: object, property: string): Promise<boolean> {
  const wanted = wantedOf(context, entity);
  const { columns, pivot } = partsOf(context, wanted, property);
  const live = await findTable(context, pivot ?? wanted);
  return live !== undefined && columns.every(column => live.columns.some(there => there.name === column.name));
}
