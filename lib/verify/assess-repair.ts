import type { Change, LiveTable } from '../dialects/table-changes.ts';
import { sqlName } from '../dialects/table-names.ts';
import type { Difference } from '../difference.ts';
import { OperationError } from '../errors.ts';
import type { OperationContext } from '../operations/context.ts';
import { assertHolds, assertUnique, countRows } from '../operations/table/assess-rows.ts';
import { needsFill } from '../operations/table/open-table.ts';

/**
 * Says why repair cannot make a change: `undefined` if the change only adds a missing part, or has a constraint hold for all
 * rows, and existing rows allow it.
 */
export async function whyNot(
  context: OperationContext,
  live: LiveTable,
  { kind, fix }: Difference,
  change: Change | undefined,
): Promise<string | undefined> {
  if (kind === 'extra') return 'the version does not have it, and repair drops nothing';
  if (kind === 'different' && fix === undefined) return 'it exists but differs, and repair changes nothing';
  switch (change?.kind) {
    case 'add column':
      return needsFill(change.column)
        ? 'it is NOT NULL without a default, so existing rows would have no value'
        : undefined;
    case 'add index': {
      const { index } = change;
      if (!index.unique || index.expression) return undefined;
      return refusal(assertUnique(context, live, index.columnNames, index.where));
    }
    case 'alter column':
      return nullsIn(context, live, change.name);
    case 'add check':
      return refusal(assertHolds(context, live, change.check));
    case 'add foreign key':
      return refusal(assertNoOrphans(context, live, change.foreignKey));
    default:
      return 'it cannot be added alone';
  }
}

async function nullsIn(context: OperationContext, table: LiveTable, column: string): Promise<string | undefined> {
  const rows = await countRows(context, table, `${context.dialect.quoteName(column)} is null`);
  return rows === 0 ? undefined : `${rows} ${rows === 1 ? 'row is' : 'rows are'} null`;
}

type ForeignKey = (Change & { readonly kind: 'add foreign key' })['foreignKey'];

/** @throws {@link OperationError} if rows have a missing parent */
async function assertNoOrphans(context: OperationContext, table: LiveTable, key: ForeignKey): Promise<void> {
  const { sql, dialect, guid } = context;
  const { quoteName } = dialect;
  const [name = '', namespace = table.namespace] = key.referencedTableName.split('.').toReversed();
  const pairs = key.columnNames.map((column, index) => [column, key.referencedColumnNames[index] ?? column] as const);
  const filled = pairs.map(([column]) => `c.${quoteName(column)} is not null`);
  const same = pairs.map(([column, referenced]) => `p.${quoteName(referenced)} = c.${quoteName(column)}`);
  const parent = sqlName(dialect, { name, namespace: dialect.capabilities.namespaces ? namespace : undefined });
  const [found] = await sql.execute(
    `select count(*) as n from ${sqlName(dialect, table)} as c where ${filled.join(' and ')} ` +
      `and not exists (select 1 from ${parent} as p where ${same.join(' and ')})`,
  );
  const rows = Number(found?.n);
  if (rows > 0) throw new OperationError(`${rows} ${rows === 1 ? 'row has' : 'rows have'} a missing parent`, { guid });
}

/** The message of a refused assessment, without the guid. */
async function refusal(assessment: Promise<void>): Promise<string | undefined> {
  try {
    await assessment;
    return undefined;
  } catch (error) {
    if (!(error instanceof OperationError)) throw error;
    return error.message.slice(error.guid === undefined ? 0 : `${error.guid}: `.length);
  }
}
