import { OperationError } from '../../errors.ts';
import type { TableName } from '../table-changes.ts';
import { showName } from '../table-names.ts';
import { TableEditError } from './table-text/table-edit-error.ts';

/** Does `work`, and tells what stands in its way as operations do. */
export async function refusing<T>(table: TableName, work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    if (!(error instanceof TableEditError)) throw error;
    throw new OperationError(`${showName(table)}: ${error.reason}`, { table: showName(table), cause: error });
  }
}

/** @throws {@link OperationError} for a table of an attached database, which is not the one that is upgraded */
export function assertOwn(table: TableName): void {
  if (table.namespace === undefined || table.namespace === 'main') return;
  throw new OperationError(
    `${showName(table)} is in an attached database, and steps change the one that carries the version`,
    { table: showName(table) },
  );
}
