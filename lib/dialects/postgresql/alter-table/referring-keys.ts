import { qualify, quoteEscaped } from '../../../sql/quoting.ts';
import type { TableName } from '../../table-changes.ts';
import type { ReferringKey, Sql } from '../../table-editor.ts';

/** Lists the foreign keys that refer to a table. Those of partitions are their table's. */
export async function referringKeys(sql: Sql, { namespace, name }: TableName): Promise<ReferringKey[]> {
  const rows = await sql.execute(
    `select found.* from (select ${KEY} from pg_catalog.pg_constraint o join pg_catalog.pg_class c on c.oid = o.conrelid ` +
      `join pg_catalog.pg_namespace n on n.oid = c.relnamespace ` +
      `where o.contype = 'f' and o.conparentid = 0::pg_catalog.oid and ` +
      `o.confrelid = pg_catalog.to_regclass(${quoteEscaped(qualify(namespace, name))})) as found ` +
      `where found.readable or found.changes order by found.namespace, found.name, found.columns`,
  );
  return rows.map(row => ({
    name: String(row.name),
    namespace: String(row.namespace),
    isVisible: row.visible === true,
    columns: JSON.parse(String(row.columns)) as string[],
    referencedColumns: JSON.parse(String(row.referenced)) as string[],
    key: row.key === null ? [] : (JSON.parse(String(row.key)) as string[]),
    isNullable: row.nullable === true,
    isReadable: row.readable === true,
  }));
}

/** The names of columns, in the order of an array of their numbers. */
const namesOf = (table: string, numbers: string) =>
  `(select pg_catalog.json_agg(a.attname order by pg_catalog.array_position(${numbers}, a.attnum))::pg_catalog.text ` +
  `from pg_catalog.pg_attribute a where a.attrelid = ${table} and a.attnum = any (${numbers}))`;

const KEY =
  `c.relname::pg_catalog.text as name, n.nspname::pg_catalog.text as namespace, pg_catalog.pg_table_is_visible(c.oid) as visible, ` +
  `${namesOf('o.conrelid', 'o.conkey')} as columns, ` +
  `(select pg_catalog.json_agg(a.attname order by k.place)::pg_catalog.text from pg_catalog.unnest(o.confkey) with ordinality as k (number, place) ` +
  `join pg_catalog.pg_attribute a on a.attrelid = o.confrelid and a.attnum = k.number) as referenced, ` +
  `(select pg_catalog.json_agg(a.attname order by a.attnum)::pg_catalog.text from pg_catalog.pg_index x ` +
  `join pg_catalog.pg_attribute a on a.attrelid = x.indrelid and a.attnum = any (x.indkey::pg_catalog.int2[]) ` +
  `where x.indrelid = c.oid and x.indisprimary) as key, ` +
  `not exists (select from pg_catalog.pg_attribute a where a.attrelid = o.conrelid and a.attnum = any (o.conkey) and a.attnotnull) as nullable, ` +
  `pg_catalog.has_schema_privilege(n.oid, 'usage') and pg_catalog.has_table_privilege(c.oid, 'select') as readable, ` +
  `o.confdeltype in ('c', 'n', 'd') as changes`;
