import { quoteEscaped } from '../../../sql/quoting.ts';
import type { LiveRelation, LiveStorage, StoredEnum } from '../../live-storage.ts';
import type { Row } from '../../../store/connection.ts';
import type { Sql } from '../../table-editor.ts';
import { IS_RELATION, listOf, tableSql } from '../read.ts';
import { describeReading } from './describe-reading.ts';

/** Reads all tables, views and enums of some namespaces, in one statement; `undefined` stands for the search path. */
export async function readStorage(sql: Sql, namespaces: readonly (string | undefined)[]): Promise<LiveStorage> {
  const rows = await sql.execute(storageSql(namespaces));
  return {
    relations: rows.filter(({ what }) => what === 'relation').map(relationOf),
    enums: rows.filter(({ what }) => what === 'enum').map(enumOf),
  };
}

function relationOf(row: Row): LiveRelation {
  const reading = String(row.found);
  return { ...nameOf(row), reading, describe: name => describeReading(reading, name) };
}

function enumOf(row: Row): StoredEnum {
  const { type, items } = JSON.parse(String(row.found)) as Pick<StoredEnum, 'type' | 'items'>;
  return { ...nameOf(row), type, items };
}

function nameOf(row: Row) {
  return { name: String(row.name), namespace: String(row.namespace), visible: row.visible === true };
}

function storageSql(namespaces: readonly (string | undefined)[]): string {
  const named = namespaces.filter(namespace => namespace !== undefined).map(quoteEscaped);
  const within = (visible: string) =>
    `(${[
      ...(namespaces.includes(undefined) ? [visible] : []),
      ...(named.length > 0 ? [`n.nspname in (${named.join(', ')})`] : []),
    ].join(
      ' or ',
    )}) and n.nspname not in ('pg_catalog', 'information_schema') and n.nspname::pg_catalog.text !~ '^pg_(toast|temp)'`;
  return (
    `select 'relation' as what, c.relname as name, n.nspname as namespace, pg_catalog.pg_table_is_visible(c.oid) as visible, ` +
    `${tableSql(WHOLE)} as found ` +
    `from pg_catalog.pg_class c join pg_catalog.pg_namespace n on n.oid = c.relnamespace ` +
    `where ${IS_RELATION} and ${within('pg_catalog.pg_table_is_visible(c.oid)')} ` +
    `union all select 'enum', t.typname, n.nspname, pg_catalog.pg_type_is_visible(t.oid), ` +
    `pg_catalog.json_build_object('type', pg_catalog.format_type(t.oid, null), 'items', ` +
    `(select pg_catalog.json_agg(e.enumlabel order by e.enumsortorder) from pg_catalog.pg_enum e where e.enumtypid = t.oid))::pg_catalog.text ` +
    `from pg_catalog.pg_type t join pg_catalog.pg_namespace n on n.oid = t.typnamespace ` +
    `where t.typtype = 'e' and ${within('pg_catalog.pg_type_is_visible(t.oid)')}`
  );
}

const DEFINITION = `select pg_catalog.pg_get_viewdef(c.oid) where c.relkind in ('v', 'm')`;

const roleOf = (oid: string) =>
  `case when ${oid} = 0::pg_catalog.oid then 'public' else pg_catalog.pg_get_userbyid(${oid})::pg_catalog.text end`;

const extra = (kind: string, name: string, definition: string, from: string) =>
  `select '${kind}' as kind, ${name} as name, ${definition} as definition ${from}`;

/** The owner's own rights come with being it. */
const GRANTS =
  `select 'grant', ${roleOf('g.grantee')}, pg_catalog.string_agg(g.said, ', ' order by g.said) from (` +
  `select a.grantee, pg_catalog.lower(a.privilege_type) || case when a.is_grantable then ' with grant option' else '' end as said ` +
  `from pg_catalog.aclexplode(c.relacl) a where a.grantee <> c.relowner ` +
  `union all select a.grantee, pg_catalog.lower(a.privilege_type) || ' (' || o.attname::pg_catalog.text || ')' from pg_catalog.pg_attribute o, pg_catalog.aclexplode(o.attacl) a ` +
  `where o.attrelid = c.oid and o.attacl is not null and not o.attisdropped and a.grantee <> c.relowner) g group by g.grantee`;

const EXTRAS =
  `${listOf(['x.kind', 'x.name', 'x.definition'], 'x.kind, x.name')} from (` +
  [
    extra(
      'policy',
      'p.polname::pg_catalog.text',
      `pg_catalog.concat_ws(' ', case when p.polpermissive then 'permissive' else 'restrictive' end, 'for', ` +
        `case p.polcmd when 'r' then 'select' when 'a' then 'insert' when 'w' then 'update' when 'd' then 'delete' else 'all' end, ` +
        `'to', (select pg_catalog.string_agg(${roleOf('u.role')}, ', ' order by 1) from pg_catalog.unnest(p.polroles) as u(role)), ` +
        `'using (' || pg_catalog.pg_get_expr(p.polqual, p.polrelid) || ')', 'with check (' || pg_catalog.pg_get_expr(p.polwithcheck, p.polrelid) || ')')`,
      'from pg_catalog.pg_policy p where p.polrelid = c.oid',
    ),
    extra(
      'row security',
      `''`,
      `case when c.relforcerowsecurity then 'forced' else 'enabled' end`,
      'where c.relrowsecurity or c.relforcerowsecurity',
    ),
    extra('owner', `''`, 'pg_catalog.pg_get_userbyid(c.relowner)::pg_catalog.text', ''),
    extra(
      'rule',
      'w.rulename::pg_catalog.text',
      'pg_catalog.pg_get_ruledef(w.oid)',
      `from pg_catalog.pg_rewrite w where w.ev_class = c.oid and w.rulename <> '_RETURN'`,
    ),
    extra(
      'statistics',
      's.stxname::pg_catalog.text',
      'pg_catalog.pg_get_statisticsobjdef(s.oid)',
      'from pg_catalog.pg_statistic_ext s where s.stxrelid = c.oid',
    ),
    GRANTS,
  ].join(' union all ') +
  `) x`;

/** The parts read of a table or view in addition to those that operations need. */
export const WHOLE = `, 'definition', (${DEFINITION}), 'materialized', case when c.relkind = 'm' then true end, 'extras', (${EXTRAS})`;
