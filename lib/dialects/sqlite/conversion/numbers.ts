/** The digits that every number written as text keeps when it becomes one of floating point. */
const EXACT_DIGITS = 15;
/** Between these sizes a number of floating point keeps all of its digits. */
const EXACT_SIZES = '1e-290 and 1e290';
const LARGEST = '1.7976931348623157e308';

/** Gives an SQL expression a name, for a second one that uses it several times. */
export function letting(expression: string, use: (name: string) => string): string {
  return `(select ${use('dejavu_value')} from (select ${expression} as dejavu_value))`;
}

/** A number, as it is or as a text says it, unless it would lose digits; null for everything else. */
export function exactNumber(value: string): string {
  return (
    `case typeof(${value}) when 'integer' then ${value} when 'real' then ${finite(value)} ` +
    `when 'text' then case when ${isExactText(value)} then cast(${value} as numeric) end end`
  );
}

/** {@link exactNumber}, if it is a whole one. */
export function integerOf(value: string): string {
  return letting(exactNumber(value), x => `case when cast(${x} as integer) = ${x} then cast(${x} as integer) end`);
}

/** {@link exactNumber}, if floating point has it. */
export function realOf(value: string): string {
  return letting(exactNumber(value), x => `case when cast(${x} as real) = ${x} then cast(${x} as real) end`);
}

/** A number of floating point, as JavaScript would write it: `4`, and not `4.0`. */
export function textOfReal(value: string): string {
  const precise = `printf('%!.17g', ${value})`;
  return (
    `case when abs(${value}) > ${LARGEST} then null ` +
    `when abs(${value}) < 1e${EXACT_DIGITS} and cast(${value} as integer) = ${value} then cast(cast(${value} as integer) as text) ` +
    `when cast(cast(${value} as text) as real) = ${value} then cast(${value} as text) ` +
    `when cast(${precise} as real) = ${value} then ${precise} end`
  );
}

export function finite(value: string): string {
  return `case when abs(${value}) <= ${LARGEST} then ${value} end`;
}

/**
 * Next to a number, a text is compared as the number it looks like, just as a column of numbers would store it. One that
 * looks like none is equal to none.
 *
 * @see https://www.sqlite.org/datatype3.html#type_conversions_prior_to_comparison
 */
export function looksLikeNumber(value: string): string {
  return `cast(${value} as numeric) = ${value}`;
}

/** Whether a text is a number of which every digit is kept. */
export function isExactText(value: string): string {
  const digits = `trim(replace(trim(${value}), '.', ''), '+-0')`;
  const isShort = `length(${digits}) <= ${EXACT_DIGITS} and (${digits} = '' or abs(cast(${value} as real)) between ${EXACT_SIZES})`;
  const isInteger = `cast(cast(${value} as integer) as text) = ltrim(trim(${value}), '+0')`;
  return `(${looksLikeNumber(value)} and (${isShort} or ${isInteger}))`;
}
