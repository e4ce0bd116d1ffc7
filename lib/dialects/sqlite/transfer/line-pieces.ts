import { MAX_MS } from '../../../rows/canonical/moment-text.ts';
import { quoteName } from '../../../sql/quoting.ts';
import type { TransferColumn } from '../../row-transfer.ts';

/** A function of SQLite takes 127 arguments, or more. https://www.sqlite.org/limits.html */
export const COLUMNS_AT_ONCE = 100;

/**
 * SQL that makes a JSON array of a row, or several, one behind the other. A value that its column is not for comes out in
 * another form. A blob where none belongs is an error.
 */
export function rawLineSql(columns: readonly TransferColumn[]): string {
  const parts = columns.map(argumentOf);
  const arrays: string[] = [];
  for (let at = 0; at < parts.length; at += COLUMNS_AT_ONCE)
    arrays.push(`json_array(${parts.slice(at, at + COLUMNS_AT_ONCE).join(', ')})`);
  return arrays.join(' || ');
}

/** What no text and no document is. */
const OTHERWISE = '0';

function argumentOf({ name, kind, isEmptied }: TransferColumn): string {
  if (isEmptied) return 'null';
  const column = quoteName(name);
  if (kind === 'blob')
    return `case typeof(${column}) when 'blob' then lower(hex(${column})) when 'null' then null else ${OTHERWISE} end`;
  if (kind !== 'json') return column;
  const document = `case when ${column} is null then null when ${isCompactJson(column)} then '[' || ${column} || ']' else '${OTHERWISE}' end`;
  return `json(${document})`;
}

/** True for a text that is JSON without blanks. */
export function isCompactJson(column: string): string {
  return `case when typeof(${column}) = 'text' and json_valid(${column}) then json(${column}) = ${column} else 0 end`;
}

/** True for milliseconds that JavaScript has a date for. */
export function isMomentSql(column: string): string {
  return `(typeof(${column}) = 'integer' and ${column} between -${MAX_MS} and ${MAX_MS})`;
}

/** MikroORM keeps an array as its items with commas between them. */
export function showItems(text: string): string {
  return JSON.stringify(text === '' ? [] : text.split(','));
}
