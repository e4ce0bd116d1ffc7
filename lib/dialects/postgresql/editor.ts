import { OperationError } from '../../errors.ts';
import { POSTGRESQL } from '../../sql/placeholders.ts';
import { qualify, quoteEscaped, quoteName } from '../../sql/quoting.ts';
import type { LiveTable } from '../table-changes.ts';
import type { Editor, Sql } from '../table-editor.ts';
import { showName } from '../table-names.ts';
import { fireDeferred } from './alter-table/alteration.ts';
import { dependentsOf } from './alter-table/needed-by.ts';
import { change } from './change.ts';
import { columnDifferences, compareColumn, sameExpression } from './compare.ts';
import { dropUnusedEnums, enumsOf } from './enums/ensure-enum.ts';
import { isEnumThatIsThere } from './enums/enum-type.ts';
import { indexDifference, indexParts } from './indexes.ts';
import { converted, misfit } from './misfit.ts';
import { sameName } from './names.ts';
import { read } from './read.ts';
import { referringKeys } from './alter-table/referring-keys.ts';
import { rename } from './rename.ts';
import { postgresqlRows } from './rows.ts';
import { goalTable } from './alter-table/goal-table.ts';
import { goalStorage } from './storage/goal-storage.ts';
import { readStorage } from './storage/read-storage.ts';

/** Changes tables on PostgreSQL, by its own `alter table`. */
export const postgresqlEditor: Editor = {
  read,
  referringKeys,
  change,
  isRedundant: isEnumThatIsThere,
  drop,
  rename,
  async difference(context, table, column, wanted) {
    const differences = await compareColumn(context, table, column, wanted);
    return differences.length === 0 ? undefined : differences.map(({ text }) => text).join('; ');
  },
  indexDifference,
  async comment(sql, { namespace, name }, column, comment) {
    const table = qualify(namespace, name);
    const what = column === undefined ? `table ${table}` : `column ${table}.${quoteName(column)}`;
    await sql.execute(`comment on ${what} is ${comment === undefined ? 'null' : quoteEscaped(comment)}`);
  },
  converted,
  misfit,
  derivedNamesFollow: true,
  rows: postgresqlRows,
  lexicon: POSTGRESQL,
  goalTable,
  readStorage,
  goalStorage,
  likeness: { sameName, sameExpression, columnDifferences, indexParts },
};

const KINDS: Readonly<Record<string, string>> = { v: 'view', m: 'materialized view', f: 'foreign table' };

/**
 * Drops a table with its rows, or a view, and the enums that nothing else is made of.
 *
 * @throws {@link OperationError} naming the views that read it, and the foreign keys that refer to it
 */
async function drop(sql: Sql, table: LiveTable): Promise<void> {
  const name = qualify(table.namespace, table.name);
  const [found] = await sql.execute(
    `select pg_catalog.quote_literal(c.oid::pg_catalog.text) as oid, c.relkind as kind from pg_catalog.pg_class c where c.oid = pg_catalog.to_regclass(${quoteEscaped(name)})`,
  );
  if (!found)
    throw new OperationError(`the table ${showName(table)} does not exist, so it cannot be dropped.`, {
      table: showName(table),
    });
  const oid = String(found.oid);
  const dependents = await dependentsOf(sql, oid);
  if (dependents.length > 0) {
    throw new OperationError(
      `${showName(table)} cannot be dropped: ${dependents.map(({ what }) => what).join(', ')} ` +
        `${dependents.length === 1 ? 'uses' : 'use'} it. Drop ${dependents.length === 1 ? 'that' : 'those'} first.`,
      { table: showName(table) },
    );
  }
  await fireDeferred(sql, [oid]);
  const enums = await enumsOf(sql, oid);
  await sql.execute(`drop ${KINDS[String(found.kind)] ?? 'table'} ${name}`);
  await dropUnusedEnums(sql, enums);
}
