import type { SqlEntityManager } from '@mikro-orm/sql';

/** A value as SQL text. */
export function sqlLiteral(em: SqlEntityManager, value: unknown): string {
  // most values are numbers, and of them most keys: nothing about them has to be looked up
  if (Number.isSafeInteger(value)) return String(value);
  return value === null || value === undefined ? 'null' : em.getPlatform().quoteValue(value);
}
