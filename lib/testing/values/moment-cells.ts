import { showMoment } from '../../rows/canonical/moment-text.ts';
import type { CellValues } from './cell-values.ts';
import type { Random } from './random.ts';

/** Moments at which programs with calendars and clocks often fail: the epoch, leap days, summer time, ends of years. */
const MOMENTS = [
  '1969-12-31T23:59:59.999Z',
  '1970-01-01T00:00:00.000Z',
  '2000-02-29T12:00:00.000Z',
  '2024-03-31T01:30:00.000Z',
  '2024-10-27T00:30:00.500Z',
  '2038-01-19T03:14:08.000Z',
  '1900-01-01T00:00:00.001Z',
  '9999-12-31T23:59:59.999Z',
  '0001-01-01T00:00:00.000Z',
  '2016-12-31T23:59:59.990Z',
];

const [FIRST, LAST] = [Date.UTC(1800, 0, 1), Date.UTC(2200, 0, 1)];

/** Makes moments with as many digits of a second as a column keeps. JavaScript and SQLite have three, PostgreSQL has six. */
export function momentValues({ digits }: { readonly digits: number }): CellValues {
  const step = 10 ** (3 - Math.min(3, digits));
  const written = (ms: number) => {
    const kept = Math.floor(ms / step) * step;
    return JSON.stringify(digits > 3 && kept % 1000 !== 0 ? withMicroseconds(kept, digits) : showMoment(kept));
  };
  return {
    special: [...new Set(MOMENTS.map(text => written(Date.parse(text))))],
    random: random => written(anyMoment(random)),
    plain: random => written(plainMoment(random)),
  };
}

/** Makes days. */
export function dateValues(): CellValues {
  return {
    special: [...new Set(MOMENTS.map(text => dayOf(Date.parse(text))))],
    random: random => dayOf(anyMoment(random)),
    plain: random => dayOf(plainMoment(random)),
  };
}

/** Makes times of the day. */
export function timeValues(): CellValues {
  return {
    special: [0, 86_399, 43_200, 1].map(timeOf),
    random: random => timeOf(random.below(86_400)),
    plain: random => timeOf(random.between(8, 18) * 3600),
  };
}

/** Makes lengths of time as ISO 8601 spells them. */
export function intervalValues(): CellValues {
  return {
    special: ['"P1D"', '"PT1S"', '"P1Y2M3DT4H5M6S"', '"P-1D"'],
    random: random => intervalOf(random.between(1, 9999), random.between(1, 23)),
    plain: random => intervalOf(random.between(1, 9), random.between(1, 9)),
  };
}

/** Writes a moment with digits that a `Date` of JavaScript does not have. */
function withMicroseconds(ms: number, digits: number): string {
  const second = Math.floor(ms / 1000) * 1000;
  return `${showMoment(second)}.${String(ms - second).padStart(3, '0')}${'9'.repeat(digits - 3)}`;
}

function dayOf(ms: number): string {
  return JSON.stringify(new Date(ms).toISOString().slice(0, 10));
}

function timeOf(seconds: number): string {
  return JSON.stringify(new Date(seconds * 1000).toISOString().slice(11, 19));
}

function intervalOf(days: number, hours: number): string {
  return JSON.stringify(`P${days}DT${hours}H`);
}

/** Any moment of four centuries. */
export function anyMoment(random: Random): number {
  return Math.floor(FIRST + random.next() * (LAST - FIRST));
}

function plainMoment(random: Random): number {
  return Date.UTC(2020 + random.below(10), random.below(12), 1 + random.below(28), random.below(24));
}
