import { qualify, quoteEscaped, quoteName } from '../../sql/quoting.ts';
import type { TableName } from '../table-changes.ts';
import type { EditContext, Sql } from '../table-editor.ts';
import { openAlteration } from './alter-table/alteration.ts';
import {
  ARGUMENT_TRIGGER,
  namesColumn,
  withNewArgument,
  type ArgumentTrigger,
} from './alter-table/trigger-arguments.ts';
import { followingName, type NamedPart, type Renaming } from './names.ts';

/**
 * Renames a table or view, and takes it into another namespace where that is asked, which is created if it is not there, or
 * out of one that it had for itself; names follow.
 */
export async function rename(context: EditContext, from: TableName, to: TableName): Promise<void> {
  const alteration = await openAlteration(context, from);
  const { namespace, name, oid } = alteration;
  const target = to.namespace ?? (from.namespace === undefined ? namespace : await usualNamespace(context.sql));
  if (target !== namespace) {
    await ensureNamespace(context.sql, target);
    await alteration.execute(`alter table ${name} set schema ${quoteName(target)}`);
  }
  const renaming = { table: { from: from.name, to: to.name } };
  const give = async (is: string, next: string) =>
    alteration.execute(`alter table ${qualify(target, is)} rename to ${quoteName(next)}`);
  // Its own sequence, or an index, may have the name yet, and has another once names have followed.
  const isOwn = to.name.startsWith(`${from.name}_`) && (await isTaken(context.sql, qualify(target, to.name)));
  const aside = `dejavu_${from.name}`;
  if (to.name !== from.name) await give(from.name, isOwn ? aside : to.name);
  await followNames(context, { oid, namespace: target, current: isOwn ? aside : to.name }, renaming);
  if (isOwn) await give(aside, to.name);
}

/** Where a table is created that names no namespace. */
async function usualNamespace(sql: Sql): Promise<string> {
  const [found] = await sql.execute('select pg_catalog.current_schema() as name');
  return String(found?.name);
}

/** `create schema if not exists` would ask for a right on the database even where it is there. */
async function ensureNamespace(sql: Sql, namespace: string): Promise<void> {
  const [found] = await sql.execute(`select 1 from pg_catalog.pg_namespace where nspname = ${quoteEscaped(namespace)}`);
  if (!found) await sql.execute(`create schema ${quoteName(namespace)}`);
}

async function isTaken(sql: Sql, name: string): Promise<boolean> {
  const [found] = await sql.execute(`select pg_catalog.to_regclass(${quoteEscaped(name)}) is not null as taken`);
  return found?.taken === true;
}

/** A table under its new name. */
interface RenamedTable {
  readonly oid: string;
  /** If it is not yet called what it is renamed to. */
  readonly current?: string;
  readonly namespace: string;
}

/**
 * Renames what was named after a table or column that is called otherwise now, so that a database that was upgraded has
 * the names of one that is new. A custom name stays.
 *
 * @returns the new names by the old
 */
export async function followNames(
  { sql, helper, wanted }: EditContext,
  table: RenamedTable,
  renaming: Renaming,
): Promise<ReadonlyMap<string, string>> {
  const names = new Map<string, string>();
  const { parts, columns } = await partsOf(sql, table, renaming);
  const others = [
    ...columns.map(column => [column]),
    ...parts.flatMap(({ kind, columns: own }) => (kind === 'foreign' ? [own] : [])),
  ];
  for (const part of parts) {
    if (part.trigger && renaming.column) {
      const statements = withNewArgument(qualify(table.namespace, renaming.table.to), part.trigger, renaming.column);
      for (const statement of statements) await sql.execute(statement);
      continue;
    }
    const name = followingName(helper, wanted, part, renaming, others);
    if (name === undefined || name === part.name) continue;
    names.set(part.name, name);
    await sql.execute(renameSql(part, name, table.namespace, table.current ?? renaming.table.to));
  }
  return names;
}

function renameSql({ kind, name, isConstraint }: RenamablePart, to: string, namespace: string, table: string): string {
  const own = qualify(namespace, name);
  if (isConstraint)
    return `alter table ${qualify(namespace, table)} rename constraint ${quoteName(name)} to ${quoteName(to)}`;
  if (kind === 'policy')
    return `alter policy ${quoteName(name)} on ${qualify(namespace, table)} rename to ${quoteName(to)}`;
  if (kind === 'function') return `alter function ${own}() rename to ${quoteName(to)}`;
  return `alter ${kind === 'sequence' ? 'sequence' : 'index'} ${own} rename to ${quoteName(to)}`;
}

