import { isRaw, RawQueryFragment, type Platform } from '@mikro-orm/core';
import { inOneSpelling } from '../sql/expressions.ts';
import { quoteText } from '../sql/quoting.ts';

/**
 * Brings SQL that somebody wrote into one spelling: identifiers in double quotes whatever the dialect quotes them with,
 * one space where there were several, nothing changed inside string literals.
 */
export function sqlText(sql: unknown, platform: Platform): string | undefined {
  if (sql === undefined || sql === null) return undefined;
  const text = isRaw(sql) ? platform.formatQuery(sql.sql, sql.params) : String(sql);
  return inOneSpelling(text);
}

/** The current time in the spellings people and dialects use for it; how many digits it has is a matter of length. */
const NOW = /^(?:now\(\)|current_timestamp(?:\(\d*\))?)$/i;

/** The default of a column as SQL text in one spelling; `null` is no default. */
export function defaultText(prop: { default?: unknown; defaultRaw?: string }, platform: Platform): string | undefined {
  const isValue = 'default' in prop && !RawQueryFragment.isKnownFragment(prop.default);
  const text = isValue ? literal(prop.default) : sqlText(prop.defaultRaw, platform);
  if (text === undefined || text.toLowerCase() === 'null') return undefined;
  return NOW.test(text) ? 'current_timestamp' : text;
}

/** A value is told as it is at run time: a custom type or a dialect may write it in another way. */
function literal(value: unknown): string | undefined {
  if (value === undefined || value === null) return undefined;
  if (typeof value === 'string') return quoteText(value);
  if (typeof value === 'object') return JSON.stringify(value);
  return String(value);
}
