import { quoteEscaped } from '../../../sql/quoting.ts';
import type { Alteration } from '../alter-table/alteration.ts';
import { stored } from '../names.ts';

/**
 * Reads the objects that go with a column: indexes, constraints, statistics, grants, the comments of all, and
 * what its values are counted with.
 *
 * @returns the statements that make it again, in an order that runs
 */
export async function companyOf({ context, oid, name }: Alteration, column: string): Promise<string[]> {
  const statements = STATEMENTS.replaceAll(':table', () => quoteEscaped(name)).replaceAll(
    ':column',
    'pg_catalog.quote_ident(a.attname)',
  );
  const rows = await context.sql.execute(
    `select s.statement from pg_catalog.pg_attribute a join pg_catalog.pg_class c on c.oid = a.attrelid ` +
      `join pg_catalog.pg_namespace n on n.oid = c.relnamespace, lateral (${statements}) s ` +
      `where a.attrelid = ${oid} and a.attname = ${quoteEscaped(stored(column))} and s.statement is not null order by s.place, s.statement`,
  );
  return rows.map(({ statement }) => String(statement));
}

/** What depends on the column alone, by the catalog it stands in. */
const ofColumn = (catalog: string, alias: string) =>
  `from pg_catalog.pg_depend d join ${catalog} ${alias} on ${alias}.oid = d.objid where d.classid = '${catalog}'::pg_catalog.regclass ` +
  `and d.refclassid = 'pg_catalog.pg_class'::pg_catalog.regclass and d.refobjid = a.attrelid and d.refobjsubid = a.attnum and d.deptype = 'a'`;

/** The index `i` of the column, whether it stands behind a constraint or not. */
const OF_INDEX =
  `from pg_catalog.pg_index x join pg_catalog.pg_class i on i.oid = x.indexrelid ` +
  `where x.indrelid = a.attrelid and not x.indisprimary and exists (select ${ofColumn('pg_catalog.pg_class', 'k')} and k.oid = i.oid ` +
  `union all select ${ofColumn('pg_catalog.pg_constraint', 'k')} and k.conindid = i.oid)`;

const STATEMENTS = [
  `select 1 as place, pg_catalog.pg_get_indexdef(i.oid) as statement ${ofColumn('pg_catalog.pg_class', 'i')} and i.relkind in ('i', 'I')`,
  `select 1, pg_catalog.format('alter table %s add constraint %I %s', :table, o.conname, pg_catalog.pg_get_constraintdef(o.oid)) ` +
    `${ofColumn('pg_catalog.pg_constraint', 'o')} and o.contype <> 'n'`,
  `select 1, pg_catalog.pg_get_statisticsobjdef(e.oid) ${ofColumn('pg_catalog.pg_statistic_ext', 'e')}`,
  // The definition of a constraint does not say what its index is kept with.
  `select 2, pg_catalog.format('alter index %I.%I set (%s)', n.nspname, i.relname, pg_catalog.array_to_string(i.reloptions, ', ')) ` +
    `${OF_INDEX} and i.reloptions is not null and exists (select from pg_catalog.pg_constraint o where o.conindid = i.oid)`,
  `select 2, pg_catalog.format('alter table %s cluster on %I', :table, i.relname) ${OF_INDEX} and x.indisclustered`,
  `select 2, pg_catalog.format('alter table %s replica identity using index %I', :table, i.relname) ${OF_INDEX} and x.indisreplident`,
  `select 3, pg_catalog.format('comment on index %I.%I is ', n.nspname, i.relname) || pg_catalog.quote_literal(pg_catalog.obj_description(i.oid, 'pg_class')) ${OF_INDEX}`,
  `select 3, pg_catalog.format('comment on constraint %I on %s is ', o.conname, :table) || ` +
    `pg_catalog.quote_literal(pg_catalog.obj_description(o.oid, 'pg_constraint')) ${ofColumn('pg_catalog.pg_constraint', 'o')}`,
  `select 3, pg_catalog.format('comment on statistics %I.%I is ', m.nspname, e.stxname) || ` +
    `pg_catalog.quote_literal(pg_catalog.obj_description(e.oid, 'pg_statistic_ext')) ` +
    ofColumn('pg_catalog.pg_statistic_ext', 'e').replace(
      ' where ',
      ' join pg_catalog.pg_namespace m on m.oid = e.stxnamespace where ',
    ),
  `select 4, pg_catalog.format('comment on column %s.%s is ', :table, :column) || ` +
    `pg_catalog.quote_literal(pg_catalog.col_description(a.attrelid, a.attnum))`,
  `select 4, pg_catalog.format('grant %s (%s) on %s to %s%s', pg_catalog.lower(g.privilege_type), :column, :table, ` +
    `case when g.grantee = 0::pg_catalog.oid then 'public' else pg_catalog.quote_ident(pg_catalog.pg_get_userbyid(g.grantee)) end, ` +
    `case when g.is_grantable then ' with grant option' end) from pg_catalog.aclexplode(a.attacl) g`,
  `select 4, pg_catalog.format('alter table %s alter column %s set (%s)', :table, :column, pg_catalog.array_to_string(a.attoptions, ', ')) ` +
    `where a.attoptions is not null`,
  `select 4, pg_catalog.format('alter table %s alter column %s set statistics %s', :table, :column, a.attstattarget) ` +
    `where coalesce(a.attstattarget, -1) >= 0`,
].join(' union all ');