interface RenamablePart extends NamedPart {
  /** An index behind a constraint has its name from there. */
  readonly isConstraint: boolean;
  /** Of one that is not renamed, but has the column's name among its arguments. */
  readonly trigger?: ArgumentTrigger | null;
}

/** The named parts of a table, and all its columns. */
async function partsOf(
  sql: Sql,
  table: RenamedTable,
  renaming: Renaming,
): Promise<{ readonly parts: readonly RenamablePart[]; readonly columns: readonly string[] }> {
  const { column } = renaming;
  const isTable = renaming.table.from !== renaming.table.to;
  const [row] = await sql.execute(
    // In a fixed order: the catalog has none, and the same step is to send the same wherever it runs
    `select pg_catalog.json_agg(p order by p."isConstraint" desc, p.kind, p.name)::pg_catalog.text as parts, ${COLUMNS} as columns from (${[...PARTS, ...(isTable ? PARTS_OF_TABLE : []), ...(column ? [triggersNaming(column.from)] : [])].join(' union all ')}) p`
      .replaceAll(':table', table.oid)
      .replaceAll(':prefix', quoteEscaped(`${renaming.table.from}_`)),
  );
  return {
    parts: row?.parts ? (JSON.parse(String(row.parts)) as RenamablePart[]) : [],
    columns: row?.columns ? (JSON.parse(String(row.columns)) as string[]) : [],
  };
}

const COLUMNS =
  `(select pg_catalog.json_agg(a.attname order by a.attnum)::pg_catalog.text from pg_catalog.pg_attribute a ` +
  `where a.attrelid = :table and a.attnum > 0 and not a.attisdropped)`;

const columns = (numbers: string) =>
  `(select coalesce(pg_catalog.json_agg(a.attname order by k.position), '[]') from pg_catalog.unnest(${numbers}::pg_catalog.int2[]) ` +
  `with ordinality as k(number, position) join pg_catalog.pg_attribute a on a.attrelid = :table and a.attnum = k.number)`;

const PARTS = [
  `select case o.contype when 'p' then 'primary' when 'u' then 'unique' when 'f' then 'foreign' when 'n' then 'not null' ` +
    `else 'check' end as kind, o.conname as name, ${columns('o.conkey')} as columns, true as "isConstraint", null::pg_catalog.json as trigger ` +
    `from pg_catalog.pg_constraint o where o.conrelid = :table and o.contype in ('p', 'u', 'f', 'n', 'c', 'x')`,
  // What an index only includes is not in its name
  `select case when x.indisunique then 'unique' else 'index' end, i.relname, ` +
    `case when 0 = any (x.indkey) then '[]' else ${columns('x.indkey[0:x.indnkeyatts - 1]')} end, false, null ` +
    `from pg_catalog.pg_index x join pg_catalog.pg_class i on i.oid = x.indexrelid where x.indrelid = :table ` +
    `and not exists (select from pg_catalog.pg_constraint o where o.conindid = i.oid and o.conrelid = :table and o.contype in ('p', 'u', 'x'))`,
  `select 'sequence', s.relname, pg_catalog.json_build_array(a.attname), false, null from pg_catalog.pg_depend d ` +
    `join pg_catalog.pg_class s on s.oid = d.objid and s.relkind = 'S' join pg_catalog.pg_attribute a on a.attrelid = :table and a.attnum = d.refobjsubid ` +
    `where d.classid = 'pg_catalog.pg_class'::pg_catalog.regclass and d.refclassid = 'pg_catalog.pg_class'::pg_catalog.regclass and d.refobjid = :table and d.deptype in ('a', 'i')`,
];

const triggersNaming = (column: string) =>
  `select 'function', t.tgname, '[]', false, ${ARGUMENT_TRIGGER} from pg_catalog.pg_trigger t ` +
  `join pg_catalog.pg_proc f on f.oid = t.tgfoid where t.tgrelid = :table and not t.tgisinternal and ${namesColumn(quoteEscaped(column))}`;

const PARTS_OF_TABLE = [
  `select 'function', f.proname, pg_catalog.json_build_array(t.tgname), false, null from pg_catalog.pg_trigger t join pg_catalog.pg_proc f on f.oid = t.tgfoid ` +
    `join pg_catalog.pg_class c on c.oid = t.tgrelid and c.relnamespace = f.pronamespace where t.tgrelid = :table and not t.tgisinternal`,
  `select 'policy', p.polname, pg_catalog.json_build_array(pg_catalog.substr(p.polname::pg_catalog.text, pg_catalog.length(:prefix) + 1)), false, null from pg_catalog.pg_policy p ` +
    `where p.polrelid = :table and pg_catalog.starts_with(p.polname::pg_catalog.text, :prefix) and p.polname::pg_catalog.text ~ '_policy(_\\d+)?$'`,
];
