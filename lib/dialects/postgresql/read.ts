import { qualify, quoteEscaped } from '../../sql/quoting.ts';
import type { LiveTable, TableName } from '../table-changes.ts';
import type { Sql } from '../table-editor.ts';
import { describeReading } from './storage/describe-reading.ts';

/** Reads a table or view as the catalog has it, in one statement. */
export async function read(sql: Sql, table: TableName): Promise<LiveTable | undefined> {
  const [row] = await sql.execute(readSql(table));
  return row && describeReading(String(row.found), table);
}

function readSql({ namespace, name }: TableName): string {
  return (
    `select ${tableSql()} as found from pg_catalog.pg_class c join pg_catalog.pg_namespace n on n.oid = c.relnamespace ` +
    `where c.oid = pg_catalog.to_regclass(${quoteEscaped(qualify(namespace, name))}) and ${IS_RELATION}`
  );
}

/** Whether `c` is something with columns that a statement can name. */
export const IS_RELATION = `c.relkind in ('r', 'p', 'f', 'v', 'm')`;

/** All that is known of the relation `c` in the namespace `n`, as text that `describeReading()` reads. */
export function tableSql(more = ''): string {
  return (
    `pg_catalog.json_build_object('name', c.relname, 'own', n.nspname, ` +
    `'kind', case when c.relkind in ('v', 'm') then 'view' else 'table' end, ` +
    `'columns', (${COLUMNS}), 'primaryKey', (${PRIMARY_KEY}), 'indexes', (${INDEXES}), ` +
    `'checks', (${CHECKS}), 'foreignKeys', (${FOREIGN_KEYS}), 'triggers', (${TRIGGERS}), ` +
    `'comment', (${COMMENT})${more})::pg_catalog.text`
  );
}

const COMMENT =
  `select m.description from pg_catalog.pg_description m where m.objoid = c.oid and m.objsubid = 0 ` +
  `and m.classoid = 'pg_catalog.pg_class'::pg_catalog.regclass`;

/** Lists of texts: objects take the server several times as long, and are most of what a whole storage costs. */
export const listOf = (texts: readonly string[], order: string) =>
  `select pg_catalog.array_to_json(pg_catalog.array_agg(array[${texts.join(', ')}] order by ${order}))`;

// Both are found by their keys: joined, the catalog would be gone through for each table.
const COLLATION =
  `select l.collname::pg_catalog.text from pg_catalog.pg_type t, pg_catalog.pg_collation l ` +
  `where t.oid = a.atttypid and l.oid = a.attcollation and a.attcollation <> t.typcollation`;
const ITEMS =
  `select case when t.typtype = 'e' or t.typcategory = 'A' then ` +
  `(select pg_catalog.json_agg(e.enumlabel order by e.enumsortorder)::pg_catalog.text from pg_catalog.pg_enum e where e.enumtypid in (t.oid, t.typelem)) end ` +
  `from pg_catalog.pg_type t where t.oid = a.atttypid`;
/** `text` and `varchar` in the collation that they have by themselves. */
const PLAIN_TEXT = `a.attcollation = 100::pg_catalog.oid and a.atttypid in (25::pg_catalog.oid, 1043::pg_catalog.oid)`;
/** Below it there are the types that PostgreSQL comes with, and no enum is among them. */
const FIRST_OF_USERS = 16384;

const COLUMNS =
  listOf(
    [
      'a.attnum::pg_catalog.text',
      'a.attname::pg_catalog.text',
      'pg_catalog.format_type(a.atttypid, a.atttypmod)',
      `case when a.attnotnull then '' else 'null' end`,
      // A default names no column, and without a table the server need not open it
      `case when a.attgenerated = '' then pg_catalog.pg_get_expr(d.adbin, 0::pg_catalog.oid) end`,
      // In MikroORM's words
      `case a.attidentity when 'd' then 'by default as identity' when 'a' then 'identity' ` +
        `else case a.attgenerated when 's' then pg_catalog.pg_get_expr(d.adbin, d.adrelid) || ' stored' ` +
        `when 'v' then pg_catalog.pg_get_expr(d.adbin, d.adrelid) || ' virtual' end end`,
      `case when a.attcollation <> 0::pg_catalog.oid and not (${PLAIN_TEXT}) then (${COLLATION}) end`,
      'm.description',
      `case when a.atttypid >= ${FIRST_OF_USERS}::pg_catalog.oid then (${ITEMS}) end`,
    ],
    'a.attnum',
  ) +
  ` from pg_catalog.pg_attribute a ` +
  `left join pg_catalog.pg_attrdef d on d.adrelid = a.attrelid and d.adnum = a.attnum ` +
  // Its function for that is one of SQL, and takes longer than all the rest
  `left join pg_catalog.pg_description m on m.objoid = a.attrelid and m.objsubid = a.attnum ` +
  `and m.classoid = 'pg_catalog.pg_class'::pg_catalog.regclass ` +
  `where a.attrelid = c.oid and a.attnum > 0 and not a.attisdropped`;

