import { asJsonb } from '../../../rows/canonical/jsonb-text.ts';
import { depthOf, MAX_DEPTH } from '../../../rows/canonical/json-text.ts';
import { tagOf, textOf } from '../../../rows/canonical/cells.ts';
import { isMoment } from '../../../rows/canonical/moment-text.ts';
import type { Fit, NoRoom, TransferColumn } from '../../row-transfer.ts';

type FitPlain = (cell: string, column: TransferColumn) => string | NoRoom;

/** What PostgreSQL cannot keep as it is: values of another type than that of their column, and null characters. */
export function fitPostgresql(column: TransferColumn): Fit {
  const fit = FITS[column.kind] ?? fitText;
  return cell => {
    if (cell === 'null') return cell;
    const tagged = tagOf(cell);
    if (!tagged) return fit(cell, column);
    if (tagged.tag === 'text') {
      const text = textOf(tagged.value);
      if (column.kind === 'json') return fitJsonText(text, column);
      if (column.kind === 'array' && text.startsWith('[')) return cell;
      const moment = column.kind === 'moment' ? momentOf(text) : undefined;
      if (moment !== undefined) return fitMoment(JSON.stringify(moment), column);
    }
    const what = {
      integer: 'an integer',
      real: 'a number',
      text: 'a text',
      blob: 'bytes',
      bytes: 'a text that is no UTF-8',
    };
    return {
      why: `PostgreSQL keeps no ${what[tagged.tag].replace(/^an? /, '')} in a column of the type ${column.type}`,
    };
  };
}

/** As SQLite's `current_timestamp` and JavaScript's `toISOString()` write it, which is in UTC. */
function momentOf(text: string): string | undefined {
  const match = /^(\d{4}-\d\d-\d\d)[ T](\d\d:\d\d:\d\d)(?:\.(\d{1,6}))?(?:Z|[+-]00(?::?00)?)?$/.exec(text);
  if (!match) return undefined;
  const fraction = (match[3] ?? '').replace(/0+$/, '');
  const moment = `${match[1]} ${match[2]}${fraction === '' ? '' : `.${fraction}`}`;
  return isMoment(moment) ? moment : undefined;
}

const RANGES: readonly (readonly [RegExp, bigint])[] = [
  [/^smallint|^int2|^smallserial/, 2n ** 15n],
  [/^bigint|^int8|^bigserial/, 2n ** 63n],
  [/^int|^serial/, 2n ** 31n],
];

const fitInteger: FitPlain = (cell, { type }) => {
  if (cell.length < 5) return cell;
  const limit = RANGES.find(([pattern]) => pattern.test(type))?.[1];
  const value = BigInt(cell);
  return limit === undefined || (value >= -limit && value < limit)
    ? cell
    : { why: `it is too large for the type ${type}` };
};

const fitReal: FitPlain = (cell, { type }) => {
  if (!/^real|^float4/.test(type) || cell.startsWith('"')) return cell;
  return shortestFloat(Number(cell)) === Number(cell) ? cell : { why: `it has more digits than the type ${type}` };
};

/** The fewest digits that are nearer to a number of 32 bits than to any other: half way, which parses too, PostgreSQL adds one. */
function shortestFloat(value: number): number {
  const single = Math.fround(value);
  for (let digits = 1; digits < 10; digits += 1) {
    const shorter = Number(value.toPrecision(digits));
    const mirrored = 2 * shorter - single;
    const isHalfWay = shorter !== single && Math.fround(mirrored) === mirrored;
    if (Math.fround(shorter) === single && !isHalfWay) return shorter;
  }
  return single;
}

const fitDecimal: FitPlain = (cell, { type }) => {
  const text = textOf(cell);
  const size = /\((\d+)\s*,?\s*(\d+)?\)/.exec(type);
  if (!size || text === 'NaN') return cell;
  const [precision, scale] = [Number(size[1]), Number(size[2] ?? 0)];
  const [, whole = '', fraction = ''] = /^-?0*(\d*)(?:\.(\d+))?$/.exec(text) ?? [];
  const isRoomy = !text.includes('Infinity') && fraction.length <= scale && whole.length <= precision - scale;
  return isRoomy ? cell : { why: `it has more digits than the type ${type}` };
};

