import type { Call } from '../../boot/call.ts';
import { SchemaTargetError } from '../../errors.ts';
import { outsideTables } from '../values/outside-tables.ts';

/**
 * Makes sure that a Schema can live in a scratch database alone.
 *
 * @param what needs that: "a double dump test"
 * @param instead what to do if it cannot
 * @throws {@link SchemaTargetError} for one that needs other Schemas, or has foreign keys to their tables
 */
export async function assertAlone(
  call: Call,
  versions: readonly number[],
  { what, instead }: { readonly what: string; readonly instead: string },
): Promise<void> {
  const { database, definition } = call;
  const { guid, place } = database;
  for (const version of versions) {
    const needs = [...definition.needsAt(version).keys()];
    const tables = await outsideTables(call, version);
    if (needs.length === 0 && tables.length === 0) continue;
    const why = tables.length > 0 ? `refers to ${tables.join(', ')} of other Schemas` : `needs ${needs.join(', ')}`;
    throw new SchemaTargetError(
      `version ${version} ${why}, but ${what} uses scratch databases with this Schema alone. Nothing was written. ${instead}`,
      { guid, target: place },
    );
  }
}
