import { OperationError } from '../../../errors.ts';
import { quoteEscaped, quoteName } from '../../../sql/quoting.ts';
import type { Sql } from '../../table-editor.ts';
import type { LiveEnum } from './enum-type.ts';
import { stored } from '../names.ts';

/** A column that is of an enum. */
export interface EnumColumn {
  readonly oid: string;
  /** Its table, as SQL says it. */
  readonly table: string;
  readonly column: string;
  readonly isList: boolean;
  /** Follows when the column it was inherited from is changed. */
  readonly isInherited: boolean;
}

/** What has to step aside while the type is swapped, and how it comes back. */
interface Bystander {
  readonly drop: string;
  readonly restore: readonly string[];
  /** The default of a column of the enum, if it is one. */
  readonly default?: EnumDefault | undefined;
}

/** What a column of an enum gets by default. */
export interface EnumDefault {
  readonly column: EnumColumn;
  readonly expression: string;
}

/** Finds the columns of an enum, in all tables. */
export async function columnsOf(sql: Sql, type: LiveEnum): Promise<EnumColumn[]> {
  const rows = await sql.execute(
    `select pg_catalog.quote_literal(c.oid::pg_catalog.text) as oid, pg_catalog.format('%I.%I', n.nspname, c.relname) as table, a.attname as column, ` +
      `a.atttypid = ${type.arrayOid} as is_list, a.attinhcount > 0 as is_inherited ` +
      `from pg_catalog.pg_attribute a join pg_catalog.pg_class c on c.oid = a.attrelid join pg_catalog.pg_namespace n on n.oid = c.relnamespace ` +
      `where a.atttypid in (${type.oid}, ${type.arrayOid}) and not a.attisdropped and c.relkind in ('r', 'p') order by 2, a.attnum`,
  );
  return rows.map(row => ({
    oid: String(row.oid),
    table: String(row.table),
    column: String(row.column),
    isList: row.is_list === true,
    isInherited: row.is_inherited === true,
  }));
}

/** Finds the views, functions, policies, computed columns and types that are made of an enum. */
export async function othersMadeOf(sql: Sql, type: LiveEnum, columns: readonly EnumColumn[]): Promise<string[]> {
  const readers = columns.map(
    ({ oid, column }) =>
      ` or d.refclassid = 'pg_catalog.pg_class'::pg_catalog.regclass and d.refobjid = ${oid} and r.oid is not null ` +
      `and d.refobjsubid = (select attnum from pg_catalog.pg_attribute where attrelid = ${oid} and attname = ${quoteEscaped(stored(column))})`,
  );
  const rows = await sql.execute(
    `select distinct case when r.oid is null then pg_catalog.pg_describe_object(d.classid, d.objid, d.objsubid) ` +
      `else pg_catalog.pg_describe_object('pg_catalog.pg_class'::pg_catalog.regclass, r.ev_class, 0) end as what ` +
      `from pg_catalog.pg_depend d left join pg_catalog.pg_rewrite r on d.classid = 'pg_catalog.pg_rewrite'::pg_catalog.regclass and r.oid = d.objid ` +
      `left join pg_catalog.pg_class c on d.classid = 'pg_catalog.pg_class'::pg_catalog.regclass and c.oid = d.objid ` +
      `left join pg_catalog.pg_constraint o on d.classid = 'pg_catalog.pg_constraint'::pg_catalog.regclass and o.oid = d.objid ` +
      `left join pg_catalog.pg_attrdef f on d.classid = 'pg_catalog.pg_attrdef'::pg_catalog.regclass and f.oid = d.objid ` +
      `left join pg_catalog.pg_attribute a on a.attrelid = f.adrelid and a.attnum = f.adnum ` +
      `where d.deptype = 'n' and (d.refclassid = 'pg_catalog.pg_type'::pg_catalog.regclass and d.refobjid in (${type.oid}, ${type.arrayOid}) ` +
      `and c.relkind is distinct from 'r' and c.relkind is distinct from 'p' and c.relkind is distinct from 'i' ` +
      // A column of a view is listed with the view
      `and c.relkind is distinct from 'v' and c.relkind is distinct from 'm' ` +
      `and o.contype is distinct from 'c' and a.attgenerated is distinct from ''${readers.join('')}) order by what`,
  );
  return rows.map(row => String(row.what));
}

