import { showDecimal, showReal } from '../../../rows/canonical/number-text.ts';
import { MAX_MS, showMoment } from '../../../rows/canonical/moment-text.ts';
import { quoteName } from '../../../sql/quoting.ts';
import type { LinePart } from '../../line-parts.ts';
import type { TransferColumn } from '../../row-transfer.ts';

/** A part of a line, where any value may stand in any column. */
interface CheckedPart extends LinePart {
  /** True for a value that has the form of its kind. Any other takes the exact way. */
  readonly plain: string;
}

/** Integers from here on are no exact numbers in JavaScript. */
const MAX_INTEGER = '9007199254740991';

/** SQL that makes JSON of a column in one go, as long as values are of the storage class that the column is for. */
export function pieceOf({ name, kind, scale, isEmptied }: TransferColumn): CheckedPart {
  if (isEmptied) return { plain: '1', sql: `'null'` };
  const column = quoteName(name);
  const is = (...classes: string[]) =>
    `typeof(${column}) in (${['null', ...classes].map(one => `'${one}'`).join(', ')})`;
  switch (kind) {
    case 'integer':
      return { plain: is('integer'), sql: `ifnull(${column}, 'null')` };
    case 'boolean':
      return {
        plain: `(${is('integer')} and ifnull(${column}, 0) in (0, 1))`,
        sql: `case ${column} when 1 then 'true' when 0 then 'false' else 'null' end`,
      };
    case 'real':
      return { plain: is('real'), sql: column, show: value => (value === null ? 'null' : showReal(Number(value))) };
    case 'decimal':
      return {
        plain: `(${is('integer', 'real')} and ifnull(abs(cast(${column} as real)), 0) < ${MAX_INTEGER})`,
        sql: column,
        show: value => (value === null ? 'null' : `"${showDecimal(Number(value), scale)}"`),
      };
    case 'moment':
      return {
        plain: `(${is('integer')} and ifnull(${column}, 0) between -${MAX_MS} and ${MAX_MS})`,
        sql: column,
        show: value => (value === null ? 'null' : `"${showMoment(Number(value))}"`),
      };
    case 'json':
      return {
        plain: `case when ${column} is null then 1 when typeof(${column}) = 'text' and json_valid(${column}) then json(${column}) = ${column} else 0 end`,
        sql: `case when ${column} is null then 'null' else '[' || ${column} || ']' end`,
      };
    case 'blob':
      return {
        plain: is('blob'),
        sql: `case when ${column} is null then 'null' else '"' || lower(hex(${column})) || '"' end`,
      };
    case 'array':
      return { plain: is('text'), sql: column, show: value => (value === null ? 'null' : showItems(String(value))) };
    default:
      // It would refuse a blob.
      return {
        plain: is('text'),
        sql: `case typeof(${column}) when 'text' then json_quote(${column}) else 'null' end`,
      };
  }
}

/** MikroORM keeps an array as its items with commas between them. */
export function showItems(text: string): string {
  return JSON.stringify(text === '' ? [] : text.split(','));
}
