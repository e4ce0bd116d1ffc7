import { OperationError } from '../../../errors.ts';
import { quote } from '../../../store/tables.ts';
import type { LiveTable, TableName } from '../changes.ts';
import type { EditContext, Sql } from '../editor.ts';
import { showName } from '../names.ts';
import { openAlteration } from './alteration.ts';
import { dependentsOf } from './dependents.ts';
import { dropUnusedEnums, enumsOf } from './enums.ts';
import { followNames } from './follow.ts';
import { qualify, quoteText } from './names.ts';
import { fireDeferred } from './triggers.ts';

const KINDS: Readonly<Record<string, string>> = { v: 'view', m: 'materialized view', f: 'foreign table' };

/**
 * Drops a table with its rows, or a view, and the enums that nothing else is made of.
 *
 * @throws {@link OperationError} naming the views that read it, and the foreign keys that refer to it
 */
export async function drop(sql: Sql, table: LiveTable): Promise<void> {
  const name = qualify(table.namespace, table.name);
  const [found] = await sql.execute(
    `select c.oid::text as oid, c.relkind as kind from pg_class c where c.oid = to_regclass(${quoteText(name)})`,
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

/** Renames a table or view, and takes it into another namespace where that is asked; names follow. */
export async function rename(context: EditContext, from: TableName, to: TableName): Promise<void> {
  const alteration = await openAlteration(context, from);
  const { namespace, name, oid } = alteration;
  const target = to.namespace ?? namespace;
  if (target !== namespace) await alteration.execute(`alter table ${name} set schema ${quote(target)}`);
  if (to.name !== from.name)
    await alteration.execute(`alter table ${qualify(target, from.name)} rename to ${quote(to.name)}`);
  await followNames(context, { oid, namespace: target }, { table: { from: from.name, to: to.name } });
}
