import { quoteName } from '../../../sql/quoting.ts';
import { fold, sameName } from '../../../sql/same-names.ts';
import { isMeant, nameOf, tokenize } from '../../../sql/tokens.ts';
import { freeName } from '../../rename-order.ts';
import type { Sql } from '../../table-editor.ts';
import { splice } from '../table-text/edit-text.ts';
import { messageOf, TableEditError } from '../table-text/table-edit-error.ts';
import { undoing } from './savepoint.ts';
import { isVirtual, readObjects, type SchemaObject } from './schema-objects.ts';
import { indexesOverRows } from './virtual-tables.ts';

/** An object of the schema, and which of the columns in question it names. */
interface SchemaDependent extends SchemaObject {
  readonly columns: readonly string[];
}

/**
 * Finds what names these columns of a table: indexes, triggers, views, foreign keys of other tables.
 *
 * Only SQLite knows which `name` is the column's and which another table's. So each column is renamed, with all that
 * goes along, and what reads differently afterwards depends on it. Then it is undone.
 *
 * @throws {@link TableEditError} if SQLite cannot rename a column, because a view or trigger is broken or would be.
 */
async function findDependents(
  db: Sql,
  table: string,
  columns: readonly string[],
  objects: readonly SchemaObject[],
): Promise<SchemaDependent[]> {
  const probe = freeName('dejavu_probe', name => objects.some(object => object.sql?.includes(name)));
  const probes = columns.map((column, index) => ({ column, name: `${probe}_${index}_` }));
  const overRows = indexesNaming(table, columns, objects);
  return undoing(db, async () => {
    for (const { column, name } of probes) await renameColumnInSchema(db, table, column, name);
    const after = await readObjects(db);
    const found = after
      .filter(object => !(object.type === 'table' && sameName(object.name, table)))
      .map(object => ({
        ...object,
        columns: probes.filter(({ name }) => object.sql?.includes(name)).map(({ column }) => column),
      }))
      .filter(dependent => dependent.columns.length > 0);
    return [...found, ...overRows];
  });
}

/** The full-text indexes that read columns of a table by name. */
function indexesNaming(table: string, columns: readonly string[], objects: readonly SchemaObject[]): SchemaDependent[] {
  const indexes = indexesOverRows(table, objects);
  return objects.flatMap(object => {
    const index = object.type === 'table' ? indexes.find(({ name }) => name === object.name) : undefined;
    const named = columns.filter(column => index?.columns.some(name => sameName(name, column)));
    return named.length > 0 ? [{ ...object, columns: named }] : [];
  });
}

/** @throws {@link TableEditError} if a full-text index reads columns by the names that they are about to lose */
export function refuseIndexedNames(table: string, columns: readonly string[], objects: readonly SchemaObject[]): void {
  const indexes = indexesNaming(table, columns, objects);
  if (indexes.length === 0) return;
  const list = indexes.map(showDependent).join(', ');
  throw new TableEditError(table, `${list} reads these columns by name. ${AGAIN}`);
}

/** @throws {@link TableEditError} if a full-text index reads rows of a table by the name that it is about to lose */
export function refuseIndexedRows(table: string, objects: readonly SchemaObject[]): void {
  const names = indexesOverRows(table, objects).map(({ name }) => name);
  const indexes = objects.filter(({ type, name }) => type === 'table' && names.includes(name));
  if (indexes.length === 0) return;
  const list = indexes.map(showObject).join(', ');
  throw new TableEditError(table, `${list} reads the table by name. ${AGAIN}`);
}

const AGAIN = 'Drop that first with step.execute(), and create it again afterwards';

/**
 * Finds the indexes that have to go with columns.
 *
 * @returns their names.
 * @throws {@link TableEditError} if anything else names a column, or an index does and `dropIndexes` is `false`.
 */
