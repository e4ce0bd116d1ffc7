import { tagOf, textOf } from '../../../rows/canonical/cells.ts';
import { MAX_MS, readMoment } from '../../../rows/canonical/moment-text.ts';
import { showDecimal, showReal } from '../../../rows/canonical/number-text.ts';
import type { Fit, NoRoom, TransferColumn } from '../../row-transfer.ts';

/** What SQLite cannot keep as it is: it has doubles for numbers, milliseconds for moments, and no lists. */
export function fitSqlite({ kind, scale }: TransferColumn): Fit {
  const fit = FITS[kind];
  return cell => {
    if (cell === 'null') return cell;
    const tagged = tagOf(cell);
    if (tagged) return kind === 'array' && tagged.tag === 'text' ? NO_BOUNDS : cell;
    return fit?.(cell, scale) ?? cell;
  };
}

/** Up to which limit a plain value certainly fits: a moment has milliseconds, and a decimal is a double. */
export function limitOfSqlite({ kind, scale = 0 }: TransferColumn): number | undefined {
  if (kind === 'json' || kind === 'array') return undefined;
  if (kind === 'decimal') return DIGITS - scale;
  return kind === 'moment' ? 3 : Infinity;
}

/** A decimal of so many digits leads to a double that leads back to it. */
const DIGITS = 15;

const NO_BOUNDS: NoRoom = { why: 'SQLite keeps no array that does not count from 1' };

/** Whether a text is an integer that SQLite has. */
function isInt64(text: string): boolean {
  return text.length < 19 || BigInt.asIntN(64, BigInt(text)) === BigInt(text);
}

const FITS: Readonly<Record<string, ((cell: string, scale: number | undefined) => NoRoom | undefined) | undefined>> = {
  integer: cell => (isInt64(cell) ? undefined : { why: 'SQLite keeps no integer of more than 64 bits' }),
  real: cell => {
    if (cell === '-0') return { why: 'SQLite keeps no negative zero' };
    return cell === '"NaN"' ? { why: 'SQLite keeps no NaN' } : undefined;
  },
  decimal: (cell, scale) =>
    isKept(textOf(cell), scale) ? undefined : { why: 'SQLite keeps about 15 digits of a decimal' },
  moment: cell => {
    if (IN_MILLISECONDS.test(cell)) return undefined;
    const micros = readMoment(textOf(cell));
    if (micros === undefined) return { why: 'SQLite keeps no infinite moment' };
    if (micros % 1000n !== 0n) return { why: 'SQLite keeps milliseconds, and no microseconds' };
    return micros / 1000n > MAX_MS || micros / 1000n < -MAX_MS ? { why: 'JavaScript has no such moment' } : undefined;
  },
  json: cell => {
    const inner = cell.slice(1, -1);
    if (!/^[-\d]/.test(inner)) return undefined;
    const isInteger = /^-?\d+$/.test(inner) && isInt64(inner);
    // An integer of more than 64 bits is a real to SQLite, which may well be the same number.
    const isSame = inner !== '-0' && (isInteger || showReal(Number(inner)) === inner);
    return isSame ? undefined : { why: 'SQLite stores a JSON number as an SQLite number' };
  },
  array: cell => {
    const items = JSON.parse(cell) as unknown[];
    const isPlain = items.every(item => typeof item === 'string' && !item.includes(','));
    return isPlain && cell !== '[""]'
      ? undefined
      : { why: 'SQLite keeps the items of an array with commas between them' };
  },
};

/** Of moments in the years from 1 to 9999. */
const IN_MILLISECONDS = /^"(?!0000)\d{4}-[\d-]+ [\d:]{8}(?:\.\d{1,3})?"$/;

/** A decimal is an integer or a double. */
function isKept(text: string, scale: number | undefined): boolean {
  const whole = wholeOf(text);
  if (whole !== undefined) return whole !== '-0' && showDecimal(whole, scale) === text;
  return showDecimal(Number(text), scale) === text && text !== 'NaN';
}

/** The integer that a decimal is to SQLite, if it is one. */
export function wholeOf(text: string): string | undefined {
  const whole = /^(-?\d+)(?:\.0*)?$/.exec(text)?.[1];
  return whole !== undefined && isInt64(whole) ? whole : undefined;
}
