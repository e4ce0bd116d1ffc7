import type { Schema } from '../schema.ts';

/** One Schema or several, as a list. */
export function listOf(schemas: Schema | readonly Schema[]): readonly Schema[] {
  return Array.isArray(schemas) ? (schemas as readonly Schema[]) : [schemas as Schema];
}
