import type { Row } from '../store/connection.ts';
import { quote } from '../store/tables.ts';
import type { TableName } from '../dialects/table-changes.ts';
import type { OperationContext } from '../operations/context.ts';
import { sqlName } from '../dialects/table-names.ts';

export const DEFAULT_BATCH = 1000;

/** An SQL condition for the rows after one, in the order of the key. */
export function afterKey(key: readonly string[], last: readonly string[]): string {
  const columns = key.map(quote);
  return key.length === 1 ? `${columns[0]} > ${last[0]}` : `(${columns.join(', ')}) > (${last.join(', ')})`;
}

/** Reads a table in the order of its key, some rows at a time: memory stays flat, and rows that are written stay read. */
export async function* batchesOf(
  { sql, signal }: OperationContext,
  table: TableName,
  key: readonly string[],
  options: { batch: number; where?: string | undefined; literal: (value: unknown) => string },
): AsyncGenerator<Row[]> {
  const order = key.map(quote).join(', ');
  let after: string | undefined;
  for (;;) {
    signal.throwIfAborted();
    const conditions = [after, options.where && `(${options.where})`].filter(condition => condition !== undefined);
    const where = conditions.length > 0 ? ` where ${conditions.join(' and ')}` : '';
    const rows = await sql.execute(`select * from ${sqlName(table)}${where} order by ${order} limit ${options.batch}`);
    if (rows.length > 0) yield rows;
    const last = rows.at(-1);
    if (!last || rows.length < options.batch) return;
    after = afterKey(
      key,
      key.map(column => options.literal(last[column])),
    );
  }
}
