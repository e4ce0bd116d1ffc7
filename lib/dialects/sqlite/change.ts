import type { IndexDef } from '@mikro-orm/sql';
import { quoteName } from '../../sql/quoting.ts';
import type { Change, TableName } from '../table-changes.ts';
import type { EditContext } from '../table-editor.ts';
import { changeInPlace, planInPlace } from './alter-table/in-place.ts';
import { redefine, type TableChange } from './alter-table/redefine.ts';
import { createIndex } from './indexes.ts';
import { rebuildTable } from './rebuild/rebuild.ts';
import { atomically } from './rebuild/savepoint.ts';
import { readDefinition } from './rebuild/schema-objects.ts';
import { findConstraint } from './table-text/edit-constraints.ts';
import type { TableDefinition } from './table-text/table-definition.ts';
import { TableEditError } from './table-text/table-edit-error.ts';

/**
 * Carries out changes of one table, all or none: by SQLite's own `alter table` if it knows every one of them, else by one
 * rebuild. Indexes that go are dropped before, those that come are created after.
 *
 * @throws {@link TableEditError} if the table is not there, or something that stays depends on what goes.
 */
export async function change(context: EditContext, table: TableName, changes: readonly Change[]): Promise<void> {
  await atomically(context.sql, () => carryOut(context, table, changes));
}

async function carryOut(context: EditContext, table: TableName, changes: readonly Change[]): Promise<void> {
  const { sql } = context;
  const definition = await readDefinition(sql, table.name);
  if (!definition) throw new TableEditError(table.name, 'the table does not exist');
  const sorted = sortChanges(definition, changes);

  for (const name of sorted.dropped) await sql.execute(`drop index main.${quoteName(name)}`);
  const inPlace = planInPlace(context, definition, sorted.table);
  if (inPlace) await changeInPlace(sql, definition, inPlace);
  else {
    const { definition: after, fills } = redefine(context, definition, sorted.table);
    await rebuildTable(sql, definition, after, { fills, dropIndexes: true });
  }
  for (const index of sorted.added) await sql.execute(createIndex(context, definition.name, index));
}

/** Changes of one table, by when they are carried out. */
interface SortedChanges {
  /** The names of indexes that go before anything else, so that nothing is in the way. */
  readonly dropped: readonly string[];
  readonly table: readonly TableChange[];
  /** Come last, over the columns as they are then. */
  readonly added: readonly IndexDef[];
}

function sortChanges(definition: TableDefinition, changes: readonly Change[]): SortedChanges {
  const isConstraint = (name: string) => name === '' || findConstraint(definition, { name })?.kind === 'unique';
  const isIndex = (one: Change) => one.kind === 'drop index' && !isConstraint(one.name);
  return {
    dropped: changes.flatMap(one => (one.kind === 'drop index' && isIndex(one) ? [one.name] : [])),
    table: changes.filter((one): one is TableChange => one.kind !== 'add index' && !isIndex(one)),
    added: changes.flatMap(one => (one.kind === 'add index' ? [one.index] : [])),
  };
}
