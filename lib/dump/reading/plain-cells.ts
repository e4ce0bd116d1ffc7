import type { ColumnKind } from '../../dialects/row-transfer.ts';
import type { BytePlace } from '../../rows/canonical/byte-counts.ts';
import { isSpelledAsMoment, readTwo } from '../../rows/canonical/moment-bytes.ts';
import { TEXTUAL } from '../../rows/canonical/value-counts.ts';

/*
 * Nearly all values have the most usual form of their kind, and certainly fit. That is seen in their bytes: no text is made of
 * them. Each function passes by the value at the cursor. All of them answer false for what they do not know, which then is
 * looked at the slow way.
 */

/** Whether the value at the cursor is plain, which the cursor then is behind. */
export type PlainCell = (cursor: BytePlace) => boolean;

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

/**
 * Makes the function that passes by plain values of a column.
 *
 * @param limit what `limitOf()` of the dialect says; `undefined` if every value has to be looked at
 */
export function plainCellOf(
  { kind, scale = 0 }: { readonly kind: ColumnKind; readonly scale?: number | undefined },
  limit: number | undefined,
): PlainCell {
  if (limit === undefined) return () => false;
  if (TEXTUAL.has(kind)) return cursor => passText(cursor, limit);
  switch (kind) {
    case 'integer':
      return cursor => passInteger(cursor, limit);
    case 'real':
      return passReal;
    case 'decimal':
      return cursor => passDecimal(cursor, scale, limit);
    case 'boolean':
      return cursor => passWord(cursor, TRUE) || passWord(cursor, FALSE);
    case 'moment':
      return cursor => passMoment(cursor, limit);
    case 'blob':
      return passBlob;
    default:
      return () => false;
  }
}

const NULL = Buffer.from('null');
const TRUE = Buffer.from('true');
const FALSE = Buffer.from('false');

/** Passes by null, if it is at the cursor. */
export const passNull: PlainCell = cursor => passWord(cursor, NULL);

function passWord(cursor: BytePlace, word: Uint8Array): boolean {
  const { bytes, at } = cursor;
  for (let index = 0; index < word.length; index += 1) if (bytes[at + index] !== word[index]) return false;
  cursor.at = at + word.length;
  return true;
}

/** The simple escapes: those by number may be anything. */
const ESCAPED = new Set(Buffer.from('"\\/bfnrt'));

function passText(cursor: BytePlace, maxBytes: number): boolean {
  const { bytes } = cursor;
  const start = cursor.at + 1;
  if (bytes[cursor.at] !== QUOTE) return false;
  let at = start;
  for (let byte = bytes[at]; byte !== QUOTE; byte = bytes[(at += 1)]) {
    if (byte === undefined || byte < BLANK) return false;
    if (byte === BACKSLASH && !ESCAPED.has(bytes[(at += 1)] as number)) return false;
  }
  cursor.at = at + 1;
  return at - start <= maxBytes;
}

function isDigit(byte: number | undefined): boolean {
  return byte !== undefined && byte >= ZERO && byte <= NINE;
}

/** Passes by digits. @returns how many */
function passDigits(cursor: BytePlace): number {
  const { bytes, at: start } = cursor;
  let at = start;
  while (isDigit(bytes[at])) at += 1;
  cursor.at = at;
  return at - start;
}

/** The number of digits before a point, none of which is a zero too many; 0 if it is no number. */
function passWhole(cursor: BytePlace): number {
  const first = cursor.bytes[cursor.at];
  const digits = passDigits(cursor);
  return first === ZERO && digits > 1 ? 0 : digits;
}

/** Passes by a sign. A negative zero is left to others. */
function passSign(cursor: BytePlace): boolean {
  const { bytes, at } = cursor;
  if (bytes[at] !== MINUS) return true;
  cursor.at = at + 1;
  return bytes[at + 1] !== ZERO;
}

function passInteger(cursor: BytePlace, limit: number): boolean {
  if (!passSign(cursor)) return false;
  const { bytes, at: start } = cursor;
  const digits = passWhole(cursor);
  if (digits === 0 || digits > DIGITS) return false;
  let value = 0;
  for (let at = start; at < cursor.at; at += 1) value = value * 10 + (bytes[at] as number) - ZERO;
  return value <= limit;
}

/** Without an exponent. */
function passReal(cursor: BytePlace): boolean {
  if (!passSign(cursor) || passWhole(cursor) === 0) return false;
  if (cursor.bytes[cursor.at] !== POINT) return true;
  cursor.at += 1;
  return passDigits(cursor) > 0;
}

/** With all digits behind the point that the column has. */
function passDecimal(cursor: BytePlace, scale: number, maxWhole: number): boolean {
  const { bytes } = cursor;
  if (bytes[cursor.at] !== QUOTE) return false;
  cursor.at += 1;
  if (!passSign(cursor)) return false;
  const whole = passWhole(cursor);
  if (whole === 0 || whole > maxWhole || whole + scale > DIGITS) return false;
  if (scale > 0) {
    if (bytes[cursor.at] !== POINT) return false;
    cursor.at += 1;
    if (passDigits(cursor) !== scale) return false;
  }
  return passQuote(cursor);
}

function passQuote(cursor: BytePlace): boolean {
  const isEnd = cursor.bytes[cursor.at] === QUOTE;
  cursor.at += 1;
  return isEnd;
}

/** As `2017-10-29 01:16:06.123`, in the years from 100 to 9999, on a day that is in every month. */
function passMoment(cursor: BytePlace, maxDigits: number): boolean {
  const { bytes, at } = cursor;
  const [month, day] = [readTwo(bytes, at + 6), readTwo(bytes, at + 9)];
  const isThere =
    readTwo(bytes, at + 1) > 0 &&
    readTwo(bytes, at + 3) >= 0 &&
    month >= 1 &&
    month <= 12 &&
    day >= 1 &&
    day <= 28 &&
    readTwo(bytes, at + 12) < 24 &&
    readTwo(bytes, at + 15) < 60 &&
    readTwo(bytes, at + 18) < 60;
  if (!isSpelledAsMoment(bytes, at) || !isThere) return false;
  cursor.at = at + 20;
  if (bytes[cursor.at] === POINT) {
    cursor.at += 1;
    const digits = passDigits(cursor);
    if (digits === 0 || digits > maxDigits) return false;
  }
  return passQuote(cursor);
}

function passBlob(cursor: BytePlace): boolean {
  const { bytes } = cursor;
  const start = cursor.at + 1;
  if (bytes[cursor.at] !== QUOTE) return false;
  let at = start;
  for (let byte = bytes[at]; byte !== QUOTE; byte = bytes[(at += 1)])
    if (byte === undefined || !(isDigit(byte) || (byte >= LOWER_A && byte <= LOWER_F))) return false;
  cursor.at = at + 1;
  return (at - start) % 2 === 0;
}
