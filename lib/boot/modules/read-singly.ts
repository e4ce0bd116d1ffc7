import { isSchemaError } from '../../errors.ts';
import type { Patience } from '../../store/connection.ts';
import { readRow } from '../../store/database.ts';
import type { DeployedRow } from '../../store/deployed-row.ts';
import { translate } from '../../store/opening/translate.ts';
import type { PlacedSchema } from './others.ts';

/** Where rows and faults are written, by guid. */
interface ReadSoFar {
  readonly rows: Map<string, DeployedRow>;
  readonly faults: Map<string, unknown>;
}

/**
 * Finds out which Schemas of one database an error is about. A row that makes no sense is the fault of one of them; a database
 * that does not answer is the fault of all, and is not asked once more for each.
 *
 * @throws what a caller threw to stop
 */
export async function readSingly(
  modules: readonly PlacedSchema[],
  patience: Patience,
  error: unknown,
  { rows, faults }: ReadSoFar,
): Promise<void> {
  patience.signal?.throwIfAborted();
  const isOfOne = isSchemaError(error) && error.code === 'VERSION_CORRUPT';
  for (const { database, definition } of modules) {
    const { guid } = definition;
    if (!isOfOne) {
      // Each error names its own Schema.
      const cause = isSchemaError(error) && error.guid !== guid ? (error.cause ?? error) : error;
      faults.set(guid, translate(database, cause));
      continue;
    }
    try {
      const row = await readRow(database, patience);
      if (row) rows.set(guid, row);
    } catch (fault) {
      faults.set(guid, fault);
    }
  }
}
