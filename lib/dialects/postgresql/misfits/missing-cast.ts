import { OperationError } from '../../../errors.ts';
import type { LiveColumn, TableName } from '../../table-changes.ts';
import type { Sql } from '../../table-editor.ts';
import { showName } from '../../table-names.ts';
import { castSql } from '../alter-table/column-types.ts';

const CANNOT_COERCE = '42846';

/**
 * Asks the server whether it casts one type to the other at all, for any rows: `integer` to `date` it does not.
 *
 * @throws {@link OperationError} if it does not
 */
export async function assertCast(sql: Sql, table: TableName, { name, type: from }: LiveColumn, to: string) {
  await sql.execute('savepoint dejavu_cast');
  try {
    await sql.execute(`select ${castSql(`(null::${from})`, from, to) ?? `null::${from}::${to}`}`);
  } catch (error) {
    if ((error as { code?: unknown }).code !== CANNOT_COERCE) throw error;
    await forget(sql);
    throw new OperationError(
      `${showName(table)}.${name} cannot become ${to}: PostgreSQL has no cast from ${from}. Convert the values: { using: raw('…') }.`,
      { table: showName(table), cause: error },
    );
  }
  await forget(sql);
}

async function forget(sql: Sql): Promise<void> {
  await sql.execute('rollback to savepoint dejavu_cast');
  await sql.execute('release savepoint dejavu_cast');
}