/** Defaults, checks, indexes and foreign keys that name the type or compare by it. What a default says is kept. */
export async function bystandersOf(sql: Sql, type: LiveEnum, columns: readonly EnumColumn[]): Promise<Bystander[]> {
  const dependsOnType = (catalog: string) =>
    `exists (select from pg_catalog.pg_depend d where d.classid = '${catalog}'::pg_catalog.regclass and d.objid = x.oid ` +
    `and d.refclassid = 'pg_catalog.pg_type'::pg_catalog.regclass and d.refobjid in (${type.oid}, ${type.arrayOid}))`;
  const ofColumns = columns
    .map(({ oid, column }) => `(a.attrelid = ${oid} and a.attname = ${quoteEscaped(stored(column))})`)
    .join(' or ');
  const table = `pg_catalog.format('%I.%I', n.nspname, c.relname)`;
  const commentOf = `pg_catalog.format('comment on constraint %I on %s is ', x.conname, ${table}) || pg_catalog.quote_literal(pg_catalog.obj_description(x.oid, 'pg_constraint'))`;
  const named = `join pg_catalog.pg_namespace n on n.oid = c.relnamespace`;
  const rows = await sql.execute(
    // Foreign keys first: an index of the other side may be needed by one
    `select 1 as place, ${table} as table, null as column, pg_catalog.quote_literal(c.oid::pg_catalog.text) as oid, null as expression, ${commentOf} as comment, ` +
      `pg_catalog.format('alter table %s drop constraint %I', ${table}, x.conname) as drop, ` +
      `pg_catalog.format('alter table %s add constraint %I %s', ${table}, x.conname, pg_catalog.pg_get_constraintdef(x.oid)) as restore ` +
      `from pg_catalog.pg_constraint x join pg_catalog.pg_class c on c.oid = x.conrelid ${named} where x.contype = 'f' and x.conparentid = 0 ` +
      `and exists (select from pg_catalog.pg_attribute a where (${ofColumns || 'false'}) ` +
      `and (a.attrelid = x.conrelid and a.attnum = any (x.conkey) or a.attrelid = x.confrelid and a.attnum = any (x.confkey))) ` +
      `union all select 2, ${table}, null, pg_catalog.quote_literal(c.oid::pg_catalog.text), null, ${commentOf}, pg_catalog.format('alter table %s drop constraint %I', ${table}, x.conname), ` +
      `pg_catalog.format('alter table %s add constraint %I %s', ${table}, x.conname, pg_catalog.pg_get_constraintdef(x.oid)) ` +
      `from pg_catalog.pg_constraint x join pg_catalog.pg_class c on c.oid = x.conrelid ${named} ` +
      `where x.contype = 'c' and x.coninhcount = 0 and ${dependsOnType('pg_catalog.pg_constraint')} ` +
      `union all select 3, ${table}, null, pg_catalog.quote_literal(c.oid::pg_catalog.text), null, pg_catalog.format('comment on index %I.%I is ', n.nspname, x.relname) || pg_catalog.quote_literal(pg_catalog.obj_description(x.oid, 'pg_class')), pg_catalog.format('drop index %I.%I', n.nspname, x.relname), pg_catalog.pg_get_indexdef(x.oid) ` +
      `from pg_catalog.pg_class x join pg_catalog.pg_index i on i.indexrelid = x.oid join pg_catalog.pg_class c on c.oid = i.indrelid ${named} ` +
      `where not x.relispartition and ${dependsOnType('pg_catalog.pg_class')} ` +
      `union all select 4, ${table}, a.attname, pg_catalog.quote_literal(c.oid::pg_catalog.text), pg_catalog.pg_get_expr(x.adbin, x.adrelid), null, pg_catalog.format('alter table %s alter column %I drop default', ${table}, a.attname), ` +
      `pg_catalog.format('alter table %s alter column %I set default %s', ${table}, a.attname, pg_catalog.pg_get_expr(x.adbin, x.adrelid)) ` +
      `from pg_catalog.pg_attrdef x join pg_catalog.pg_attribute a on a.attrelid = x.adrelid and a.attnum = x.adnum ` +
      `join pg_catalog.pg_class c on c.oid = x.adrelid ${named} where a.attgenerated = '' ` +
      `and (${dependsOnType('pg_catalog.pg_attrdef')}${ofColumns ? ` or ${ofColumns}` : ''}) order by 1, 7`,
  );
  return rows.map(row => {
    const column = columns.find(candidate => candidate.oid === row.oid && candidate.column === row.column);
    return {
      drop: String(row.drop),
      restore: [String(row.restore), ...(row.comment ? [String(row.comment)] : [])],
      default: column && { column, expression: String(row.expression) },
    };
  });
}

