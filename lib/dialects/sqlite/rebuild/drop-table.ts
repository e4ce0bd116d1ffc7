import { quoteName, quoteText } from '../../../sql/quoting.ts';
import { sameName } from '../../../sql/same-names.ts';
import { freeName } from '../../rename-order.ts';
import type { LiveTable, TableName } from '../../table-changes.ts';
import type { Sql } from '../../table-editor.ts';
import { TableEditError } from '../table-text/table-edit-error.ts';
import { undoing } from './savepoint.ts';
import { showObject, viewsOver, whyUnreadable } from './schema-dependents.ts';
import { readObjects, type SchemaObject } from './schema-objects.ts';
import { indexesOverRows } from './virtual-tables.ts';

/**
 * Drops a table with its rows, or a view.
 *
 * @param together the tables dropped with it.
 * @throws {@link TableEditError} naming what would fail without it: SQLite itself would only say so when it is used.
 */
export async function dropTable(db: Sql, table: LiveTable, together: readonly TableName[]): Promise<void> {
  const { kind, name, namespace = 'main' } = table;
  if (namespace === 'main' && (await isNamed(db, name))) {
    const goes = (other: string) => [table, ...together].some(one => sameName(one.name, other));
    const needing = await dependentsOf(db, table);
    const left = needing.filter(one => !goes(one.type === 'trigger' ? one.table : one.name));
    if (left.length > 0) {
      const list = left.map(showObject).join(', ');
      throw new TableEditError(
        name,
        `cannot be dropped, because it is used by ${list}. Drop that first, or in the same dropStorage()`,
      );
    }
  }
  await db.execute(`drop ${kind} ${quoteName(namespace)}.${quoteName(name)}`);
}

/** Whether anything else might name it. */
async function isNamed(db: Sql, name: string): Promise<boolean> {
  const named = `tbl_name <> ${quoteText(name)} collate nocase and instr(lower(sql), lower(${quoteText(name)})) > 0`;
  const [found] = await db.execute(
    `select exists (select 1 from main.sqlite_master where ${named}) or exists (select 1 from temp.sqlite_master where ${named}) as named`,
  );
  return Number(found?.named) !== 0;
}

async function dependentsOf(db: Sql, { kind, name }: LiveTable): Promise<SchemaObject[]> {
  const objects = await readObjects(db);
  const views = await unreadableWithout(db, { kind, name }, objects);
  if (kind === 'view') return views;
  const naming = await namingTable(db, name, objects);
  const virtual = indexesOverRows(name, objects).map(index => index.name);
  return objects.filter(
    object =>
      views.includes(object) || naming.has(object) || (object.type === 'table' && virtual.includes(object.name)),
  );
}

/** The views that can be read now, and could not be any more. */
async function unreadableWithout(
  db: Sql,
  { kind, name }: Pick<LiveTable, 'kind' | 'name'>,
  objects: readonly SchemaObject[],
): Promise<SchemaObject[]> {
  const readable: SchemaObject[] = [];
  const candidates = viewsOver(name, objects).filter(view => !sameName(view.name, name));
  for (const view of candidates) if ((await whyUnreadable(db, view)) === undefined) readable.push(view);
  if (readable.length === 0) return [];
  return undoing(db, async () => {
    // Under another name it is as good as gone, and that takes no time however many rows there are.
    if (kind === 'view') await db.execute(`drop view main.${quoteName(name)}`);
    else await renameAside(db, name, objects, 'on');
    const broken: SchemaObject[] = [];
    for (const view of readable) if ((await whyUnreadable(db, view)) !== undefined) broken.push(view);
    return broken;
  });
}

/**
 * The triggers and foreign keys of others that name a table. Only SQLite knows which `name` is a table's: the table is
 * renamed, and what reads differently afterwards names it. Then it is undone.
 */
async function namingTable(db: Sql, name: string, objects: readonly SchemaObject[]): Promise<Set<SchemaObject>> {
  const others = objects.filter(object => object.type !== 'view' && !sameName(object.table, name));
  const after = await undoing(db, async () => {
    const aside = await renameAside(db, name, objects, 'off');
    return { aside, now: await readObjects(db) };
  }).catch(() => undefined); // A view or trigger that is broken already keeps SQLite from renaming anything.
  if (after === undefined) return new Set();
  const names = (object: SchemaObject) =>
    after.now.some(
      ({ type, name: other, sql }) => type === object.type && other === object.name && sql?.includes(after.aside),
    );
  return new Set(others.filter(names));
}

async function renameAside(
  db: Sql,
  name: string,
  objects: readonly SchemaObject[],
  legacy: 'on' | 'off',
): Promise<string> {
  const aside = freeName(`dejavu_${name}_gone`, other => objects.some(({ name: taken }) => sameName(taken, other)));
  const [row] = await db.execute('pragma legacy_alter_table');
  await db.execute(`pragma legacy_alter_table = ${legacy}`);
  try {
    await db.execute(`alter table main.${quoteName(name)} rename to ${quoteName(aside)}`);
    return aside;
  } finally {
    await db.execute(`pragma legacy_alter_table = ${Number(row?.legacy_alter_table)}`);
  }
}
