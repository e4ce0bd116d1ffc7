import { isRaw, RawQueryFragment, type Platform, type Type } from '@mikro-orm/core';
import { inOneSpelling } from '../sql/expressions.ts';
import { quoteText } from '../sql/quoting.ts';

/**
 * Brings handwritten SQL into one spelling: identifiers in double quotes on every dialect,
 * one space where there were several, nothing changed inside string literals.
 */
export function sqlText(sql: unknown, platform: Platform): string | undefined {
  if (sql === undefined || sql === null) return undefined;
  const text = isRaw(sql) ? platform.formatQuery(sql.sql, sql.params) : String(sql);
  return inOneSpelling(text);
}

/** The current time in the spellings people and dialects use for it; how many digits it has is a matter of length. */
const NOW = /^(?:now\(\)|current_timestamp(?:\(\d*\))?)$/i;

/** What of a property its default is made of. */
interface Defaulting {
  readonly default?: unknown;
  readonly defaultRaw?: string;
  readonly customType?: Type<unknown> | undefined;
}

/** The default of a column as SQL text in one spelling; `null` is no default. SQL given in addition to a value counts. */
export function defaultText(prop: Defaulting, platform: Platform): string | undefined {
  const isValue = 'default' in prop && !RawQueryFragment.isKnownFragment(prop.default) && !isInSql(prop, platform);
  const text = isValue ? literal(prop.default) : sqlText(prop.defaultRaw, platform);
  if (text === undefined || text.toLowerCase() === 'null') return undefined;
  return NOW.test(text) ? 'current_timestamp' : text;
}

/**
 * Tells whether a property has a default in SQL that is not the one which discovery makes of its value.
 *
 * @see `MetadataDiscovery.initDefaultValue` of MikroORM
 */
function isInSql({ default: value, defaultRaw, customType }: Defaulting, platform: Platform): boolean {
  if (defaultRaw === undefined || typeof value === 'object') return false;
  const isConverted = customType !== undefined && customType.compareAsType() !== 'any';
  if (defaultRaw === asRaw(value)) return false;
  try {
    return !isConverted || defaultRaw !== asRaw(customType.convertToDatabaseValue(value, platform));
  } catch {
    // Inside a document nothing is made of it.
    return false;
  }
}

function asRaw(made: unknown): string {
  return typeof made === 'string' ? `'${made}'` : String(made);
}

/** A value is shown as it is at run time: a custom type or a dialect may write it in another way. */
function literal(value: unknown): string | undefined {
  if (value === undefined || value === null) return undefined;
  if (typeof value === 'string') return quoteText(value);
  if (typeof value === 'object') return JSON.stringify(value);
  return String(value);
}
