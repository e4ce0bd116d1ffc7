import { quoteText } from '../../../sql/quoting.ts';
import { sameName } from '../../../sql/same-names.ts';
import type { Sql } from '../../table-editor.ts';
import { definitionOf, type TableDefinition } from '../table-text/table-definition.ts';

/** The definition of a table as it is now, `undefined` if there is no such table. */
export async function readDefinition(db: Sql, table: string): Promise<TableDefinition | undefined> {
  const [row] = await db.execute(
    `select sql from main.sqlite_master where type = 'table' and name = ${quoteText(table)} collate nocase`,
  );
  return row && definitionOf(String(row.sql));
}

/** Something `sqlite_master` knows: of the database itself, or temporary and of this connection alone. */
export interface SchemaObject {
  readonly namespace: 'main' | 'temp';
  readonly type: 'table' | 'index' | 'trigger' | 'view';
  readonly name: string;
  /** The table it is on. */
  readonly table: string;
  /** `null` for an index that belongs to a constraint. */
  readonly sql: string | null;
}

/** Everything in the database's schema, in the order of creation; temporary objects come last. */
export async function readObjects(db: Sql): Promise<SchemaObject[]> {
  const rows = await db.execute(
    `select ${objectColumns('main')} from main.sqlite_master union all ` +
      `select ${objectColumns('temp')} from temp.sqlite_master order by 1, made`,
  );
  return rows as unknown as SchemaObject[];
}

function objectColumns(namespace: SchemaObject['namespace']): string {
  return `'${namespace}' as namespace, type, name, tbl_name as "table", sql, rowid as made`;
}

/** Whether the statement creates a virtual table. */
export function isVirtual(sql: string | null): boolean {
  return /^\s*create\s+virtual\b/i.test(sql ?? '');
}

/** The object of that type and name in the database itself. */
export function findObject(
  objects: readonly SchemaObject[],
  type: SchemaObject['type'],
  name: string,
): SchemaObject | undefined {
  return objects.find(object => object.namespace === 'main' && object.type === type && sameName(object.name, name));
}

/** A table as SQLite itself reads it. */
export interface TableShape {
  readonly columns: readonly string[];
  /** The columns that store a value: not computed. */
  readonly written: readonly string[];
  /** A name under which the rowid can be read and written, `undefined` if there is no rowid or columns have all its names. */
  readonly rowid: string | undefined;
  /** The column that is another name for the rowid: an `integer primary key`. */
  readonly alias: string | undefined;
}

/** Asks SQLite what a table is made of; whether it is `without rowid` only its definition says. */
export async function readShape(db: Sql, table: string, withoutRowid: boolean): Promise<TableShape> {
  const rows = (await db.execute(
    `select name, hidden, pk, ` +
      `exists (select 1 from pragma_index_list(${quoteText(table)}, 'main') where origin = 'pk') as "keyed" ` +
      `from pragma_table_xinfo(${quoteText(table)}, 'main') order by cid`,
  )) as { name: string; hidden: number; pk: number; keyed: number }[];

  const columns = rows.map(row => row.name);
  const isFree = (name: string) => !columns.some(column => sameName(column, name));
  return {
    columns,
    written: rows.filter(row => row.hidden === 0).map(row => row.name),
    rowid: withoutRowid ? undefined : ['rowid', '_rowid_', 'oid'].find(isFree),
    // A primary key that needs no separate index is the rowid. https://www.sqlite.org/lang_createtable.html#rowid
    alias: rows.find(row => row.pk > 0 && row.keyed === 0)?.name,
  };
}