export async function findIndexesToDrop(
  db: Sql,
  table: string,
  columns: readonly string[],
  objects: readonly SchemaObject[],
  { dropIndexes }: { readonly dropIndexes: boolean },
): Promise<string[]> {
  if (columns.length === 0) return [];
  const dependents = await findDependents(db, table, columns, objects);
  const inTheWay = dependents.filter(({ type }) => !(dropIndexes && type === 'index'));
  if (inTheWay.length === 0) return dependents.map(({ name }) => name);
  const list = inTheWay.map(showDependent).join(', ');
  throw new TableEditError(table, `${columns.join(', ')} cannot be dropped because of ${list}. ${AGAIN}`);
}

/**
 * Renames a column the way SQLite does, in everything that names it.
 *
 * @throws {@link TableEditError} if a view or trigger is broken, or would be.
 */
export async function renameColumnInSchema(db: Sql, table: string, column: string, to: string): Promise<void> {
  try {
    await db.execute(`alter table main.${quoteName(table)} rename column ${quoteName(column)} to ${quoteName(to)}`);
  } catch (cause) {
    const reason = messageOf(cause);
    throw new TableEditError(table, `column ${JSON.stringify(column)} is used elsewhere: ${reason}`, { cause });
  }
}

/** What a dependent is, for people. */
function showDependent({ columns, ...object }: SchemaDependent): string {
  return `${showObject(object)} (${columns.join(', ')})`;
}

/** Says what something is, for people. A table depends on another by a foreign key, or it is a virtual one. */
export function showObject({ type, name, sql }: SchemaObject): string {
  const quoted = JSON.stringify(name);
  if (type !== 'table') return `${type} ${quoted}`;
  return isVirtual(sql) ? `virtual table ${quoted}` : `a foreign key of ${quoted}`;
}

/**
 * The statements that make again what goes with a table when it is dropped: its indexes and triggers, word for word, and
 * the temporary triggers this connection has on it.
 */
export function attachmentsOf(
  table: string,
  objects: readonly SchemaObject[],
  droppedIndexes: readonly string[],
): string[] {
  const attached = objects.filter(
    ({ type, name, table: on }) =>
      sameName(on, table) && (type === 'trigger' || (type === 'index' && !droppedIndexes.includes(name))),
  );
  return attached.flatMap(({ sql, namespace }) => {
    // SQLite does not store `temp`; a trigger on a temporary table of the same name is still there.
    const place = namespace === 'temp' ? 'if not exists temp.' : 'main.';
    return sql === null ? [] : [withNamespace(sql, place)];
  });
}

/** Writes a namespace before the name in a statement as SQLite stores it: `CREATE UNIQUE INDEX name …`. */
function withNamespace(sql: string, place: string): string {
  const words = tokenize(sql).filter(isMeant);
  const type = words.findIndex(({ text }) => ['index', 'trigger'].includes(fold(text)));
  const from = words[type + 1]?.from ?? sql.length;
  return splice(sql, [{ from, to: from, text: place }]);
}

/** The views that read a table, through other views too. */
export function viewsOver(table: string, objects: readonly SchemaObject[]): SchemaObject[] {
  const views = objects
    .filter(object => object.type === 'view')
    .map(view => ({ view, reads: namesIn(view.sql ?? '') }));
  const over = new Set<SchemaObject>();
  const names = [table];
  for (const name of names) {
    for (const { view, reads } of views) {
      if (over.has(view) || !reads.has(fold(name))) continue;
      over.add(view);
      names.push(view.name);
    }
  }
  return [...over];
}

function namesIn(sql: string): Set<string> {
  return new Set(tokenize(sql).map(token => fold(nameOf(token) ?? '')));
}

/** What SQLite throws when a view is read, `undefined` if it can be. */
export async function whyUnreadable(db: Sql, view: SchemaObject): Promise<{ cause: unknown } | undefined> {
  try {
    await db.execute(`select * from ${view.namespace}.${quoteName(view.name)} limit 0`);
    return undefined;
  } catch (cause) {
    return { cause };
  }
}
