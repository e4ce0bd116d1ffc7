import type { Column } from '@mikro-orm/sql';
import { quoteEscaped } from '../../../sql/quoting.ts';
import type { Sql } from '../../table-editor.ts';
import type { Alteration } from '../alter-table/alteration.ts';
import { createEnumSql, enumNameOf, readEnum } from './enum-type.ts';
import { swapEnum } from './swap-enum.ts';
import { stored } from '../names.ts';

/**
 * Sees to it that the native enum of a column is there, and has the wanted items.
 *
 * @param using - makes the column's new value out of the old one where items have other names now
 * @returns whether the column was of that enum, and is of the new one now, without a default
 */
export async function ensureEnum(alteration: Alteration, column: Column, using?: string): Promise<boolean> {
  const { context } = alteration;
  const name = enumNameOf(context, column);
  if (!name) return false;
  const live = await readEnum(context.sql, name);
  const items = column.enumItems ?? [];
  if (!live) {
    await alteration.execute(createEnumSql(name.sql, items));
    return false;
  }
  if (live.items.join('\0') === items.join('\0')) return false;
  return swapEnum(alteration, live, items, { column: column.name, using });
}

/** The native enums that a table, or one of its columns, is made of. */
export async function enumsOf(sql: Sql, oid: string, column?: string): Promise<string[]> {
  const ofColumn = column === undefined ? '' : ` and a.attname = ${quoteEscaped(stored(column))}`;
  const rows = await sql.execute(
    `select distinct pg_catalog.quote_literal(e.oid::pg_catalog.text) as oid from pg_catalog.pg_attribute a join pg_catalog.pg_type t on t.oid = a.atttypid ` +
      `join pg_catalog.pg_type e on e.oid in (t.oid, t.typelem) and e.typtype = 'e' where a.attrelid = ${oid}${ofColumn}`,
  );
  return rows.map(row => String(row.oid));
}

/** Drops the native enums that nothing is made of any more, as a fresh installation would not have them. */
export async function dropUnusedEnums(sql: Sql, oids: readonly string[]): Promise<void> {
  if (oids.length === 0) return;
  const rows = await sql.execute(
    `select pg_catalog.format('%I.%I', n.nspname, t.typname) as name from pg_catalog.pg_type t join pg_catalog.pg_namespace n on n.oid = t.typnamespace ` +
      `where t.oid in (${oids.join(', ')}) and not exists (select from pg_catalog.pg_depend d where ` +
      `d.refclassid = 'pg_catalog.pg_type'::pg_catalog.regclass and d.refobjid in (t.oid, t.typarray) and d.deptype = 'n' ` +
      `or d.classid = 'pg_catalog.pg_type'::pg_catalog.regclass and d.objid = t.oid and d.deptype = 'e')`,
  );
  for (const { name } of rows) await sql.execute(`drop type ${String(name)}`);
}
