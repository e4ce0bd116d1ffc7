import { quoteEscaped } from '../../../sql/quoting.ts';

/** Whether the namespace `n` was read. */
function within(namespaces: readonly (string | undefined)[], visible: string): string {
  const named = namespaces.filter(namespace => namespace !== undefined).map(quoteEscaped);
  const either = [
    ...(namespaces.includes(undefined) ? [visible] : []),
    ...(named.length > 0 ? [`n.nspname in (${named.join(', ')})`] : []),
  ].join(' or ');
  return `(${either}) and ${OF_USERS}`;
}

const OF_USERS = `n.nspname not in ('pg_catalog', 'information_schema') and n.nspname::pg_catalog.text operator(pg_catalog.!~) '^pg_(?:toast|temp)'`;

/** Whether an object belongs to an extension. */
const ofExtension = (catalog: string, oid: string) =>
  `exists (select from pg_catalog.pg_depend d where d.classid = '${catalog}'::pg_catalog.regclass and d.objid = ${oid} and d.deptype = 'e')`;

/** Lists relations that are no tables of an application: partitions, foreign tables, tables of extensions. */
export const UNSUITABLE =
  `select c.relname as name, n.nspname as namespace, pg_catalog.pg_table_is_visible(c.oid) as visible, ` +
  `case when ${ofExtension('pg_catalog.pg_class', 'c.oid')} then 'table of an extension' ` +
  `when c.relispartition then 'partition of ' || (select p.relname from pg_catalog.pg_inherits i join pg_catalog.pg_class p on p.oid = i.inhparent where i.inhrelid = c.oid) ` +
  `when c.relkind = 'f' then 'foreign table' else 'table that inherits from another' end as kind ` +
  `from pg_catalog.pg_class c join pg_catalog.pg_namespace n on n.oid = c.relnamespace ` +
  `where c.relkind in ('r', 'p', 'f') and (c.relispartition or c.relkind = 'f' or ${ofExtension('pg_catalog.pg_class', 'c.oid')} ` +
  `or exists (select from pg_catalog.pg_inherits i where i.inhrelid = c.oid)) order by 1`;

/** Lists everything in the namespaces, except tables; of tables what no entity declares and no comparison reads. */
export function othersSql(namespaces: readonly (string | undefined)[]): string {
  const relations =
    `select case c.relkind when 'v' then 'view' when 'm' then 'materialized view' when 'S' then 'sequence' ` +
    `when 'p' then 'partitioned table' else 'composite type' end as kind, ` +
    `c.oid::pg_catalog.regclass::pg_catalog.text as name ` +
    `from pg_catalog.pg_class c join pg_catalog.pg_namespace n on n.oid = c.relnamespace ` +
    `where ${within(namespaces, 'pg_catalog.pg_table_is_visible(c.oid)')} and not ${ofExtension('pg_catalog.pg_class', 'c.oid')} ` +
    `and (c.relkind in ('v', 'm', 'c') or c.relkind = 'p' and not c.relispartition or c.relkind = 'S' ` +
    // The sequence of a column that counts by itself comes with the column
    `and not exists (select from pg_catalog.pg_depend d where d.classid = 'pg_catalog.pg_class'::pg_catalog.regclass and d.objid = c.oid and d.deptype in ('a', 'i')) ` +
    `and not exists (select from pg_catalog.pg_depend d where d.classid = 'pg_catalog.pg_attrdef'::pg_catalog.regclass and d.refobjid = c.oid))`;
  const functions =
    `select case p.prokind when 'p' then 'procedure' when 'a' then 'aggregate' else 'function' end, ` +
    `p.oid::pg_catalog.regprocedure::pg_catalog.text ` +
    `from pg_catalog.pg_proc p join pg_catalog.pg_namespace n on n.oid = p.pronamespace ` +
    `where ${within(namespaces, 'pg_catalog.pg_function_is_visible(p.oid)')} and not ${ofExtension('pg_catalog.pg_proc', 'p.oid')}`;
  const types =
    `select case t.typtype when 'd' then 'domain' else 'range type' end, pg_catalog.format_type(t.oid, null) ` +
    `from pg_catalog.pg_type t join pg_catalog.pg_namespace n on n.oid = t.typnamespace ` +
    `where t.typtype in ('d', 'r') and ${within(namespaces, 'pg_catalog.pg_type_is_visible(t.oid)')} and not ${ofExtension('pg_catalog.pg_type', 't.oid')}`;
  const extensions = `select 'extension', extname::pg_catalog.text from pg_catalog.pg_extension where extname <> 'plpgsql'`;
  const ofTables = optionsOfTables(within(namespaces, 'pg_catalog.pg_table_is_visible(c.oid)'));
  return `select * from (${relations} union all ${functions} union all ${types} union all ${extensions} union all ${ofTables}) o order by 1, 2`;
}

