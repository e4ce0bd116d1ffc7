import { quoteName } from '../../../sql/quoting.ts';
import { sameName, sameNames } from '../../../sql/same-names.ts';
import { freeName, orderRenames } from '../../rename-order.ts';
import type { Sql } from '../../table-editor.ts';
import { renameTable } from '../table-text/edit-columns.ts';
import { findConstraint } from '../table-text/edit-constraints.ts';
import { clausesOf, findColumn, type ColumnDefinition, type TableDefinition } from '../table-text/table-definition.ts';
import { messageOf, TableEditError } from '../table-text/table-edit-error.ts';
import { checkOrigins, compareColumns, copyRows, movesColumns, type ColumnChanges } from './copy-rows.ts';
import { handCounterOver, putStatisticsAside } from './internal-tables.ts';
import { atomically } from './savepoint.ts';
import {
  attachmentsOf,
  findIndexesToDrop,
  refuseIndexedNames,
  renameColumnInSchema,
  viewsOver,
  whyUnreadable,
} from './schema-dependents.ts';
import { findObject, readObjects, readShape, type SchemaObject, type TableShape } from './schema-objects.ts';

/** What a rebuild may do, and what it puts into columns. */
interface RebuildOptions {
  /** What a column gets, as an SQL expression over the columns of the table before the edit. */
  readonly fills?: Readonly<Record<string, string>>;
  /** Drops the indexes that name a dropped column; `false` by default, which makes them an error. */
  readonly dropIndexes?: boolean;
}

/** What a rebuild did. */
interface Rebuilt {
  /** `false` if the edit changed nothing: then nothing was done. */
  readonly changed: boolean;
  readonly droppedIndexes: readonly string[];
}

/**
 * Gives a table another definition and keeps all else: rows and their rowids, counters, indexes, triggers, views, the
 * foreign keys that lead to it and to itself, statistics.
 *
 * The rows move into a table of the new definition, which is an edit of the one that is there. Columns keep their
 * values also under a new name; indexes, triggers, views and foreign keys of other tables follow a rename. The stored
 * statement stays as it was but for the edit and the table's name, which SQLite writes in quotes. The rows are copied
 * once. All of it happens or nothing does.
 *
 * To be called inside a transaction that has foreign keys off; `pragma foreign_key_check` is the caller's. What only
 * shows when it runs is not looked into: a trigger that inserts into the table without naming columns counts them.
 *
 * @param before the definition that the table has.
 * @param edited what it is to become.
 * @throws {@link TableEditError} if foreign keys are on, the table is not there or another by now, or something that stays
 *   depends on what goes. What the database throws comes through: rows that do not fit a new constraint.
 * @see https://www.sqlite.org/lang_altertable.html#otheralter
 */
export async function rebuildTable(
  db: Sql,
  before: TableDefinition,
  edited: TableDefinition,
  { fills = {}, dropIndexes = false }: RebuildOptions = {},
): Promise<Rebuilt> {
  // "1. If foreign key constraints are enabled, disable them using PRAGMA foreign_keys=OFF."
  // "2. Start a transaction." Both were done by the caller, since the pragma is ignored inside a transaction.
  await refuseForeignKeys(db, before.name);

  // "3. Remember the format of all indexes, triggers, and views associated with table X."
  const objects = await readObjects(db);
  refuseOther(before, objects);
  const after = checkOrigins(before, edited);
  if (!sameName(before.name, after.name)) throw new TableEditError(before.name, 'a rebuild does not rename the table');
  const filled = readFills(after, fills);
  const changes = compareColumns(before, after);
  const isSame = after.sql === before.sql && !movesColumns(changes) && filled.size === 0;
  if (isSame) return { changed: false, droppedIndexes: [] };

  refuseIndexedNames(
    before.name,
    changes.renamed.map(({ from }) => from),
    objects,
  );
  const shape = await readShape(db, before.name, before.withoutRowid);
  refuseMisread(before, shape);

  return atomically(db, async () => {
    const droppedIndexes = await findIndexesToDrop(db, before.name, changes.dropped, objects, { dropIndexes });
    const views = await readableViews(db, before.name, changes, objects);

    // "4. Use CREATE TABLE to construct a new table "new_X" that is in the desired revised format of table X. Make sure
    // that the name "new_X" does not collide with any existing table name, of course."
    const temporary = freeName(`dejavu_${before.name}`, name => objects.some(object => sameName(object.name, name)));
    // A temporary table of that name must not be taken for it.
    await db.execute(renameTable(after, `main.${quoteName(temporary)}`));
    const newShape = await readShape(db, temporary, after.withoutRowid);
    refuseMisread(after, newShape);

    // "5. Transfer content from X into new_X using a statement like: INSERT INTO new_X SELECT ... FROM X."
    const from = { table: before.name, definition: before, shape };
    await db.execute(copyRows(from, { table: temporary, definition: after, shape: newShape }, filled));
    if (isAutoincrement(before) && isAutoincrement(after)) await handCounterOver(db, before.name, temporary);
    const statistics = await putStatisticsAside(db, before.name, temporary, objects, droppedIndexes);

    // All that names a renamed column is rewritten by SQLite, while the old table still has it.
    const renames = orderRenames(changes.renamed, { others: otherColumns(shape, changes), isSame: sameName });
    for (const rename of renames) await renameColumnInSchema(db, before.name, rename.from, rename.to);
    const renamed = renames.length > 0 ? await readObjects(db) : objects;

    // "6. Drop the old table X: DROP TABLE X."
    await db.execute(`drop table main.${quoteName(before.name)}`);

    // "7. Change the name of new_X to X using: ALTER TABLE new_X RENAME TO X."
    await renameAlone(db, temporary, before.name);

    // "8. Use CREATE INDEX, CREATE TRIGGER, and CREATE VIEW to reconstruct indexes, triggers, and views associated with
    // table X."
    for (const sql of attachmentsOf(before.name, renamed, droppedIndexes)) await db.execute(sql);
    await statistics.putBack();

    // "9. If any views refer to table X in a way that is affected by the schema change, then drop those views using DROP
    // VIEW and recreate them […] using CREATE VIEW."
    // They were not dropped: a renamed column was renamed in them too, and what else a view says is not ours to change.
    await refuseBroken(db, before.name, views);

    // "10. If foreign key constraints were originally enabled then run PRAGMA foreign_key_check to verify that the schema
    // change did not break any foreign key constraints." "11. Commit the transaction started in step 2." "12. If foreign
    // keys constraints were originally enabled, reenable them now." All three are the caller's.
    return { changed: true, droppedIndexes };
  });
}

