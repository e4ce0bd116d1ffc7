import type { ColumnKind } from '../../dialects/row-transfer.ts';
import { endOfCell, endOfDigits, endOfString } from './cell-ends.ts';
import { isSpelledAsMoment, readTwo } from './moment-bytes.ts';
import { JSON_KINDS, MODULUS, OTHER, YEAR_ONE } from './value-counts.ts';

const QUOTE = 0x22;
const PLUS = 0x2b;
const COMMA = 0x2c;
const MINUS = 0x2d;
const POINT = 0x2e;
const ZERO = 0x30;
const NINE = 0x39;
const OPEN = 0x5b;
const BACKSLASH = 0x5c;
const CLOSE = 0x5d;
const [LOWER_E, LOWER_F, LOWER_N, LOWER_T, LOWER_U] = [0x65, 0x66, 0x6e, 0x74, 0x75];
const OPEN_BRACE = 0x7b;
/** So many digits are an exact number. */
const DIGITS = 15;

/** What the functions answer for a value that they do not know, which then is read the slow way. */
const UNKNOWN = -1;

/** What the values of a line count, by column. */
type Counts = Float64Array;

/**
 * Counts the value at a place by its bytes: no text is made of it.
 *
 * @param counts learns in `column` what the value counts
 * @returns where the value ends; less than 0 for a value in another form than nearly all of its kind have
 */
export function countCell(kind: ColumnKind, bytes: Uint8Array, at: number, counts: Counts, column: number): number {
  switch (kind) {
    case 'integer':
      return countInteger(bytes, at, counts, column);
    case 'real':
      return countReal(bytes, at, counts, column);
    case 'moment':
      return countMoment(bytes, at, counts, column);
    case 'decimal':
      return countDecimal(bytes, at, counts, column);
    case 'boolean':
      return countBoolean(bytes, at, counts, column);
    case 'json':
      return countJson(bytes, at, counts, column);
    case 'blob':
      return countBlob(bytes, at, counts, column);
    case 'array':
      return countArray(bytes, at, counts, column);
    default:
      return countText(bytes, at, counts, column);
  }
}

function countInteger(bytes: Uint8Array, start: number, counts: Counts, column: number): number {
  const isNegative = bytes[start] === MINUS;
  const first = isNegative ? start + 1 : start;
  let [at, value] = [first, 0];
  let byte = bytes[at] as number;
  // So many digits are a small integer to the processor.
  for (const most = at + 9; byte >= ZERO && byte <= NINE && at < most; byte = bytes[(at += 1)] as number)
    value = (value * 10 + (byte - ZERO)) | 0;
  if (at === first) return UNKNOWN;
  let count = value % MODULUS;
  if (byte >= ZERO && byte <= NINE) {
    const end = endOfDigits(bytes, at);
    if (end - first > DIGITS) return UNKNOWN;
    count = longRemainder(bytes, at, end, value);
    at = end;
  }
  counts[column] = isNegative ? -count : count;
  return at;
}

/** The remainder of a number that goes on with more digits. */
function longRemainder(bytes: Uint8Array, start: number, end: number, before: number): number {
  let value = before;
  for (let at = start; at < end; at += 1) value = value * 10 + ((bytes[at] as number) - ZERO);
  return remainder(value);
}

/** Of so many digits a quotient is exact enough, and faster than `%`. */
function remainder(value: number): number {
  return value - Math.floor(value / MODULUS) * MODULUS;
}

/** The digits before the point count, and no others. */
function countReal(bytes: Uint8Array, start: number, counts: Counts, column: number): number {
  let at = countInteger(bytes, start, counts, column);
  if (at < 0) return UNKNOWN;
  if (bytes[at] === POINT) at = endOfDigits(bytes, at + 1);
  if (bytes[at] === LOWER_E || bytes[at] === PLUS) return UNKNOWN;
  counts[column] = (counts[column] as number) + OTHER;
  return at;
}

function countDecimal(bytes: Uint8Array, start: number, counts: Counts, column: number): number {
  if (bytes[start] !== QUOTE) return UNKNOWN;
  const end = countReal(bytes, start + 1, counts, column);
  return bytes[end] === QUOTE ? end + 1 : UNKNOWN;
}

function countBoolean(bytes: Uint8Array, at: number, counts: Counts, column: number): number {
  const isTrue = bytes[at] === LOWER_T;
  if (!isTrue && bytes[at] !== LOWER_F) return UNKNOWN;
  counts[column] = isTrue ? 2 : 1;
  return at + (isTrue ? 'true' : 'false').length;
}