const fitText: FitPlain = (cell, { type, items }) => {
  const text = textOf(cell);
  if (text.includes('\0')) return { why: 'PostgreSQL keeps no null character' };
  if (!text.isWellFormed()) return { why: 'PostgreSQL keeps no half of a character' };
  if (items && !items.includes(text)) return { why: `it is none of ${items.join(', ')}` };
  const size = /^(?:var)?char(?:acter)?(?: varying)?\((\d+)\)/.exec(type);
  if (size && text.length > Number(size[1]) && Array.from(text).length > Number(size[1]))
    return { why: `it is longer than the type ${type}` };
  if (/^char|^bpchar/.test(type) && !type.includes('varying') && text.endsWith(' '))
    return { why: `a text of the type ${type} does not end with blanks` };
  return cell;
};

const fitUuid: FitPlain = (cell, column) => {
  if (column.type !== 'uuid') return fitText(cell, column);
  const isSpelled = /^"[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}"$/.test(cell);
  return isSpelled ? cell : { why: 'PostgreSQL writes a UUID in lower case, with hyphens' };
};

const fitDate: FitPlain = (cell, column) => {
  if (column.type !== 'date') return fitText(cell, column);
  const text = textOf(cell);
  if (/^-?infinity$/.test(text)) return cell;
  const match = /^(\d{4,7})(-\d\d-\d\d)( BC)?$/.exec(text);
  // A year of the same length in leap years is one that every calendar has.
  const year = match && 2000 + (Number(match[1]) % 400) - (match[3] ? 1 : 0);
  const isDay =
    match &&
    !Number.isNaN(Date.parse(`${year}${match[2]}T00:00:00Z`)) &&
    new Date(`${year}${match[2]}T00:00:00Z`).toISOString().slice(4, 10) === match[2];
  return isDay ? cell : { why: 'PostgreSQL has no such day' };
};

const fitTime: FitPlain = (cell, column) => {
  if (!column.type.startsWith('time')) return fitText(cell, column);
  const fraction = /^"(?:[01]\d|2[0-4]):[0-5]\d:[0-5]\d(?:\.(\d{0,5}[1-9]))?(?:[+-]\d\d(?::\d\d)?)?"$/.exec(cell);
  if (!fraction) return { why: 'PostgreSQL has no such time, or spells it in another way' };
  return digitsFit(fraction[1], column.type) ? cell : { why: `it has more digits than the type ${column.type}` };
};

const fitMoment: FitPlain = (cell, { type }) => {
  const text = textOf(cell);
  const match = /^(\d+)-.*?(?:\.(\d+))?( BC)?$/.exec(text);
  if (match?.[3] && Number(match[1]) > 4713) return { why: 'PostgreSQL has no such moment' };
  return digitsFit(match?.[2], type) ? cell : { why: `it has more digits than the type ${type}` };
};

/** A type that names no number of digits has six. */
function digitsFit(fraction: string | undefined, type: string): boolean {
  return (fraction ?? '').length <= Number(/\((\d)\)/.exec(type)?.[1] ?? 6);
}

const fitInterval: FitPlain = cell =>
  /^"P[-\dYMWDTHS.]+"$/.test(cell)
    ? cell
    : { why: 'a dump has intervals in ISO 8601, and PostgreSQL would spell it in another way' };

const fitJson: FitPlain = (cell, column) => fitJsonText(cell.slice(1, -1), column);

function fitJsonText(text: string, { type }: TransferColumn): string | NoRoom {
  try {
    if (depthOf(text) > MAX_DEPTH) return { why: `it is nested deeper than ${MAX_DEPTH}` };
    JSON.parse(text);
    return type === 'json' ? `[${text}]` : `[${asJsonb(text)}]`;
  } catch (error) {
    return {
      why: error instanceof RangeError ? 'PostgreSQL keeps no null character, and no half of one' : 'it is no JSON',
    };
  }
}

const fitArray: FitPlain = (cell, { items }) => {
  const values = (JSON.parse(cell) as unknown[])
    .flat(Infinity)
    .filter(value => value !== null)
    .map(String);
  if (values.some(value => value.includes('\0') || !value.isWellFormed()))
    return { why: 'PostgreSQL keeps no null character' };
  const strange = items && values.find(value => !items.includes(value));
  return strange === undefined ? cell : { why: `it has an item that is none of ${items?.join(', ')}` };
};

const FITS: Readonly<Record<string, FitPlain | undefined>> = {
  integer: fitInteger,
  boolean: cell => cell,
  real: fitReal,
  decimal: fitDecimal,
  uuid: fitUuid,
  date: fitDate,
  time: fitTime,
  interval: fitInterval,
  moment: fitMoment,
  json: fitJson,
  blob: cell => cell,
  array: fitArray,
};
