import { quoteText } from '../../../sql/quoting.ts';
import type { TableName } from '../../table-changes.ts';
import type { ReferringKey, Sql } from '../../table-editor.ts';

/** Lists the foreign keys that refer to a table. They never leave its database file. */
export async function referringKeys(sql: Sql, { namespace = 'main', name }: TableName): Promise<ReferringKey[]> {
  const at = quoteText(namespace);
  const rows = await sql.execute(
    `select t.name as name, k.id as id, k."from" as "column", k."to" as referenced, i."notnull" as required ` +
      `from pragma_table_list as t, pragma_foreign_key_list(t.name, ${at}) as k ` +
      `left join pragma_table_info(t.name, ${at}) as i on i.name = k."from" collate nocase ` +
      `where t.schema = ${at} and t.type = 'table' and k."table" = ${quoteText(name)} collate nocase order by t.name, k.id, k.seq`,
  );
  const keys: ReferringKey[] = [];
  const primary = rows.some(({ referenced }) => referenced === null) ? await primaryKeyOf(sql, namespace, name) : [];
  for (const parts of Object.values(Object.groupBy(rows, row => JSON.stringify([row.name, row.id])))) {
    const all = parts ?? [];
    const table = String(all[0]?.name);
    keys.push({
      name: table,
      namespace: undefined,
      isVisible: true,
      columns: all.map(({ column }) => String(column)),
      referencedColumns: all.map(({ referenced }, index) => String(referenced ?? primary[index])),
      key: await primaryKeyOf(sql, namespace, table),
      isNullable: all.every(({ required }) => Number(required) === 0),
      isReadable: true,
    });
  }
  return keys;
}

async function primaryKeyOf(sql: Sql, namespace: string, table: string): Promise<string[]> {
  const rows = await sql.execute(
    `select name from pragma_table_info(${quoteText(table)}, ${quoteText(namespace)}) where pk > 0 order by pk`,
  );
  return rows.map(row => String(row.name));
}
