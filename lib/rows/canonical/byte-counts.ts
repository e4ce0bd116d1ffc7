import type { ColumnKind } from '../../dialects/row-transfer.ts';
import { isSpelledAsMoment, readTwo } from './moment-bytes.ts';
import { JSON_KINDS, MODULUS, OTHER, YEAR_ONE } from './value-counts.ts';

/*
 * What values count, read from the bytes of lines: no text is made of them. Each function counts what stands at the cursor,
 * and leaves the cursor behind it. All of them answer `NaN` for what they do not know, which then is read the slow way.
 */

/** A place in bytes. */
export interface BytePlace {
  bytes: Uint8Array;
  at: number;
}

type CountBytes = (cursor: BytePlace) => number;

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
const CLOSE_BRACE = 0x7d;
/** So many digits are an exact number. */
const DIGITS = 15;

/** How to count the values of a kind. */
export function countOfBytes(kind: ColumnKind): CountBytes {
  return BY_KIND[kind] ?? countText;
}

/** Whether the value at the cursor is null, which it then is behind. */
export function skipsNull(cursor: BytePlace): boolean {
  if (cursor.bytes[cursor.at] !== LOWER_N) return false;
  cursor.at += 'null'.length;
  return true;
}

/** The digits at the cursor as a number; `NaN` for none, and for too many. */
function readDigits(cursor: BytePlace): number {
  const { bytes } = cursor;
  const start = cursor.at;
  let [at, value] = [start, 0];
  for (let byte = bytes[at] as number; byte >= ZERO && byte <= NINE; byte = bytes[(at += 1)] as number)
    value = value * 10 + (byte - ZERO);
  cursor.at = at;
  return at > start && at - start <= DIGITS ? value : Number.NaN;
}

function countInteger(cursor: BytePlace): number {
  const isNegative = cursor.bytes[cursor.at] === MINUS;
  if (isNegative) cursor.at += 1;
  const value = readDigits(cursor) % MODULUS;
  return isNegative ? -value : value;
}

/** The digits before the point count, and no others. */
function countReal(cursor: BytePlace): number {
  const whole = countInteger(cursor);
  const { bytes } = cursor;
  let byte = bytes[cursor.at] as number;
  if (byte === POINT)
    do byte = bytes[(cursor.at += 1)] as number;
    while (byte >= ZERO && byte <= NINE);
  return byte === LOWER_E || byte === PLUS ? Number.NaN : whole + OTHER;
}

function countDecimal(cursor: BytePlace): number {
  if (cursor.bytes[cursor.at] !== QUOTE) return Number.NaN;
  cursor.at += 1;
  const count = countReal(cursor);
  return endsQuoted(cursor) ? count : Number.NaN;
}

function endsQuoted(cursor: BytePlace): boolean {
  const isEnd = cursor.bytes[cursor.at] === QUOTE;
  cursor.at += 1;
  return isEnd;
}

function countBoolean(cursor: BytePlace): number {
  const byte = cursor.bytes[cursor.at];
  if (byte === LOWER_T) cursor.at += 'true'.length;
  else if (byte === LOWER_F) cursor.at += 'false'.length;
  else return Number.NaN;
  return byte === LOWER_T ? 2 : 1;
}

/** The bytes of a text, without those of its escapes. */
function countText(cursor: BytePlace): number {
  const { bytes } = cursor;
  if (bytes[cursor.at] !== QUOTE) return Number.NaN;
  let [at, extra] = [cursor.at + 1, 0];
  const start = at;
  for (let byte = bytes[at]; byte !== QUOTE; byte = bytes[(at += 1)]) {
    if (byte === BACKSLASH) {
      at += 1;
      extra += 1;
      if (bytes[at] !== LOWER_U) continue;
      // Only control characters are escaped by their number, which have one byte.
      if (bytes[at + 1] !== ZERO || bytes[at + 2] !== ZERO || (bytes[at + 3] as number) > ZERO + 7) return Number.NaN;
      at += 4;
      extra += 4;
    } else if (byte === undefined) return Number.NaN;
  }
  cursor.at = at + 1;
  return at - start - extra + 1;
}