/** The bytes of a text, without those of its escapes. */
function countText(bytes: Uint8Array, start: number, counts: Counts, column: number): number {
  if (bytes[start] !== QUOTE) return UNKNOWN;
  let [at, extra] = [start + 1, 0];
  for (let byte = bytes[at]; byte !== QUOTE; byte = bytes[(at += 1)]) {
    if (byte === BACKSLASH) {
      at += 1;
      extra += 1;
      if (bytes[at] !== LOWER_U) continue;
      // Only control characters are escaped by their number, which have one byte.
      if (bytes[at + 1] !== ZERO || bytes[at + 2] !== ZERO || (bytes[at + 3] as number) > ZERO + 7) return UNKNOWN;
      at += 4;
      extra += 4;
    } else if (byte === undefined) return UNKNOWN;
  }
  counts[column] = at - start - extra;
  return at + 1;
}

function countBlob(bytes: Uint8Array, start: number, counts: Counts, column: number): number {
  const end = countText(bytes, start, counts, column);
  counts[column] = ((counts[column] as number) - 1) / 2 + 1;
  return end;
}

/** As `2017-10-29 01:16:06.123` only: all others are rare. */
function countMoment(bytes: Uint8Array, at: number, counts: Counts, column: number): number {
  if (!isSpelledAsMoment(bytes, at)) return UNKNOWN;
  const [century, year] = [readTwo(bytes, at + 1), readTwo(bytes, at + 3)];
  const [month, day] = [readTwo(bytes, at + 6), readTwo(bytes, at + 9)];
  const [hours, minutes, seconds] = [readTwo(bytes, at + 12), readTwo(bytes, at + 15), readTwo(bytes, at + 18)];
  // One of them is no number.
  if ((century | year | month | day | hours | minutes | seconds) < 0) return UNKNOWN;
  let end = at + 20;
  if (bytes[end] === POINT) {
    const first = end + 1;
    end = endOfDigits(bytes, first);
    if (end === first || end - first > DIGITS) return UNKNOWN;
  }
  if (bytes[end] !== QUOTE) return UNKNOWN;
  const days = daysOf(century * 100 + year, month, day);
  counts[column] = remainder(days * 86_400 + (hours * 60 + minutes) * 60 + seconds + YEAR_ONE) + OTHER;
  return end + 1;
}

/**
 * Days from 1970 to a day of the calendar.
 *
 * @see https://howardhinnant.github.io/date_algorithms.html#days_from_civil
 */
function daysOf(year: number, month: number, day: number): number {
  const shifted = month > 2 ? year : year - 1;
  const era = Math.floor(shifted / 400);
  const yearOfEra = (shifted - era * 400) | 0;
  const dayOfYear = (((153 * (month > 2 ? month - 3 : month + 9) + 2) / 5) | 0) + day - 1;
  const dayOfEra = yearOfEra * 365 + ((yearOfEra / 4) | 0) - ((yearOfEra / 100) | 0) + dayOfYear;
  return era * 146_097 + dayOfEra - 719_468;
}

function countJson(bytes: Uint8Array, at: number, counts: Counts, column: number): number {
  if (bytes[at] !== OPEN) return UNKNOWN;
  counts[column] = jsonKindAt(bytes[at + 1]);
  return endOfCell(bytes, at);
}

function jsonKindAt(first: number | undefined): number {
  const { object, array, string, boolean, null: none, number } = JSON_KINDS;
  if (first === OPEN_BRACE) return object;
  if (first === OPEN) return array;
  if (first === QUOTE) return string;
  if (first === LOWER_N) return none;
  return first === LOWER_T || first === LOWER_F ? boolean : number;
}

/** Counts the items, also those of arrays in it. */
function countArray(bytes: Uint8Array, start: number, counts: Counts, column: number): number {
  if (bytes[start] !== OPEN) return UNKNOWN;
  let [at, depth, items] = [start, 0, 0];
  do {
    const byte = bytes[at];
    if (byte === QUOTE || byte === LOWER_N) items += 1;
    if (byte === QUOTE) {
      at = endOfString(bytes, at);
      continue;
    }
    if (byte === LOWER_N) at += 'ull'.length;
    else if (byte === OPEN) depth += 1;
    else if (byte === CLOSE) depth -= 1;
    else if (byte !== COMMA) return UNKNOWN;
    at += 1;
  } while (depth > 0);
  counts[column] = items + 1;
  return at;
}
