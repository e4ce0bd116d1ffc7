import type { Column } from '@mikro-orm/sql';
import { OperationError } from '../../errors.ts';
import type { Change, LiveTable } from '../../dialects/table-changes.ts';
import { emptyTable } from '../../dialects/table-editor.ts';
import type { Difference } from '../../difference.ts';
import { compareTable } from '../compare-table.ts';
import type { OperationContext, TableContext } from '../context.ts';
import { assertUnique } from './assess-rows.ts';
import { inDeclaredSpelling } from './declared-spelling.ts';
import { showName } from '../../dialects/table-names.ts';
import { findLiveIndex } from './live-indexes.ts';
import { editContext, type Parts, type Wanted } from './wanted.ts';

/** A table as it is and as it is wanted, read once. */
interface OpenTable {
  readonly context: TableContext;
  readonly wanted: Wanted;
  /** `undefined` if there is none. */
  readonly live: LiveTable | undefined;
}

/** Looks at a table, in a step or anywhere else in a transaction. */
export async function openTable(context: TableContext, wanted: Wanted): Promise<OpenTable> {
  return { context, wanted, live: await context.editor.read(context.sql, wanted.name) };
}

/** All differences between a table and its wanted form. */
export async function differencesOf({ context, wanted, live }: OpenTable): Promise<Difference[]> {
  const { editor } = context;
  const goal = await editor.goalTable(editContext(context, wanted), live ?? emptyTable(wanted.name));
  return compareTable(live, goal, editor.likeness);
}

/**
 * Looks whether a table exists, and reads it in the spelling of its entity.
 *
 * @param other the entity on the other side of the step, for what this one does not declare.
 */
export async function findTable(
  { editor, sql }: TableContext,
  { name, table }: Pick<Wanted, 'name' | 'table'>,
  other?: Pick<Wanted, 'table'>,
): Promise<LiveTable | undefined> {
  const live = await editor.read(sql, name);
  // A view has no table.
  const declared = [table, other?.table].filter(one => one !== undefined);
  return live && inDeclaredSpelling(live, declared, editor.likeness.sameName);
}

/** {@link findTable}. @throws {@link OperationError} if the table is not there */
export async function readTable(
  context: OperationContext,
  wanted: Wanted,
  other?: Pick<Wanted, 'table'>,
): Promise<LiveTable> {
  const { name, meta } = wanted;
  const live = await findTable(context, wanted, other);
  if (live) return live;
  throw new OperationError(
    `the table ${showName(name)} of ${meta.className} does not exist. Create it with createStorage().`,
    {
      guid: context.guid,
      table: showName(name),
    },
  );
}

export async function change(
  context: OperationContext,
  wanted: Wanted,
  changes: readonly Change[],
  before?: Wanted,
): Promise<void> {
  if (changes.length > 0) await context.editor.change(editContext(context, wanted, before), wanted.name, changes);
}

/** @throws {@link OperationError} showing both, if a column exists, but differs */
export async function assertSame(
  context: OperationContext,
  wanted: Wanted,
  live: LiveTable,
  name: string,
): Promise<void> {
  const there = live.columns.find(column => column.name === name);
  const column = wanted.table.getColumn(name);
  if (!there || !column) return;
  const difference = await context.editor.difference(editContext(context, wanted), live, there, column);
  if (difference === undefined) return;
  throw new OperationError(
    `the column ${showName(wanted.name)}.${name} already exists, but differs: ${difference}. Change it with alterProperty().`,
    {
      guid: context.guid,
      table: showName(wanted.name),
    },
  );
}

/** Adds the indexes of a property that are not there, after looking whether the rows are unique that must be. */
export async function addMissingIndexes(
  context: OperationContext,
  wanted: Wanted,
  live: LiveTable,
  { indexes }: Pick<Parts, 'indexes'>,
): Promise<void> {
  for (const index of indexes.filter(candidate => !findLiveIndex(live, candidate))) {
    if (index.unique && !index.expression) await assertUnique(context, wanted.name, index.columnNames, index.where);
    await change(context, wanted, [{ kind: 'add index', index }]);
  }
}

/** Tells whether rows that are there would have nothing in a new column. */
export function needsFill(column: Column): boolean {
  const hasDefault = column.default !== null && column.default !== undefined;
  return !column.nullable && !hasDefault && !column.generated && !column.autoincrement;
}
