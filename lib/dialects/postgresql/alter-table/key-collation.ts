import { quoteEscaped, quoteName } from '../../../sql/quoting.ts';
import type { Alteration } from './alteration.ts';
import { stored } from '../names.ts';

/** A column that refers to another, and is compared as that one is. */
interface ReferringColumn {
  /** Its table, as SQL says it. */
  readonly table: string;
  readonly column: string;
  readonly type: string;
}

/**
 * Finds the columns whose foreign keys lead to a column, over others too, and that have its collation: a fresh
 * installation gives them that of the key.
 */
export async function referringColumns({ context, oid }: Alteration, column: string): Promise<ReferringColumn[]> {
  const rows = await context.sql.execute(
    `with recursive referring as (select a.attrelid, a.attnum, a.attcollation from pg_catalog.pg_attribute a ` +
      `where a.attrelid = ${oid} and a.attname = ${quoteEscaped(stored(column))} ` +
      `union select a.attrelid, a.attnum, a.attcollation from referring r ` +
      `join pg_catalog.pg_constraint o on o.contype = 'f' and o.confrelid = r.attrelid, ` +
      `rows from (pg_catalog.unnest(o.confkey), pg_catalog.unnest(o.conkey)) as k(there, here), pg_catalog.pg_attribute a ` +
      `where k.there = r.attnum and a.attrelid = o.conrelid and a.attnum = k.here and a.attcollation = r.attcollation) ` +
      `select pg_catalog.format('%I.%I', n.nspname, c.relname) as table, a.attname as column, ` +
      `pg_catalog.format_type(a.atttypid, a.atttypmod) as type ` +
      `from referring r join pg_catalog.pg_attribute a on a.attrelid = r.attrelid and a.attnum = r.attnum ` +
      `join pg_catalog.pg_class c on c.oid = a.attrelid join pg_catalog.pg_namespace n on n.oid = c.relnamespace ` +
      `where a.attrelid <> ${oid} or a.attname <> ${quoteEscaped(stored(column))} order by 1, 2`,
  );
  return rows.map(row => ({ table: String(row.table), column: String(row.column), type: String(row.type) }));
}

/** Gives columns a collation; by default their type's own. */
export async function collate(
  alteration: Alteration,
  columns: readonly ReferringColumn[],
  collation: string | undefined,
): Promise<void> {
  const name = collation ? quoteName(collation) : 'pg_catalog."default"';
  for (const { table, column, type } of columns)
    await alteration.execute(`alter table ${table} alter column ${quoteName(column)} type ${type} collate ${name}`);
}
