import type { StorageDescription } from '../../../models/description.ts';
import { assertStable } from '../../../models/show-differences.ts';
import type { Flags } from '../../line/flags.ts';
import { inFreshThread } from './fresh-thread.ts';

/**
 * Makes sure that entities are the same in each import, by importing them again in a thread that has not imported the project
 * yet.
 */
export async function assertSameTwice(readings: readonly StorageDescription[], flags: Flags): Promise<void> {
  const entities = readings.flatMap(reading => reading.entities);
  if (entities.length === 0) return;
  const again = (await inFreshThread('reading-worker', import.meta.url, flags)) as StorageDescription;
  const names = new Set(entities.map(({ name }) => name));
  assertStable({ entities }, { entities: again.entities.filter(({ name }) => names.has(name)) });
}
