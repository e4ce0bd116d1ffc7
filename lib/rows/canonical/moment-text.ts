/** The last millisecond that JavaScript has a date for; the first is as far away on the other side. */
export const MAX_MS = 8_640_000_000_000_000;

/** Writes milliseconds since 1970 as PostgreSQL writes a `timestamp`: `2017-10-29 01:16:06.123`, in UTC. */
export function showMoment(ms: number): string {
  const iso = new Date(ms).toISOString();
  if (iso.length === 24) return `${iso.slice(0, 10)} ${timeOf(iso.slice(11))}`.replace(/^0000-(.*)$/, '0001-$1 BC');
  // Years of more than four digits have a sign: those before the year 1 count from 0.
  const year = Number(iso.slice(0, 7));
  const rest = `${iso.slice(7, 13)} ${timeOf(iso.slice(14))}`;
  return year > 0 ? `${year}${rest}` : `${String(1 - year).padStart(4, '0')}${rest} BC`;
}

function timeOf(time: string): string {
  const [whole = '', fraction = ''] = time.slice(0, -1).split('.');
  const digits = fraction.replace(/0+$/, '');
  return digits === '' ? whole : `${whole}.${digits}`;
}

const DAYS_IN_ERA = 146_097;
const MOMENT = /^(\d{4,6})-(\d\d)-(\d\d) (\d\d):(\d\d):(\d\d)(?:\.(\d{1,6}))?( BC)?$/;

/** Microseconds since 1970 of a moment as {@link showMoment} or PostgreSQL writes it; `undefined` for anything else. */
export function readMoment(text: string): bigint | undefined {
  const match = MOMENT.exec(text);
  if (!match) return undefined;
  const [, years, month, day, hour, minute, second, fraction = '', bc] = match;
  const year = bc ? 1 - Number(years) : Number(years);
  // JavaScript has no year after 275760, and PostgreSQL has. The calendar repeats itself after 400 years.
  const eras = Math.floor((year - 2000) / 400);
  const inEra = new Date(Date.UTC(year - eras * 400, Number(month) - 1, Number(day)));
  const seconds = (Number(hour) * 60 + Number(minute)) * 60 + Number(second);
  if (inEra.getUTCDate() !== Number(day) || Number(month) > 12 || Number(hour) > 23 || Number(minute) > 59)
    return undefined;
  const ms = inEra.getTime() + eras * DAYS_IN_ERA * 86_400_000;
  return BigInt(ms) * 1000n + BigInt(seconds) * 1_000_000n + BigInt(fraction.padEnd(6, '0'));
}

/** Nearly all moments; days that only some months have are left to the calendar. */
const USUAL = /^(?!0000)\d{4}-(?:0[1-9]|1[0-2])-(?:0[1-9]|1\d|2[0-8]) (?:[01]\d|2[0-3]):[0-5]\d:[0-5]\d(?:\.\d{1,6})?$/;

/** Whether a text is a moment as a dump holds it. */
export function isMoment(text: string): boolean {
  return USUAL.test(text) || text === 'infinity' || text === '-infinity' || readMoment(text) !== undefined;
}
