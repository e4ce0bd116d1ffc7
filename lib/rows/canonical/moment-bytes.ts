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

/** Reads two digits; `NaN` if they are not. */
export function readTwo(bytes: Uint8Array, at: number): number {
  const [tens, ones] = [(bytes[at] as number) - ZERO, (bytes[at + 1] as number) - ZERO];
  return tens >= 0 && tens <= 9 && ones >= 0 && ones <= 9 ? tens * 10 + ones : Number.NaN;
}

/**
 * Writes what `showMoment()` says of milliseconds in the years from 1 to 9999, without making a text of it.
 *
 * @returns where it ends
 * @see https://howardhinnant.github.io/date_algorithms.html#civil_from_days
 */
export function writeMoment(bytes: Uint8Array, start: number, ms: number): number {
  const day = Math.floor(ms / MS_OF_DAY);
  const shifted = day + 719_468;
  const era = Math.floor(shifted / 146_097);
  const dayOfEra = shifted - era * 146_097;
  const yearOfEra = Math.trunc(
    (dayOfEra - Math.trunc(dayOfEra / 1460) + Math.trunc(dayOfEra / 36_524) - Math.trunc(dayOfEra / 146_096)) / 365,
  );
  const dayOfYear = dayOfEra - (365 * yearOfEra + Math.trunc(yearOfEra / 4) - Math.trunc(yearOfEra / 100));
  const fromMarch = Math.trunc((5 * dayOfYear + 2) / 153);
  const month = fromMarch < 10 ? fromMarch + 3 : fromMarch - 9;
  const year = yearOfEra + era * 400 + (month <= 2 ? 1 : 0);
  two(bytes, start, Math.trunc(year / 100));
  two(bytes, start + 2, year % 100);
  bytes[start + 4] = MINUS;
  two(bytes, start + 5, month);
  bytes[start + 7] = MINUS;
  two(bytes, start + 8, dayOfYear - Math.trunc((153 * fromMarch + 2) / 5) + 1);
  bytes[start + 10] = BLANK;
  return writeTime(bytes, start + 11, ms - day * MS_OF_DAY);
}

function writeTime(bytes: Uint8Array, start: number, ms: number): number {
  const seconds = Math.trunc(ms / 1000);
  two(bytes, start, Math.trunc(seconds / 3600));
  bytes[start + 2] = COLON;
  two(bytes, start + 3, Math.trunc(seconds / 60) % 60);
  bytes[start + 5] = COLON;
  two(bytes, start + 6, seconds % 60);
  const fraction = ms - seconds * 1000;
  if (fraction === 0) return start + 8;
  bytes[start + 8] = POINT;
  bytes[start + 9] = ZERO + Math.trunc(fraction / 100);
  two(bytes, start + 10, fraction % 100);
  if (fraction % 10 !== 0) return start + 12;
  return fraction % 100 === 0 ? start + 10 : start + 11;
}

function two(bytes: Uint8Array, at: number, value: number): void {
  const tens = Math.trunc(value / 10);
  bytes[at] = ZERO + tens;
  bytes[at + 1] = ZERO + value - tens * 10;
}