function countBlob(cursor: BytePlace): number {
  const bytes = countText(cursor) - 1;
  return bytes / 2 + 1;
}

/** As `2017-10-29 01:16:06.123` only: all others are rare. */
function countMoment(cursor: BytePlace): number {
  const { bytes, at } = cursor;
  if (!isSpelledAsMoment(bytes, at)) return Number.NaN;
  const days = daysOf(
    readTwo(bytes, at + 1) * 100 + readTwo(bytes, at + 3),
    readTwo(bytes, at + 6),
    readTwo(bytes, at + 9),
  );
  const seconds = (readTwo(bytes, at + 12) * 60 + readTwo(bytes, at + 15)) * 60 + readTwo(bytes, at + 18);
  cursor.at = at + 20;
  if (bytes[cursor.at] === POINT) {
    cursor.at += 1;
    readDigits(cursor);
  }
  return endsQuoted(cursor) ? ((days * 86_400 + seconds + YEAR_ONE) % MODULUS) + OTHER : Number.NaN;
}

/**
 * Days from 1970 to a day of the calendar.
 *
 * @see https://howardhinnant.github.io/date_algorithms.html#days_from_civil
 */
function daysOf(year: number, month: number, day: number): number {
  const shifted = month > 2 ? year : year - 1;
  const era = Math.floor(shifted / 400);
  const yearOfEra = shifted - era * 400;
  const dayOfYear = Math.floor((153 * (month > 2 ? month - 3 : month + 9) + 2) / 5) + day - 1;
  const dayOfEra = yearOfEra * 365 + Math.floor(yearOfEra / 4) - Math.floor(yearOfEra / 100) + dayOfYear;
  return era * 146_097 + dayOfEra - 719_468;
}

function countJson(cursor: BytePlace): number {
  if (cursor.bytes[cursor.at] !== OPEN) return Number.NaN;
  const first = cursor.bytes[cursor.at + 1];
  skipCell(cursor);
  return jsonKindAt(first);
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
function countArray(cursor: BytePlace): number {
  const { bytes } = cursor;
  if (bytes[cursor.at] !== OPEN) return Number.NaN;
  let [depth, items] = [0, 0];
  do {
    const byte = bytes[cursor.at];
    if (byte === QUOTE || byte === LOWER_N) items += 1;
    if (byte === QUOTE) {
      skipString(cursor);
      continue;
    }
    if (byte === LOWER_N) cursor.at += 'ull'.length;
    else if (byte === OPEN) depth += 1;
    else if (byte === CLOSE) depth -= 1;
    else if (byte !== COMMA) return Number.NaN;
    cursor.at += 1;
  } while (depth > 0);
  return items + 1;
}

function skipString(cursor: BytePlace): void {
  const { bytes } = cursor;
  let at = cursor.at + 1;
  for (let byte = bytes[at]; byte !== QUOTE && byte !== undefined; byte = bytes[(at += 1)])
    if (byte === BACKSLASH) at += 1;
  cursor.at = at + 1;
}

/** Puts the cursor behind a value of any form: at the comma, at the bracket that ends the line, or at the end of all. */
export function skipCell(cursor: BytePlace): void {
  const { bytes } = cursor;
  let depth = 0;
  while (cursor.at < bytes.length) {
    const byte = bytes[cursor.at];
    if (byte === QUOTE) {
      skipString(cursor);
      continue;
    }
    if (depth === 0 && (byte === COMMA || byte === CLOSE)) return;
    if (byte === OPEN || byte === OPEN_BRACE) depth += 1;
    else if (byte === CLOSE || byte === CLOSE_BRACE) depth -= 1;
    cursor.at += 1;
  }
}

const BY_KIND: Readonly<Partial<Record<ColumnKind, CountBytes>>> = {
  integer: countInteger,
  real: countReal,
  decimal: countDecimal,
  boolean: countBoolean,
  moment: countMoment,
  json: countJson,
  blob: countBlob,
  array: countArray,
};
