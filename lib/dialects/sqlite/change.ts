import type { Change, TableName } from '../table-changes.ts';
import type { EditContext } from '../table-editor.ts';
import { readDefinition, readObjects, type Database } from './rebuild/schema-objects.ts';
import type { TableDefinition } from './table-text/table-definition.ts';
import { describeDependent, findDependents, renameColumnInSchema } from './rebuild/schema-dependents.ts';
import { TableEditError } from './table-text/table-edit-error.ts';
import { rebuildTable } from './rebuild/rebuild.ts';
import { atomically } from './rebuild/savepoint.ts';
import { planInPlace, type InPlace } from './alter-table/in-place.ts';
import { createIndex } from './indexes.ts';
import { planRebuild } from './alter-table/redefine.ts';
import { assertOwn, refusing } from './refusal.ts';
import { sortChanges } from './sort-changes.ts';
import { quoteName } from '../../sql/quoting.ts';

/**
 * Carries out changes of one table, all or none: by SQLite's own `alter table` if it knows every one of them, else by one
 * rebuild. Indexes that go are dropped before, those that come are created after.
 */
export async function change(context: EditContext, table: TableName, changes: readonly Change[]): Promise<void> {
  if (changes.length === 0) return;
  assertOwn(table);
  await refusing(table, () => atomically(context.sql, () => carryOut(context, table, changes)));
}

async function carryOut(context: EditContext, table: TableName, changes: readonly Change[]): Promise<void> {
  const { sql } = context;
  const definition = await readDefinition(sql, table.name);
  if (!definition) throw new TableEditError(table.name, 'is not there');
  const sorted = sortChanges(definition, changes);

  for (const name of sorted.dropped) await sql.execute(`drop index main.${quoteName(name)}`);
  const inPlace = planInPlace(context, definition, sorted.table);
  if (inPlace) await changeInPlace(sql, definition, inPlace);
  else {
    const plan = planRebuild(context, definition, sorted.table);
    await rebuildTable(sql, definition.name, () => plan.definition, { fills: plan.fills, dropIndexes: true });
  }
  for (const index of sorted.added) await sql.execute(createIndex(context, definition.name, index));
}

async function changeInPlace(db: Database, definition: TableDefinition, plan: readonly InPlace[]): Promise<void> {
  const table = definition.name;
  for (const step of plan) {
    if (step.kind === 'add') await db.execute(`alter table main.${quoteName(table)} add column ${step.text}`);
    else if (step.kind === 'rename') await renameColumnInSchema(db, table, step.from, step.to);
    else {
      await freeColumn(db, table, step.name);
      await db.execute(`alter table main.${quoteName(table)} drop column ${quoteName(step.name)}`);
    }
  }
}

/** Drops the indexes over a column, as a rebuild does. @throws TableEditError if anything else names it */
async function freeColumn(db: Database, table: string, column: string): Promise<void> {
  const dependents = await findDependents(db, table, [column], await readObjects(db));
  const inTheWay = dependents.filter(({ type }) => type !== 'index');
  if (inTheWay.length > 0) {
    const list = inTheWay.map(describeDependent).join(', ');
    throw new TableEditError(table, `cannot lose ${column}, since something else names it: ${list}`);
  }
  for (const { name } of dependents) await db.execute(`drop index main.${quoteName(name)}`);
}
