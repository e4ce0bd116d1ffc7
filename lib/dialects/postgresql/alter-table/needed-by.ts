import { OperationError } from '../../../errors.ts';
import { quoteEscaped } from '../../../sql/quoting.ts';
import type { Sql } from '../../table-editor.ts';
import { showName } from '../../table-names.ts';
import type { Alteration } from './alteration.ts';
import { namesColumn } from './trigger-arguments.ts';
import { stored } from '../names.ts';

/** What stands outside of a table and cannot do without it. */
interface DependentObject {
  /** In PostgreSQL's words: `view tall_animals`. */
  readonly what: string;
  readonly isView: boolean;
  /** The column of the same table, if it is one that is computed. */
  readonly computed?: string | undefined;
}

const joined = (catalog: string, alias: string) =>
  `left join ${catalog} ${alias} on d.classid = '${catalog}'::pg_catalog.regclass and ${alias}.oid = d.objid `;

/**
 * Finds the views, foreign keys of other tables and the like that need a table, or one of its columns.
 *
 * @param others what finds more of them, to be united with these
 */
export async function dependentsOf(sql: Sql, oid: string, column?: string, others = ''): Promise<DependentObject[]> {
  const which =
    column === undefined
      ? // the table's own objects go with it
        `${oid} not in (coalesce(r.ev_class, 0), coalesce(o.conrelid, 0), coalesce(f.adrelid, 0), coalesce(t.tgrelid, 0), coalesce(p.polrelid, 0))`
      : `d.refobjsubid = (select attnum from pg_catalog.pg_attribute where attrelid = ${oid} and attname = ${quoteEscaped(stored(column))})`;
  const rows = await sql.execute(
    `select distinct r.oid is not null as is_view, (select a.attname from pg_catalog.pg_attribute a where a.attrelid = f.adrelid ` +
      `and a.attrelid = ${oid} and a.attnum = f.adnum and a.attgenerated <> '') as computed, case ` +
      // It is the rule behind a view that depends, and the expression behind a computed column
      `when r.oid is not null then pg_catalog.pg_describe_object('pg_catalog.pg_class'::pg_catalog.regclass, r.ev_class, 0) ` +
      `when f.oid is not null then pg_catalog.pg_describe_object('pg_catalog.pg_class'::pg_catalog.regclass, f.adrelid, f.adnum) ` +
      `else pg_catalog.pg_describe_object(d.classid, d.objid, d.objsubid) end as what from pg_catalog.pg_depend d ` +
      joined('pg_catalog.pg_rewrite', 'r') +
      joined('pg_catalog.pg_constraint', 'o') +
      joined('pg_catalog.pg_attrdef', 'f') +
      joined('pg_catalog.pg_trigger', 't') +
      joined('pg_catalog.pg_policy', 'p') +
      `where d.refclassid = 'pg_catalog.pg_class'::pg_catalog.regclass and d.refobjid = ${oid} and d.deptype = 'n' and ${which} ${others}order by what`,
  );
  return rows.map(row => ({
    what: String(row.what),
    isView: row.is_view === true,
    computed: row.computed === null ? undefined : String(row.computed),
  }));
}

/**
 * Looks whether a column may go.
 *
 * @throws {@link OperationError} naming what needs it: what PostgreSQL would not let go, and triggers that look for it
 */
export async function assertMayGo(alteration: Alteration, column: string): Promise<void> {
  const { context, oid } = alteration;
  const lookers =
    `union select false, null, pg_catalog.pg_describe_object('pg_catalog.pg_trigger'::pg_catalog.regclass, t.oid, 0) from pg_catalog.pg_trigger t ` +
    `where t.tgrelid = ${oid} and not t.tgisinternal and ${namesColumn(quoteEscaped(column))} `;
  refuse(alteration, column, 'be dropped', await dependentsOf(context.sql, oid, column, lookers));
}

/** @throws {@link OperationError} naming what needs a column, which PostgreSQL would not let go */
export async function assertNothingNeeds(alteration: Alteration, column: string, change: string): Promise<void> {
  refuse(alteration, column, change, await dependentsOf(alteration.context.sql, alteration.oid, column));
}

/**
 * Looks whether the type of a column may change.
 *
 * @returns the columns of the table that are computed from it
 * @throws {@link OperationError} naming the views that read it
 */
export async function assertNoViewReads(alteration: Alteration, column: string, change: string): Promise<string[]> {
  const dependents = await dependentsOf(alteration.context.sql, alteration.oid, column);
  refuse(
    alteration,
    column,
    change,
    dependents.filter(({ isView }) => isView),
  );
  return dependents.flatMap(({ computed }) => computed ?? []);
}

function refuse({ asked }: Alteration, column: string, change: string, dependents: readonly DependentObject[]): void {
  if (dependents.length === 0) return;
  const names = dependents.map(({ what }) => what).join(', ');
  throw new OperationError(
    `${showName(asked)}.${column} cannot ${change}: ${names} ${dependents.length === 1 ? 'uses' : 'use'} it. ` +
      `Drop ${dependents.length === 1 ? 'that' : 'those'} first with step.execute(), and create ${dependents.length === 1 ? 'it' : 'them'} again afterwards.`,
    { table: showName(asked) },
  );
}