/** Lists policies, rules, and privileges of other roles, with their tables. */
function optionsOfTables(isRead: string): string {
  const parts = [
    `select 'policy' as kind, polname as part, polrelid as oid from pg_catalog.pg_policy`,
    `select 'rule', rulename, ev_class from pg_catalog.pg_rewrite where rulename <> '_RETURN'`,
    `select 'row level security', null, oid from pg_catalog.pg_class where relrowsecurity`,
    `select 'privileges of other roles', null, t.oid from pg_catalog.pg_class t ` +
      `where exists (select from pg_catalog.aclexplode(t.relacl) a where a.grantee <> t.relowner)`,
  ];
  return (
    `select o.kind, coalesce(pg_catalog.quote_ident(o.part) || ' on ', '') || c.oid::pg_catalog.regclass::pg_catalog.text ` +
    `from (${parts.join(' union all ')}) o join pg_catalog.pg_class c on c.oid = o.oid ` +
    `join pg_catalog.pg_namespace n on n.oid = c.relnamespace ` +
    `where ${isRead} and c.relkind in ('r', 'p') and not ${ofExtension('pg_catalog.pg_class', 'c.oid')}`
  );
}

/** Lists domains, with the type that each stands for in the end. */
export const DOMAINS =
  `with recursive base (oid, name, type, modifier) as (` +
  `select t.oid, pg_catalog.format_type(t.oid, null), t.typbasetype, t.typtypmod from pg_catalog.pg_type t where t.typtype = 'd' ` +
  `union all select b.oid, b.name, t.typbasetype, t.typtypmod from base b join pg_catalog.pg_type t on t.oid = b.type where t.typtype = 'd') ` +
  `select b.name, pg_catalog.format_type(b.type, b.modifier) as base from base b ` +
  `join pg_catalog.pg_type t on t.oid = b.type where t.typtype <> 'd'`;

/** Lists the namespaces that hold tables, without those of the server and of extensions. */
export const NAMESPACES =
  `select n.nspname as name from pg_catalog.pg_namespace n ` +
  `where ${OF_USERS} ` +
  `and pg_catalog.has_schema_privilege(n.oid, 'usage') ` +
  `and exists (select from pg_catalog.pg_class c where c.relnamespace = n.oid and c.relkind in ('r', 'p') and not ${ofExtension('pg_catalog.pg_class', 'c.oid')}) ` +
  `order by 1`;

/** Lists the columns that are declared as arrays of arrays. */
export const NESTED_ARRAYS =
  `select n.nspname as namespace, c.relname as name, a.attname as column, pg_catalog.pg_table_is_visible(c.oid) as visible ` +
  `from pg_catalog.pg_attribute a join pg_catalog.pg_class c on c.oid = a.attrelid join pg_catalog.pg_namespace n on n.oid = c.relnamespace ` +
  `where a.attndims > 1 and a.attnum > 0 and not a.attisdropped and c.relkind in ('r', 'p') and ${OF_USERS}`;
