import type { ColumnKind } from '../../dialects/row-transfer.ts';
import { withoutBlanks } from './json-text.ts';

/*
 * A second reading does not look at the lines of a dump: it has the database add up a number for each value, weighted by
 * the key of its row. The same numbers are computed from the lines. A row that is missing, doubled or mixed up with
 * another, and a value that was cut, make other sums. The rooms of the dialects say the same in SQL.
 */

/** Values are taken modulo this prime, so that sums stay below 2^63. */
export const MODULUS = 1_000_003;
/** Weights are below this prime. */
export const WEIGHTS = 997;
/** Fractional numbers from here on count as {@link OTHER}. */
export const LARGE = 1e15;
/** What a value counts that is not looked at. */
export const OTHER = 3;
/** Seconds from the beginning of the year 1 to 1970. */
export const YEAR_ONE = 62_135_596_800;
/** By the kind of a JSON value. */
export const JSON_KINDS = { object: 1, array: 2, string: 3, number: 4, boolean: 5, null: 6 } as const;

/** The kinds that are text in a dump. */
export const TEXTUAL: ReadonlySet<ColumnKind> = new Set(['text', 'uuid', 'date', 'time', 'interval', 'other']);

/** What a value of a line counts. A value in a form other than that of its kind counts nothing. */
export function countOf(kind: ColumnKind, value: unknown): number {
  if (value === null) return 0;
  if (isTagged(value)) {
    const { bytes } = value as { bytes?: string };
    return bytes === undefined ? 0 : countBytes(kind, Buffer.from(bytes, 'hex'));
  }
  switch (kind) {
    case 'integer':
      return typeof value === 'bigint' ? Number(value % BigInt(MODULUS)) : (value as number) % MODULUS;
    case 'boolean':
      return value === true ? 2 : 1;
    case 'real':
      return typeof value === 'number' && Math.abs(value) < LARGE ? (Math.trunc(value) % MODULUS) + OTHER : OTHER;
    case 'decimal':
      return countDecimal(value as string);
    case 'moment':
      return countMoment(value as string);
    case 'json':
      return JSON_KINDS[jsonKindOf((value as readonly unknown[])[0])];
    case 'blob':
      return (value as string).length / 2 + 1;
    case 'array':
      return itemsOf(value as readonly unknown[]) + 1;
    default:
      return Buffer.byteLength(value as string) + 1;
  }
}

/** Whether a value stands in a dump with a word for what it is, since its column is for others. */
function isTagged(value: unknown): boolean {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** Only the database knows the text that these bytes are to it, and counts them as such. */
function countBytes(kind: ColumnKind, bytes: Buffer): number {
  if (TEXTUAL.has(kind)) return bytes.length + 1;
  if (kind === 'array') return bytes.filter(byte => byte === 0x2c).length + 2;
  if (kind !== 'json') return 0;
  const text = bytes.toString();
  try {
    return withoutBlanks(text) === text ? JSON_KINDS[jsonKindOf(JSON.parse(text))] : 0;
  } catch {
    return 0;
  }
}

function countDecimal(text: string): number {
  const whole = /^-?\d{1,15}(?=\.|$)/.exec(text)?.[0];
  return whole === undefined ? OTHER : (Number(whole) % MODULUS) + OTHER;
}

/** Only the years from 1 to 9999 have this length up to the seconds. */
const IN_RANGE = /^\d{4}-\d\d-\d\d \d\d:\d\d:\d\d(?:\.\d+)?$/;

function countMoment(text: string): number {
  if (!IN_RANGE.test(text)) return OTHER;
  const seconds = Date.parse(`${text.slice(0, 10)}T${text.slice(11, 19)}Z`) / 1000;
  return ((seconds + YEAR_ONE) % MODULUS) + OTHER;
}

function jsonKindOf(value: unknown): keyof typeof JSON_KINDS {
  if (value === null) return 'null';
  if (Array.isArray(value)) return 'array';
  return typeof value === 'bigint' ? 'number' : (typeof value as keyof typeof JSON_KINDS);
}

function itemsOf(value: readonly unknown[]): number {
  return value.reduce<number>((count, item) => count + (Array.isArray(item) ? itemsOf(item) : 1), 0);
}
