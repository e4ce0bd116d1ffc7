import { quoteEscaped, quoteName } from '../../../sql/quoting.ts';
import type { Alteration } from '../alter-table/alteration.ts';
import { companyOf } from './column-company.ts';
import { assertNothingNeeds } from '../alter-table/needed-by.ts';
import { stored } from '../names.ts';

/**
 * Takes the columns away that are computed from one whose type changes, while `work` changes it, and makes them again as
 * they were: PostgreSQL alters no type under them.
 *
 * @param computed the names of those columns
 * @throws {@link OperationError} naming what needs one of them
 */
export async function withoutComputed(
  alteration: Alteration,
  computed: readonly string[],
  work: () => Promise<void>,
): Promise<void> {
  const remade: string[] = [];
  for (const column of computed) {
    await assertNothingNeeds(alteration, column, 'be computed from another type');
    remade.push(await definitionOf(alteration, column), ...(await companyOf(alteration, column)));
  }
  for (const column of computed)
    await alteration.execute(`alter table ${alteration.name} drop column ${quoteName(column)}`);
  await work();
  for (const statement of remade) await alteration.execute(statement);
}

async function definitionOf({ context, oid, name }: Alteration, column: string): Promise<string> {
  const [row] = await context.sql.execute(
    `select pg_catalog.format_type(a.atttypid, a.atttypmod) || ` +
      `case when l.oid is null then '' else pg_catalog.format(' collate %I.%I', n.nspname, l.collname) end || ` +
      `pg_catalog.format(' generated always as (%s) ', pg_catalog.pg_get_expr(d.adbin, d.adrelid)) || ` +
      `case a.attgenerated when 's' then 'stored' else 'virtual' end || case when a.attnotnull then ' not null' else '' end as definition ` +
      `from pg_catalog.pg_attribute a join pg_catalog.pg_type t on t.oid = a.atttypid ` +
      `join pg_catalog.pg_attrdef d on d.adrelid = a.attrelid and d.adnum = a.attnum ` +
      `left join pg_catalog.pg_collation l on l.oid = a.attcollation and a.attcollation <> t.typcollation ` +
      `left join pg_catalog.pg_namespace n on n.oid = l.collnamespace ` +
      `where a.attrelid = ${oid} and a.attname = ${quoteEscaped(stored(column))}`,
  );
  return `alter table ${name} add column ${quoteName(column)} ${String(row?.definition)}`;
}
