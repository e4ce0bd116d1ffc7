import { skipCell, skipsNull, type BytePlace } from '../../../rows/canonical/byte-counts.ts';
import { FIRST_MS, LAST_MS } from '../../../rows/canonical/moment-bytes.ts';
import { MAX_MS, showMoment } from '../../../rows/canonical/moment-text.ts';
import { showDecimal, showReal } from '../../../rows/canonical/number-text.ts';
import type { TransferColumn } from '../../row-transfer.ts';
import type { ByteWriter } from './byte-writer.ts';
import { showItems } from './line-pieces.ts';

/** Passes by the value at the cursor, and writes another form of it if need be. False if the column is not for such a value. */
export type Rewrite = (cursor: BytePlace, out: ByteWriter) => boolean;

const QUOTE = 0x22;
const MINUS = 0x2d;
const POINT = 0x2e;
const ZERO = 0x30;
const NINE = 0x39;
const OPEN = 0x5b;
/** A decimal of so many digits leads to a double that has no shorter one. */
const DIGITS = 15;

/** How the values of a column are rewritten, from what `json_array()` of SQLite makes of them. */
export function rewriterOf({ kind, scale, isEmptied }: TransferColumn): Rewrite {
  if (isEmptied) return skipsNull;
  const rewrite = kind === 'decimal' ? decimalOf(scale) : (BY_KIND[kind] ?? isText);
  return (cursor, out) => skipsNull(cursor) || rewrite(cursor, out);
}

function isText(cursor: BytePlace): boolean {
  if (cursor.bytes[cursor.at] !== QUOTE) return false;
  skipCell(cursor);
  return true;
}

function isDocument(cursor: BytePlace): boolean {
  if (cursor.bytes[cursor.at] !== OPEN) return false;
  skipCell(cursor);
  return true;
}

/** What a number looks like. */
interface NumberShape {
  /** Without the sign and the point. */
  digits: number;
  hasPoint: boolean;
  hasExponent: boolean;
}

const shape: NumberShape = { digits: 0, hasPoint: false, hasExponent: false };

/** Puts the cursor behind a number. @returns the same object each time; `undefined` for anything else */
function readNumber(cursor: BytePlace): NumberShape | undefined {
  const { bytes } = cursor;
  let at = cursor.at;
  let byte = bytes[at] as number;
  if (byte === MINUS) byte = bytes[(at += 1)] as number;
  if (!(byte >= ZERO && byte <= NINE)) return undefined;
  [shape.digits, shape.hasPoint, shape.hasExponent] = [0, false, false];
  for (; ; byte = bytes[(at += 1)] as number) {
    if (byte >= ZERO && byte <= NINE) shape.digits += 1;
    else if (byte === POINT) shape.hasPoint = true;
    else break;
  }
  cursor.at = at;
  // The letter of an exponent; all else is a comma or a bracket.
  if (byte !== 0x65 && byte !== 0x45) return shape;
  shape.hasExponent = true;
  skipCell(cursor);
  return shape;
}

function isInteger(cursor: BytePlace): boolean {
  const number = readNumber(cursor);
  return number !== undefined && !number.hasPoint && !number.hasExponent;
}

function asciiOf({ bytes }: BytePlace, start: number, end: number): string {
  let text = '';
  for (let at = start; at < end; at += 1) text += String.fromCharCode(bytes[at] as number);
  return text;
}

function endsWithPointZero({ bytes, at }: BytePlace): boolean {
  return bytes[at - 1] === ZERO && bytes[at - 2] === POINT;
}

/** An infinity is `9e999` to SQLite. */
function realOf(cursor: BytePlace, out: ByteWriter): boolean {
  const start = cursor.at;
  const number = readNumber(cursor);
  if (!number || !(number.hasPoint || number.hasExponent)) return false;
  if (!number.hasExponent && number.digits <= DIGITS) {
    if (!endsWithPointZero(cursor)) return true;
    out.copyTo(cursor.at - 2);
  } else {
    out.copyTo(start);
    out.ascii(showReal(Number(asciiOf(cursor, start, cursor.at))));
  }
  out.skipTo(cursor.at);
  return true;
}

/** The integer of at most 16 digits before the cursor. */
function integerOf({ bytes, at: end }: BytePlace, start: number): number {
  const isNegative = bytes[start] === MINUS;
  let value = 0;
  for (let at = isNegative ? start + 1 : start; at < end; at += 1) value = value * 10 + (bytes[at] as number) - ZERO;
  return isNegative ? -value : value;
}

/** Larger ones are no exact numbers in JavaScript. */
const MAX_DECIMAL = Number.MAX_SAFE_INTEGER;

function decimalOf(scale: number | undefined): Rewrite {
  return (cursor, out) => {
    const start = cursor.at;
    if (!readNumber(cursor)) return false;
    const value = Number(asciiOf(cursor, start, cursor.at));
    if (!(Math.abs(value) < MAX_DECIMAL)) return false;
    out.copyTo(start);
    out.ascii(`"${showDecimal(value, scale)}"`);
    out.skipTo(cursor.at);
    return true;
  };
}

function booleanOf(cursor: BytePlace, out: ByteWriter): boolean {
  const start = cursor.at;
  if (!isInteger(cursor)) return false;
  const value = (cursor.bytes[start] as number) - ZERO;
  if (cursor.at !== start + 1 || value > 1) return false;
  out.copyTo(start);
  out.ascii(value === 1 ? 'true' : 'false');
  out.skipTo(cursor.at);
  return true;
}

function momentOf(cursor: BytePlace, out: ByteWriter): boolean {
  const start = cursor.at;
  const number = readNumber(cursor);
  if (!number || number.hasPoint || number.hasExponent || number.digits > 16) return false;
  const ms = integerOf(cursor, start);
  if (ms < -MAX_MS || ms > MAX_MS) return false;
  out.copyTo(start);
  out.byte(QUOTE);
  if (ms >= FIRST_MS && ms <= LAST_MS) out.moment(ms);
  else out.ascii(showMoment(ms));
  out.byte(QUOTE);
  out.skipTo(cursor.at);
  return true;
}

function itemsOf(cursor: BytePlace, out: ByteWriter): boolean {
  const start = cursor.at;
  if (!isText(cursor)) return false;
  const text = Buffer.from(cursor.bytes.subarray(start, cursor.at)).toString();
  out.copyTo(start);
  out.text(showItems(JSON.parse(text) as string));
  out.skipTo(cursor.at);
  return true;
}

const BY_KIND: Readonly<Partial<Record<TransferColumn['kind'], Rewrite>>> = {
  integer: isInteger,
  boolean: booleanOf,
  real: realOf,
  moment: momentOf,
  json: isDocument,
  array: itemsOf,
};
