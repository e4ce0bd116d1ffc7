const DAY = '[0-9][0-9][0-9][0-9]-[0-9][0-9]-[0-9][0-9]';
/** What SQLite's functions know, in milliseconds since 1970: the years 0 to 9999. */
const KNOWN = '-62167219200000 and 253402300799999';

/**
 * Whether a text is a day of the calendar, with or without a time of day. SQLite's functions also take `now`, bare numbers,
 * and February 30.
 *
 * @see https://www.sqlite.org/lang_datefunc.html#time_values
 */
export function isMomentText(value: string): string {
  const day = `substr(${value}, 1, 10)`;
  return `(${value} glob '${DAY}*' and date(${day}) = ${day} and strftime('%s', ${value}) is not null)`;
}

/** The milliseconds since 1970 of a text, in UTC unless it names a zone; null if it is more precise, or no moment. */
export function millisecondsOf(text: string): string {
  const fraction = `substr(${text}, 21, 3) glob '[0-9][0-9][0-9]' and ltrim(substr(${text}, 24), '0') glob '[1-9]*'`;
  const milliseconds = `strftime('%s', ${text}) * 1000 + cast(substr(strftime('%f', ${text}), 4) as integer)`;
  return `case when ${isMomentText(text)} and not (${fraction}) then ${milliseconds} end`;
}

/** A moment in milliseconds since 1970 as JavaScript's `toISOString()` writes it. */
export function isoText(milliseconds: string): string {
  return known(milliseconds, `strftime('%Y-%m-%dT%H:%M:%fZ', ${milliseconds} / 1000.0, 'unixepoch')`);
}

/** The day of a moment in milliseconds; null if that is not midnight in UTC. */
export function dayOf(milliseconds: string): string {
  return known(
    milliseconds,
    `case when ${milliseconds} % 86400000 = 0 then date(${milliseconds} / 1000, 'unixepoch') end`,
  );
}

/** The time of day of a moment in milliseconds, in UTC; null if it is not a whole second. */
export function timeOf(milliseconds: string): string {
  return known(milliseconds, `case when ${milliseconds} % 1000 = 0 then time(${milliseconds} / 1000, 'unixepoch') end`);
}

function known(milliseconds: string, expression: string): string {
  return `case when ${milliseconds} between ${KNOWN} then ${expression} end`;
}
