import { endOfCell, endOfDigits, endOfString, isNullAt, NULL_BYTES } from '../../../rows/canonical/cell-ends.ts';
import { FIRST_MS, LAST_MS } from '../../../rows/canonical/moment-bytes.ts';
import { MAX_MS, showMoment } from '../../../rows/canonical/moment-text.ts';
import { showDecimal, showReal } from '../../../rows/canonical/number-text.ts';
import type { TransferColumn } from '../../row-transfer.ts';
import type { ByteWriter } from './byte-writer.ts';
import { showItems } from './line-pieces.ts';

const QUOTE = 0x22;
const MINUS = 0x2d;
const POINT = 0x2e;
const ZERO = 0x30;
const OPEN = 0x5b;
const [UPPER_E, LOWER_E] = [0x45, 0x65];
/** A decimal of so many digits leads to a double that has no shorter one. */
const DIGITS = 15;

/** What the functions answer for a value that the column is not for. */
const ODD = -1;

/**
 * Passes by a value as `json_array()` of SQLite writes it, and writes another form of it if need be.
 *
 * @returns where it ends; less than 0 if the column is not for such a value
 */
export function rewriteCell(column: TransferColumn, bytes: Uint8Array, at: number, out: ByteWriter): number {
  if (isNullAt(bytes, at)) return at + NULL_BYTES;
  if (column.isEmptied) return ODD;
  switch (column.kind) {
    case 'integer':
      return endOfInteger(bytes, at);
    case 'real':
      return rewriteReal(bytes, at, out);
    case 'moment':
      return rewriteMoment(bytes, at, out);
    case 'boolean':
      return rewriteBoolean(bytes, at, out);
    case 'decimal':
      return rewriteDecimal(column.scale, bytes, at, out);
    case 'json':
      return bytes[at] === OPEN ? endOfCell(bytes, at) : ODD;
    case 'array':
      return rewriteItems(bytes, at, out);
    default:
      return bytes[at] === QUOTE ? endOfString(bytes, at) : ODD;
  }
}

/** The place behind an integer, without a point and an exponent. */
function endOfInteger(bytes: Uint8Array, start: number): number {
  const first = firstDigit(bytes, start);
  const end = endOfDigits(bytes, first);
  return end === first || isFractional(bytes[end]) ? ODD : end;
}

function firstDigit(bytes: Uint8Array, start: number): number {
  return bytes[start] === MINUS ? start + 1 : start;
}

/** Whether a number goes on with a point or an exponent. */
function isFractional(byte: number | undefined): boolean {
  return byte === POINT || byte === LOWER_E || byte === UPPER_E;
}

function asciiOf(bytes: Uint8Array, start: number, end: number): string {
  let text = '';
  for (let at = start; at < end; at += 1) text += String.fromCharCode(bytes[at] as number);
  return text;
}

/** An infinity is `9e999` to SQLite. */
function rewriteReal(bytes: Uint8Array, start: number, out: ByteWriter): number {
  const first = firstDigit(bytes, start);
  const point = endOfDigits(bytes, first);
  if (point === first || !isFractional(bytes[point])) return ODD;
  const end = bytes[point] === POINT ? endOfDigits(bytes, point + 1) : point;
  if (!isFractional(bytes[end]) && end - first - 1 <= DIGITS) {
    if (end === point + 2 && bytes[point + 1] === ZERO) {
      out.copyTo(point);
      out.skipTo(end);
    }
    return end;
  }
  const close = endOfCell(bytes, end);
  out.copyTo(start);
  out.ascii(showReal(Number(asciiOf(bytes, start, close))));
  out.skipTo(close);
  return close;
}

/** Larger ones are no exact numbers in JavaScript. */
const MAX_DECIMAL = Number.MAX_SAFE_INTEGER;

function rewriteDecimal(scale: number | undefined, bytes: Uint8Array, start: number, out: ByteWriter): number {
  const first = firstDigit(bytes, start);
  if (endOfDigits(bytes, first) === first) return ODD;
  const end = endOfCell(bytes, first);
  const value = Number(asciiOf(bytes, start, end));
  if (!(Math.abs(value) < MAX_DECIMAL)) return ODD;
  out.copyTo(start);
  out.ascii(`"${showDecimal(value, scale)}"`);
  out.skipTo(end);
  return end;
}

function rewriteBoolean(bytes: Uint8Array, at: number, out: ByteWriter): number {
  const end = endOfInteger(bytes, at);
  const value = (bytes[at] as number) - ZERO;
  if (end !== at + 1 || value > 1) return ODD;
  out.copyTo(at);
  out.ascii(value === 1 ? 'true' : 'false');
  out.skipTo(end);
  return end;
}

function rewriteMoment(bytes: Uint8Array, start: number, out: ByteWriter): number {
  const end = endOfInteger(bytes, start);
  if (end < 0 || end - start > 17) return ODD;
  const ms = integerOf(bytes, start, end);
  if (ms < -MAX_MS || ms > MAX_MS) return ODD;
  out.copyTo(start);
  out.byte(QUOTE);
  if (ms >= FIRST_MS && ms <= LAST_MS) out.moment(ms);
  else out.ascii(showMoment(ms));
  out.byte(QUOTE);
  out.skipTo(end);
  return end;
}

/** The integer of at most 16 digits between two places. */
function integerOf(bytes: Uint8Array, start: number, end: number): number {
  const first = firstDigit(bytes, start);
  let value = 0;
  for (let at = first; at < end; at += 1) value = value * 10 + (bytes[at] as number) - ZERO;
  return first > start ? -value : value;
}

function rewriteItems(bytes: Uint8Array, start: number, out: ByteWriter): number {
  if (bytes[start] !== QUOTE) return ODD;
  const end = endOfString(bytes, start);
  const text = Buffer.from(bytes.subarray(start, end)).toString();
  out.copyTo(start);
  out.text(showItems(JSON.parse(text) as string));
  out.skipTo(end);
  return end;
}