/**
 * @throws {@link OperationError} counting the rows of other columns that hold an item which is about to go: those of the
 * column that is altered were counted before
 */
export async function assertNoRowHolds(
  sql: Sql,
  type: LiveEnum,
  items: readonly string[],
  columns: readonly EnumColumn[],
): Promise<void> {
  if (type.items.every(item => items.includes(item))) return;
  const left = items.map(quoteEscaped).join(', ');
  for (const { table, column, isList } of columns) {
    const value = quoteName(column);
    const fits = isList
      ? `${value}::pg_catalog.text[] operator(pg_catalog.<@) array[${left}]::pg_catalog.text[]`
      : `${value}::pg_catalog.text = any (array[${left}]::pg_catalog.text[])`;
    const [row] = await sql.execute(`select pg_catalog.count(*) as n from ${table} where not (${fits})`);
    const rows = Number(row?.n);
    if (rows === 0) continue;
    throw new OperationError(
      `the enum ${type.type} cannot be reduced to ${items.join(', ')}: ${rows} ${rows === 1 ? 'row' : 'rows'} of ${table}.${value} ` +
        `${rows === 1 ? 'has' : 'have'} another item. Change those rows first.`,
      { rows },
    );
  }
}

/** The statements that give a new type what the old one was given: its owner, its comment, who may use it. */
export async function privilegesOf(sql: Sql, type: LiveEnum, name: string): Promise<string[]> {
  const [row] = await sql.execute(
    `select pg_catalog.pg_get_userbyid(t.typowner) as owner, pg_catalog.pg_get_userbyid(t.typowner) <> current_user as is_anothers, ` +
      `pg_catalog.obj_description(t.oid, 'pg_type') as comment, t.typacl is not null as has_grants, ` +
      `(select pg_catalog.json_agg(pg_catalog.json_build_object('to', case x.grantee when 0::pg_catalog.oid then 'public' else pg_catalog.quote_ident(pg_catalog.pg_get_userbyid(x.grantee)) end, ` +
      `'further', x.is_grantable))::pg_catalog.text from pg_catalog.aclexplode(t.typacl) x where x.grantee <> t.typowner) as grants ` +
      `from pg_catalog.pg_type t where t.oid = ${type.oid}`,
  );
  const grants = row?.grants ? (JSON.parse(String(row.grants)) as { to: string; further: boolean }[]) : [];
  return [
    ...(row?.comment ? [`comment on type ${name} is ${quoteEscaped(String(row.comment))}`] : []),
    ...(row?.has_grants ? [`revoke usage on type ${name} from public`] : []),
    ...grants.map(({ to, further }) => `grant usage on type ${name} to ${to}${further ? ' with grant option' : ''}`),
    ...(row?.is_anothers ? [`alter type ${name} owner to ${quoteName(String(row.owner))}`] : []),
  ];
}
