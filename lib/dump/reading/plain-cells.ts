import type { ColumnKind } from '../../dialects/row-transfer.ts';
import { endOfDigits } from '../../rows/canonical/cell-ends.ts';
import { isSpelledAsMoment, readTwo } from '../../rows/canonical/moment-bytes.ts';

/*
 * Nearly all values have the most usual form of their kind, and certainly fit. That is seen in their bytes: no text is made of
 * them. Each function answers where the value at a place ends, and less than 0 for what it does not know, which then is looked
 * at the slow way.
 */

const BLANK = 0x20;
const QUOTE = 0x22;
const MINUS = 0x2d;
const POINT = 0x2e;
const ZERO = 0x30;
const NINE = 0x39;
const BACKSLASH = 0x5c;
const [LOWER_A, LOWER_F] = [0x61, 0x66];
/** So many digits are an exact number. */
const DIGITS = 15;

/** What the functions answer for a value that is not plain. */
const UNKNOWN = -1;

/** A column whose values may be plain. */
export interface PlainColumn {
  readonly kind: ColumnKind;
  /** Digits behind the point. */
  readonly scale: number;
  /** What `limitOf()` of the dialect says; `undefined` if every value has to be looked at. */
  readonly limit: number | undefined;
}

/** Where the value at a place ends, if it is plain; less than 0 otherwise. */
export function endOfPlain({ kind, scale, limit }: PlainColumn, bytes: Uint8Array, at: number): number {
  if (limit === undefined) return UNKNOWN;
  switch (kind) {
    case 'integer':
      return endOfInteger(bytes, at, limit);
    case 'real':
      return endOfReal(bytes, at);
    case 'decimal':
      return endOfDecimal(bytes, at, scale, limit);
    case 'boolean':
      return Math.max(endOfWord(bytes, at, TRUE), endOfWord(bytes, at, FALSE));
    case 'moment':
      return endOfMoment(bytes, at, limit);
    case 'blob':
      return endOfBlob(bytes, at);
    case 'json':
    case 'array':
      return UNKNOWN;
    default:
      return endOfText(bytes, at, limit);
  }
}

const NULL = Buffer.from('null');
const TRUE = Buffer.from('true');
const FALSE = Buffer.from('false');

/** Where null ends, if it is at a place; less than 0 otherwise. */
export function endOfNull(bytes: Uint8Array, at: number): number {
  return endOfWord(bytes, at, NULL);
}

function endOfWord(bytes: Uint8Array, at: number, word: Uint8Array): number {
  for (let index = 0; index < word.length; index += 1) if (bytes[at + index] !== word[index]) return UNKNOWN;
  return at + word.length;
}

/** The simple escapes: those by number may be anything. */
const ESCAPED = new Set(Buffer.from('"\\/bfnrt'));

function endOfText(bytes: Uint8Array, open: number, maxBytes: number): number {
  if (bytes[open] !== QUOTE) return UNKNOWN;
  let at = open + 1;
  for (let byte = bytes[at]; byte !== QUOTE; byte = bytes[(at += 1)]) {
    if (byte === undefined || byte < BLANK) return UNKNOWN;
    if (byte === BACKSLASH && !ESCAPED.has(bytes[(at += 1)] as number)) return UNKNOWN;
  }
  return at - open - 1 <= maxBytes ? at + 1 : UNKNOWN;
}

/** The place of the first digit. A negative zero is left to others. */
function firstDigit(bytes: Uint8Array, at: number): number {
  if (bytes[at] !== MINUS) return at;
  return bytes[at + 1] === ZERO ? UNKNOWN : at + 1;
}

/** Where the digits before a point end; less than 0 for none, and for a zero too many. */
function endOfWhole(bytes: Uint8Array, first: number): number {
  const end = endOfDigits(bytes, first);
  return end === first || (bytes[first] === ZERO && end > first + 1) ? UNKNOWN : end;
}

function endOfInteger(bytes: Uint8Array, start: number, limit: number): number {
  const first = firstDigit(bytes, start);
  if (first < 0) return UNKNOWN;
  const end = endOfWhole(bytes, first);
  if (end < 0 || end - first > DIGITS) return UNKNOWN;
  let value = 0;
  for (let at = first; at < end; at += 1) value = value * 10 + (bytes[at] as number) - ZERO;
  return value <= limit ? end : UNKNOWN;
}

/** Without an exponent. */
function endOfReal(bytes: Uint8Array, start: number): number {
  const first = firstDigit(bytes, start);
  if (first < 0) return UNKNOWN;
  const point = endOfWhole(bytes, first);
  if (point < 0 || bytes[point] !== POINT) return point;
  const end = endOfDigits(bytes, point + 1);
  return end > point + 1 ? end : UNKNOWN;
}

/** With all digits behind the point that the column has. */
function endOfDecimal(bytes: Uint8Array, open: number, scale: number, maxWhole: number): number {
  if (bytes[open] !== QUOTE) return UNKNOWN;
  const first = firstDigit(bytes, open + 1);
  if (first < 0) return UNKNOWN;
  let end = endOfWhole(bytes, first);
  const whole = end - first;
  if (end < 0 || whole > maxWhole || whole + scale > DIGITS) return UNKNOWN;
  if (scale > 0) {
    if (bytes[end] !== POINT) return UNKNOWN;
    const point = end;
    end = endOfDigits(bytes, point + 1);
    if (end - point - 1 !== scale) return UNKNOWN;
  }
  return bytes[end] === QUOTE ? end + 1 : UNKNOWN;
}

function isBetween(value: number, least: number, most: number): boolean {
  return value >= least && value <= most;
}

/** As `2017-10-29 01:16:06.123`, in the years from 100 to 9999, on a day that is in every month. */
function endOfMoment(bytes: Uint8Array, at: number, maxDigits: number): number {
  const isThere =
    isSpelledAsMoment(bytes, at) &&
    readTwo(bytes, at + 1) > 0 &&
    readTwo(bytes, at + 3) >= 0 &&
    isBetween(readTwo(bytes, at + 6), 1, 12) &&
    isBetween(readTwo(bytes, at + 9), 1, 28) &&
    isBetween(readTwo(bytes, at + 12), 0, 23) &&
    isBetween(readTwo(bytes, at + 15), 0, 59) &&
    isBetween(readTwo(bytes, at + 18), 0, 59);
  if (!isThere) return UNKNOWN;
  let end = at + 20;
  if (bytes[end] === POINT) {
    const first = end + 1;
    end = endOfDigits(bytes, first);
    if (end === first || end - first > maxDigits) return UNKNOWN;
  }
  return bytes[end] === QUOTE ? end + 1 : UNKNOWN;
}

function endOfBlob(bytes: Uint8Array, open: number): number {
  if (bytes[open] !== QUOTE) return UNKNOWN;
  let at = open + 1;
  for (let byte = bytes[at]; byte !== QUOTE; byte = bytes[(at += 1)])
    if (byte === undefined || !(isBetween(byte, ZERO, NINE) || isBetween(byte, LOWER_A, LOWER_F))) return UNKNOWN;
  return (at - open) % 2 === 1 ? at + 1 : UNKNOWN;
}
