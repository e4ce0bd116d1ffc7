const ZERO = 0x30;
const MINUS = 0x2d;
const POINT = 0x2e;
const COLON = 0x3a;
const BLANK = 0x20;
const QUOTE = 0x22;
const MS_OF_DAY = 86_400_000;
/** The first millisecond of the year 1. */
export const FIRST_MS = -62_135_596_800_000;
/** The last millisecond of the year 9999. */
export const LAST_MS = 253_402_300_799_999;
/** So many bytes are needed at most. */
export const MOMENT_BYTES = 23;

/** Whether a quoted text begins at a place that has the separators of what {@link writeMoment} writes, for the years to 9999. */
export function isSpelledAsMoment(bytes: Uint8Array, at: number): boolean {
  return (
    bytes[at] === QUOTE &&
    bytes[at + 5] === MINUS &&
    bytes[at + 8] === MINUS &&
    bytes[at + 11] === BLANK &&
    bytes[at + 14] === COLON &&
    bytes[at + 17] === COLON
  );
}

/** Reads two digits; -1 if they are not. */
export function readTwo(bytes: Uint8Array, at: number): number {
  const [tens, ones] = [(bytes[at] as number) - ZERO, (bytes[at + 1] as number) - ZERO];
  return tens >= 0 && tens <= 9 && ones >= 0 && ones <= 9 ? tens * 10 + ones : -1;
}

/**
 * Writes what `showMoment()` says of milliseconds in the years from 1 to 9999, without making a text of it.
 *
 * @returns where it ends
 * @see https://howardhinnant.github.io/date_algorithms.html#civil_from_days
 */
export function writeMoment(bytes: Uint8Array, start: number, ms: number): number {
  const day = Math.floor(ms / MS_OF_DAY);
  // From the year 1 on nothing is negative.
  const shifted = (day + 719_468) | 0;
  const era = (shifted / 146_097) | 0;
  const dayOfEra = shifted - era * 146_097;
  const leapDays = ((dayOfEra / 1460) | 0) - ((dayOfEra / 36_524) | 0) + ((dayOfEra / 146_096) | 0);
  const yearOfEra = ((dayOfEra - leapDays) / 365) | 0;
  const dayOfYear = dayOfEra - (365 * yearOfEra + ((yearOfEra / 4) | 0) - ((yearOfEra / 100) | 0));
  const fromMarch = ((5 * dayOfYear + 2) / 153) | 0;
  const month = fromMarch < 10 ? fromMarch + 3 : fromMarch - 9;
  const year = yearOfEra + era * 400 + (month <= 2 ? 1 : 0);
  const century = (year / 100) | 0;
  two(bytes, start, century);
  two(bytes, start + 2, year - century * 100);
  bytes[start + 4] = MINUS;
  two(bytes, start + 5, month);
  bytes[start + 7] = MINUS;
  two(bytes, start + 8, dayOfYear - (((153 * fromMarch + 2) / 5) | 0) + 1);
  bytes[start + 10] = BLANK;
  return writeTime(bytes, start + 11, (ms - day * MS_OF_DAY) | 0);
}

function writeTime(bytes: Uint8Array, start: number, ms: number): number {
  const seconds = (ms / 1000) | 0;
  const minutes = (seconds / 60) | 0;
  const hours = (minutes / 60) | 0;
  two(bytes, start, hours);
  bytes[start + 2] = COLON;
  two(bytes, start + 3, minutes - hours * 60);
  bytes[start + 5] = COLON;
  two(bytes, start + 6, seconds - minutes * 60);
  const fraction = ms - seconds * 1000;
  if (fraction === 0) return start + 8;
  bytes[start + 8] = POINT;
  const tenths = (fraction / 100) | 0;
  bytes[start + 9] = ZERO + tenths;
  two(bytes, start + 10, fraction - tenths * 100);
  if (fraction % 10 !== 0) return start + 12;
  return fraction % 100 === 0 ? start + 10 : start + 11;
}

function two(bytes: Uint8Array, at: number, value: number): void {
  const tens = (value / 10) | 0;
  bytes[at] = ZERO + tens;
  bytes[at + 1] = ZERO + value - tens * 10;
}
