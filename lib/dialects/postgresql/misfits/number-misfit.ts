import { isFloat, isInteger, type TypeParts } from '../alter-table/column-types.ts';

/** The smallest, and the first that is too large. */
const INTEGER_RANGES: Readonly<Record<string, readonly [string, string]>> = {
  smallint: ['-32768', '32768'],
  integer: ['-2147483648', '2147483648'],
  bigint: ['-9223372036854775808', '9223372036854775808'],
};

const INTEGER_ORDER = Object.keys(INTEGER_RANGES);

/** The integers that a type of floating point holds without rounding. */
const EXACT: Readonly<Record<string, readonly string[]>> = {
  real: ['smallint', 'real'],
  'double precision': ['smallint', 'integer', 'real', 'double precision'],
};

const LIMITS: Readonly<Record<string, readonly [smallest: string, largest: string]>> = {
  real: ['7.1e-46', '3.4028235e38'],
  'double precision': ['2.5e-324', '1.7976931348623157e308'],
};

/** An expression that is true for a number that another type of numbers has no room for, or would round. */
export function numberMisfit(value: string, from: TypeParts, to: TypeParts): string | undefined {
  const range = INTEGER_RANGES[to.base];
  if (range) {
    if (isInteger(from) && INTEGER_ORDER.indexOf(from.base) <= INTEGER_ORDER.indexOf(to.base)) return undefined;
    const known = `${value}::${isFloat(from) ? 'double precision' : 'numeric'}`;
    const [smallest, excess] = range.map(limit => `'${limit}'::${isFloat(from) ? 'double precision' : 'numeric'}`);
    const outside = `${known} < ${smallest} or ${known} >= ${excess}`;
    return isInteger(from) ? `(${outside})` : `(${outside} or ${known} <> pg_catalog.trunc(${known}))`;
  }
  // A cast to `numeric` rounds to 15 digits, and the text of a number has all that it takes to tell it from others.
  const exact = isFloat(from) ? `${value}::pg_catalog.text::numeric` : `${value}::numeric`;
  if (to.base === 'numeric') {
    const [precision, scale = 0] = to.modifiers;
    if (precision === undefined) return undefined;
    return `(pg_catalog.abs(${exact}) >= 1e${precision - scale}::numeric or ${exact} <> pg_catalog.round(${exact}, ${scale}))`;
  }
  return EXACT[to.base]?.includes(from.base) ? undefined : floatMisfit(exact, to.base);
}

/** What a type of floating point says a number is has to be what it was: a cast that is too much for it is not tried. */
function floatMisfit(exact: string, type: string): string | undefined {
  const [smallest, largest] = LIMITS[type] ?? [];
  if (smallest === undefined) return undefined;
  const size = `pg_catalog.abs(${exact})`;
  return (
    `case when ${exact} in ('NaN'::numeric, 'Infinity'::numeric, '-Infinity'::numeric) or ${exact} = 0::numeric then false ` +
    `when ${size} > ${largest}::numeric or ${size} < ${smallest}::numeric then true ` +
    `else ${exact} <> ${exact}::${type}::pg_catalog.text::numeric end`
  );
}
