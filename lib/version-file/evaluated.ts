import { isRaw, type EntityMetadata, type Platform } from '@mikro-orm/core';
import { tableOf } from '../models/reading.ts';
import { sqlText } from '../models/sql-text.ts';

/** What callbacks of checks, indexes and generated columns are handed: the columns by property, and the table. */
export function propertyArguments(meta: EntityMetadata): readonly unknown[] {
  return [meta.createSchemaColumnMappingObject(), tableOf(meta)];
}

/**
 * SQL that somebody gave as text, as a fragment or as a function: text stays to the letter, fragments are brought into
 * one spelling.
 *
 * @param onlySql leaves plain text alone, which is a value then.
 */
export function evaluated(
  given: unknown,
  values: readonly unknown[],
  platform: Platform,
  { onlySql = false } = {},
): string | undefined {
  const answer: unknown = typeof given === 'function' ? given(...values) : given;
  if (isRaw(answer)) return sqlText(answer, platform);
  return typeof answer === 'string' && !onlySql ? answer : undefined;
}
