import { dayOf, isMomentText, isoText, millisecondsOf, timeOf } from './moments.ts';
import {
  exactNumber,
  finite,
  integerOf,
  isExactText,
  letting,
  looksLikeNumber,
  realOf,
  textOfReal,
} from './numbers.ts';
import type { ValueKind } from './value-kind.ts';

/**
 * An SQL expression that makes a value of one kind out of a value of another, exactly, and null where there is none;
 * `undefined` where values stay what they are.
 *
 * @param value the column, as SQL.
 */
export function convert(value: string, from: ValueKind, to: ValueKind): string | undefined {
  if (from === to || (from === 'boolean' && to === 'integer')) return undefined;
  switch (to) {
    case 'integer':
      return integerOf(numberFrom(value, from));
    case 'boolean':
      return isMoment(from) ? 'null' : booleanOf(value);
    case 'real':
      return realOf(numberFrom(value, from));
    case 'decimal':
      return exactNumber(numberFrom(value, from));
    case 'text':
      return textFrom(value, from);
    case 'blob':
      return `case when typeof(${value}) = 'blob' then ${value} end`;
    case 'json':
      return jsonFrom(value, from);
    case 'moment':
      return HAVE_NO_MOMENT.has(from) ? 'null' : momentOf(value);
    case 'moment as text':
      return HAVE_NO_MOMENT.has(from) ? 'null' : momentTextOf(value);
    case 'date':
      return HAVE_DAYS.has(from) ? letting(momentOf(value), dayOf) : 'null';
    case 'time':
      return timeFrom(value, from);
    case 'interval':
      return HAVE_INTERVALS.has(from) ? kept(value, looksLikeNumber(value)) : 'null';
    case 'anything':
      return undefined;
  }
}

const HAVE_NO_MOMENT: ReadonlySet<ValueKind> = new Set(['boolean', 'json', 'blob', 'interval']);
const HAVE_DAYS: ReadonlySet<ValueKind> = new Set(['text', 'moment', 'moment as text', 'anything']);
const HAVE_INTERVALS: ReadonlySet<ValueKind> = new Set(['text', 'integer', 'real', 'decimal', 'anything']);
const MOMENTS: ReadonlySet<ValueKind> = new Set(['moment', 'moment as text', 'date', 'time']);

function isMoment(kind: ValueKind): boolean {
  return MOMENTS.has(kind);
}

/** A moment counts milliseconds as a number, however it is written. */
function numberFrom(value: string, from: ValueKind): string {
  return from === 'moment' || from === 'moment as text' ? `(${momentOf(value)})` : value;
}

/** The words that PostgreSQL knows too. */
function booleanOf(value: string): string {
  return (
    `case when typeof(${value}) <> 'text' then case when ${value} in (0, 1) then cast(${value} as integer) end ` +
    `when lower(trim(${value})) in ('true', 't', '1') then 1 when lower(trim(${value})) in ('false', 'f', '0') then 0 end`
  );
}

function wordOf(value: string): string {
  return `case ${value} when 1 then 'true' when 0 then 'false' end`;
}

function textFrom(value: string, from: ValueKind): string {
  if (from === 'boolean') return wordOf(value);
  const numbers = isMoment(from)
    ? `when 'integer' then ${isoText(value)}`
    : `when 'integer' then cast(${value} as text) when 'real' then ${textOfReal(value)}`;
  return `case typeof(${value}) when 'text' then ${value} ${numbers} end`;
}

function jsonFrom(value: string, from: ValueKind): string {
  if (from === 'boolean') return wordOf(value);
  if (isMoment(from) || from === 'interval') return 'null';
  return `case when typeof(${value}) = 'blob' then null when json_valid(${value}) then ${kept(value, looksLikeNumber(value))} end`;
}

/** A text or number in a column that makes numbers of texts: null if that would cost it digits. */
function kept(value: string, isNumeric: string): string {
  return (
    `case typeof(${value}) when 'integer' then ${value} when 'real' then ${finite(value)} ` +
    `when 'text' then case when not (${isNumeric}) or ${isExactText(value)} then ${value} end end`
  );
}

/** The milliseconds since 1970, as MikroORM stores a `Date`, and as far as JavaScript goes. */
function momentOf(value: string): string {
  return (
    `case when typeof(${value}) = 'text' then ${millisecondsOf(value)} when typeof(${value}) <> 'blob' ` +
    `and cast(${value} as integer) = ${value} and abs(${value}) <= 8640000000000000 then cast(${value} as integer) end`
  );
}

function momentTextOf(value: string): string {
  const text = `case when ${isMomentText(value)} then ${value} end`;
  return `case when typeof(${value}) = 'text' then ${text} else ${letting(momentOf(value), isoText)} end`;
}

/** MikroORM takes no other times than `07:08:09`. */
function timeFrom(value: string, from: ValueKind): string {
  const moment = from === 'moment' || from === 'moment as text' ? letting(momentOf(value), timeOf) : 'null';
  return `case when ${value} glob '[0-9][0-9]:[0-5][0-9]:[0-5][0-9]' then ${value} else ${moment} end`;
}