/** The numbers of the columns that an index is of, without those that it only includes. */
const KEY_NUMBERS = '(x.indkey::pg_catalog.int2[])[0:x.indnkeyatts - 1]::pg_catalog.text';

const PRIMARY_KEY = `select ${KEY_NUMBERS} from pg_catalog.pg_index x where x.indrelid = c.oid and x.indisprimary`;

const INDEXES =
  listOf(
    [
      'i.relname::pg_catalog.text',
      `case when x.indisunique then 'unique' else '' end`,
      KEY_NUMBERS,
      // What its options are stands in no constraint's definition
      `coalesce(pg_catalog.pg_get_constraintdef(o.oid) || coalesce(' WITH (' || pg_catalog.array_to_string(i.reloptions, ', ') || ')', ''), ` +
        `pg_catalog.pg_get_indexdef(i.oid)) || case when x.indisvalid then '' else ' (invalid)' end`,
    ],
    'i.relname',
  ) +
  ` from pg_catalog.pg_index x join pg_catalog.pg_class i on i.oid = x.indexrelid ` +
  `left join pg_catalog.pg_constraint o on o.conindid = i.oid and o.conrelid = c.oid and o.contype in ('p', 'u', 'x') ` +
  `where x.indrelid = c.oid and not x.indisprimary and o.contype is distinct from 'x'`;

/** The definition of a constraint that is not valid, or not enforced: its end says which. */
const UNPROVEN = 'case when not o.convalidated then pg_catalog.pg_get_constraintdef(o.oid) end';

/** A `NOT NULL` is one of its column. It is a constraint as well, and read here if it does not hold for all rows. */
const CHECKS =
  listOf(
    [
      'o.conname::pg_catalog.text',
      'coalesce(pg_catalog.pg_get_expr(o.conbin, o.conrelid), pg_catalog.pg_get_constraintdef(o.oid))',
      UNPROVEN,
      `case when o.contype = 'n' then o.conkey::pg_catalog.text end`,
    ],
    'o.conname',
  ) +
  ` from pg_catalog.pg_constraint o where o.conrelid = c.oid ` +
  `and (o.contype in ('c', 'x') or o.contype = 'n' and not o.convalidated)`;

/** None is nothing, and no empty list: most tables have none. */
const TRIGGERS =
  `select pg_catalog.json_agg(pg_catalog.json_build_object('name', t.tgname, 'does', pg_catalog.json_build_object(` +
  `'timing', case when t.tgtype::int & 2 <> 0 then 'before' when t.tgtype::int & 64 <> 0 then 'instead of' else 'after' end, ` +
  `'events', pg_catalog.array_remove(array[case when t.tgtype::int & 4 <> 0 then 'insert' end, case when t.tgtype::int & 16 <> 0 then 'update' end, ` +
  `case when t.tgtype::int & 8 <> 0 then 'delete' end, case when t.tgtype::int & 32 <> 0 then 'truncate' end], null), ` +
  `'forEach', case when t.tgtype::int & 1 <> 0 then 'row' else 'statement' end, ` +
  `'when', substring(pg_catalog.pg_get_triggerdef(t.oid) from ' WHEN (.*) EXECUTE '), 'body', f.prosrc)) order by t.tgname) ` +
  `from pg_catalog.pg_trigger t join pg_catalog.pg_proc f on f.oid = t.tgfoid where t.tgrelid = c.oid and not t.tgisinternal`;

const rule = (column: string) =>
  `case ${column} when 'r' then 'restrict' when 'c' then 'cascade' when 'n' then 'set null' when 'd' then 'set default' end`;

const FOREIGN_KEYS =
  listOf(
    [
      'o.conname::pg_catalog.text',
      'o.conkey::pg_catalog.text',
      'r.relname::pg_catalog.text',
      's.nspname::pg_catalog.text',
      `pg_catalog.array_to_json(array(select a.attname from pg_catalog.pg_attribute a where a.attrelid = o.confrelid ` +
        `and a.attnum = any (o.confkey) order by pg_catalog.array_position(o.confkey, a.attnum)))::pg_catalog.text`,
      rule('o.confdeltype'),
      rule('o.confupdtype'),
      `case when o.condeferred then 'deferred' when o.condeferrable then 'immediate' end`,
      UNPROVEN,
    ],
    'o.conname',
  ) +
  ` from pg_catalog.pg_constraint o join pg_catalog.pg_class r on r.oid = o.confrelid join pg_catalog.pg_namespace s on s.oid = r.relnamespace ` +
  `where o.conrelid = c.oid and o.contype = 'f'`;
