import { SchemaDefinitionError } from '../errors.ts';
import type { StorageDescription } from '../models/description.ts';
import { differences } from '../models/differences.ts';

/**
 * Refuses entities that are other ones each time they are read: a default that is computed when its file is imported
 * makes a new version of every start.
 *
 * @param first what one process read, or one import of the files.
 * @param second what another did.
 * @throws SchemaDefinitionError naming what differs.
 */
export function assertStable(first: StorageDescription, second: StorageDescription): void {
  const found = differences(first, second, ['the first reading', 'the second']);
  if (found.length === 0) return;
  const shown = found.slice(0, 3).join('; ');
  const more = found.length > 3 ? ` and ${found.length - 3} more` : '';
  throw new SchemaDefinitionError(
    `the entities differ each time they are read: ${shown}${more}: compute a value in onCreate, or let the database do it with defaultRaw`,
  );
}