async function refuseForeignKeys(db: Sql, table: string): Promise<void> {
  const [row] = await db.execute('pragma foreign_keys');
  if (Number(row?.foreign_keys) === 0) return;
  throw new TableEditError(
    table,
    "cannot be rebuilt while foreign keys are on, because dropping it would delete rows of other tables. Remove foreignKeys: 'on' from the step",
  );
}

/** What was read of a table that is another one by now says nothing of this one. */
function refuseOther({ sql, name }: TableDefinition, objects: readonly SchemaObject[]): void {
  const stored = findObject(objects, 'table', name);
  if (!stored?.sql) throw new TableEditError(name, 'the table does not exist');
  if (stored.sql !== sql) throw new TableEditError(name, `its definition changed while the step ran: ${stored.sql}`);
}

/** The columns that are not renamed. */
function otherColumns({ columns }: TableShape, { renamed }: ColumnChanges): string[] {
  return columns.filter(name => !renamed.some(({ from }) => sameName(from, name)));
}

/** What the columns are filled with, by the names that the definition gives them. */
function readFills(definition: TableDefinition, fills: Readonly<Record<string, string>>): Map<string, string> {
  return new Map(
    Object.entries(fills).map(([name, expression]) => {
      const column = findColumn(definition, name);
      if (clausesOf(column, 'generated').length === 0) return [column.name, expression];
      throw new TableEditError(definition.name, `column ${JSON.stringify(name)} is computed and cannot be filled`);
    }),
  );
}

/** Nothing is done to a table that SQLite reads in another way than we do. */
function refuseMisread(definition: TableDefinition, shape: TableShape): void {
  const written = definition.columns.filter(column => clausesOf(column, 'generated').length === 0);
  const isRead = sameNames(namesOf(definition.columns), shape.columns);
  if (isRead && sameNames(namesOf(written), shape.written)) return;
  throw new TableEditError(definition.name, `dejavu cannot read its definition: ${definition.sql}`);
}

function namesOf(columns: readonly ColumnDefinition[]): string[] {
  return columns.map(column => column.name);
}

function isAutoincrement(definition: TableDefinition): boolean {
  const key = findConstraint(definition, { primaryKey: true });
  return key?.kind === 'primary key' && key.autoincrement;
}

/** The views over a table that can be read and may not be after the change. */
async function readableViews(
  db: Sql,
  table: string,
  changes: ColumnChanges,
  objects: readonly SchemaObject[],
): Promise<SchemaObject[]> {
  if (!movesColumns(changes)) return [];
  const readable: SchemaObject[] = [];
  for (const view of viewsOver(table, objects)) {
    if ((await whyUnreadable(db, view)) === undefined) readable.push(view);
  }
  return readable;
}

async function refuseBroken(db: Sql, table: string, views: readonly SchemaObject[]): Promise<void> {
  for (const view of views) {
    const failure = await whyUnreadable(db, view);
    if (failure === undefined) continue;
    const reason = `the view ${JSON.stringify(view.name)} would become invalid: ${messageOf(failure.cause)}`;
    throw new TableEditError(table, reason, failure);
  }
}

/**
 * Renames a table and nothing else: what names the new name is to find this table from now on.
 *
 * @see https://www.sqlite.org/pragma.html#pragma_legacy_alter_table
 */
async function renameAlone(db: Sql, table: string, to: string): Promise<void> {
  const [row] = await db.execute('pragma legacy_alter_table');
  await db.execute('pragma legacy_alter_table = on');
  try {
    await db.execute(`alter table main.${quoteName(table)} rename to ${quoteName(to)}`);
  } finally {
    await db.execute(`pragma legacy_alter_table = ${Number(row?.legacy_alter_table)}`);
  }
}
