import { showDifferences } from '../../drift/difference-tree.ts';
import type { Schema } from '../../schema.ts';
import { verify } from '../../verify/verify-storage.ts';
import type { Breach } from '../law.ts';

/** Compares storage with a frozen version, as `verify` does. */
export async function storageBreaches(
  schema: Schema,
  version: number,
  { what, next }: Pick<Breach, 'what' | 'next'>,
): Promise<Breach[]> {
  const { differences } = await verify(schema, { version });
  if (differences.length === 0) return [];
  return [{ what, details: showDifferences(differences).split('\n'), next }];
}
