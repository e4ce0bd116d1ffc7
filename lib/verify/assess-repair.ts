import type { Change, LiveTable } from '../dialects/table-changes.ts';
import { sqlName } from '../dialects/table-names.ts';
import type { Difference } from '../difference.ts';
import { OperationError } from '../errors.ts';
import type { OperationContext } from '../operations/context.ts';
import { assertHolds, assertUnique } from '../operations/table/assess-rows.ts';
import { needsFill } from '../operations/table/open-table.ts';

/**
 * Says why a change cannot be made without taking something away, or a person: `undefined` if it only adds what is missing,
 * and the rows that are there allow it.
 */
export async function whyNot(
  context: OperationContext,
  live: LiveTable,
  { kind }: Difference,
  change: Change | undefined,
): Promise<string | undefined> {
  if (kind === 'extra') return 'it is more than the version has, and repair drops nothing';
  if (kind === 'different') return 'it is there and different, and repair changes nothing that is there';
  switch (change?.kind) {
    case 'add column':
      return needsFill(change.column) ? 'it is NOT NULL and has no default: rows would have nothing in it' : undefined;
    case 'add index': {
      const { index } = change;
      if (!index.unique || index.expression) return undefined;
      return refusal(assertUnique(context, live, index.columnNames, index.where));
    }
    case 'add check':
      return refusal(assertHolds(context, live, change.check));
    case 'add foreign key':
      return refusal(assertNoOrphans(context, live, change.foreignKey));
    default:
      return 'it is nothing that could be added by itself';
  }
}

type ForeignKey = (Change & { readonly kind: 'add foreign key' })['foreignKey'];

/** @throws {@link OperationError} if rows refer to rows that are not there */
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

/** Why an assessment refuses, in its own words. */
async function refusal(assessment: Promise<void>): Promise<string | undefined> {
  try {
    await assessment;
    return undefined;
  } catch (error) {
    if (!(error instanceof OperationError)) throw error;
    return error.message.slice(error.guid === undefined ? 0 : `${error.guid}: `.length);
  }
}
