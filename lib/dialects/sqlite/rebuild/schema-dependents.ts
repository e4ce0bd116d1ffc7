import { quoteName } from '../../../sql/quoting.ts';
import { fold, sameName } from '../../../sql/same-names.ts';
import { isMeant, nameOf, tokenize } from '../../../sql/tokens.ts';
import { freeName } from '../../rename-order.ts';
import type { Sql } from '../../table-editor.ts';
import { splice } from '../table-text/edit-text.ts';
import { messageOf, TableEditError } from '../table-text/table-edit-error.ts';
import { undoing } from './savepoint.ts';
import { readObjects, type SchemaObject } from './schema-objects.ts';

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
  return undoing(db, async () => {
    for (const { column, name } of probes) await renameColumnInSchema(db, table, column, name);
    const after = await readObjects(db);
    return after
      .filter(object => !(object.type === 'table' && sameName(object.name, table)))
      .map(object => ({
        ...object,
        columns: probes.filter(({ name }) => object.sql?.includes(name)).map(({ column }) => column),
      }))
      .filter(dependent => dependent.columns.length > 0);
  });
}

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
  throw new TableEditError(table, `cannot lose ${columns.join(', ')}, since something else names it: ${list}`);
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
    throw new TableEditError(table, `something else depends on column ${JSON.stringify(column)}: ${reason}`, { cause });
  }
}

/** What a dependent is, for people. */
function showDependent({ type, name, columns }: SchemaDependent): string {
  const what = type === 'table' ? 'a foreign key of' : type;
  return `${what} ${JSON.stringify(name)} (${columns.join(', ')})`;
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
