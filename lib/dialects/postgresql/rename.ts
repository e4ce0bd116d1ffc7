import { OperationError } from '../../errors.ts';
import type { LiveTable, TableName } from '../table-changes.ts';
import type { EditContext, Sql } from '../table-editor.ts';
import { showName } from '../table-names.ts';
import { openAlteration } from './alter-table/alteration.ts';
import { dependentsOf } from './alter-table/needed-by.ts';
import { dropUnusedEnums, enumsOf } from './enums/ensure-enum.ts';
import { followNames } from './follow.ts';
import { fireDeferred } from './triggers.ts';
import { qualify, quoteEscaped, quoteName } from '../../sql/quoting.ts';

const KINDS: Readonly<Record<string, string>> = { v: 'view', m: 'materialized view', f: 'foreign table' };

/**
 * Drops a table with its rows, or a view, and the enums that nothing else is made of.
 *
 * @throws {@link OperationError} naming the views that read it, and the foreign keys that refer to it
 */
export async function drop(sql: Sql, table: LiveTable): Promise<void> {
  const name = qualify(table.namespace, table.name);
  const [found] = await sql.execute(
    `select c.oid::text as oid, c.relkind as kind from pg_class c where c.oid = to_regclass(${quoteEscaped(name)})`,
  );
  if (!found) throw new OperationError(`${showName(table)} is not there to be dropped`, { table: showName(table) });
  const oid = String(found.oid);
  const dependents = await dependentsOf(sql, oid);
  if (dependents.length > 0) {
    throw new OperationError(
      `${showName(table)} cannot be dropped: ${dependents.map(({ what }) => what).join(', ')} ` +
        `${dependents.length === 1 ? 'needs' : 'need'} it; drop that before`,
      { table: showName(table) },
    );
  }
  await fireDeferred(sql, [oid]);
  const enums = await enumsOf(sql, oid);
  await sql.execute(`drop ${KINDS[String(found.kind)] ?? 'table'} ${name}`);
  await dropUnusedEnums(sql, enums);
}

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
  if (to.name !== from.name)
    await alteration.execute(`alter table ${qualify(target, from.name)} rename to ${quoteName(to.name)}`);
  await followNames(context, { oid, namespace: target }, { table: { from: from.name, to: to.name } });
}

/** Where a table is created that names no namespace. */
async function usualNamespace(sql: Sql): Promise<string> {
  const [found] = await sql.execute('select current_schema() as name');
  return String(found?.name);
}

/** `create schema if not exists` would ask for a right on the database even where it is there. */
async function ensureNamespace(sql: Sql, namespace: string): Promise<void> {
  const [found] = await sql.execute(`select 1 from pg_namespace where nspname = ${quoteEscaped(namespace)}`);
  if (!found) await sql.execute(`create schema ${quoteName(namespace)}`);
}
