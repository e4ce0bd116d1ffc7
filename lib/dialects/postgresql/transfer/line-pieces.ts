import { showReal } from '../../../rows/canonical/number-text.ts';
import { depthOf, MAX_DEPTH, withoutBlanks } from '../../../rows/canonical/json-text.ts';
import { TEXTUAL } from '../../../rows/canonical/value-counts.ts';
import { quoteName } from '../../../sql/quoting.ts';
import type { LinePart } from '../../line-parts.ts';
import type { TransferColumn, TransferTable } from '../../row-transfer.ts';

/** SQL that makes JSON of a column. */
export function pieceOf({ name, kind, type, isEmptied }: TransferColumn): LinePart {
  if (isEmptied) return { sql: `'null'` };
  const column = quoteName(name);
  switch (kind) {
    case 'integer':
    case 'boolean':
      return { sql: orNull(`${column}::pg_catalog.text`) };
    case 'real':
      return {
        sql: `${column}::pg_catalog.text`,
        show: value => (value === null ? 'null' : showReal(Number(value))),
      };
    case 'decimal':
      return { sql: orNull(`'"' || ${column}::pg_catalog.text || '"'`) };
    case 'moment':
      return { sql: orNull(`'"' || ${inUtc(column, type)}::pg_catalog.text || '"'`) };
    case 'json':
      return {
        sql: `${column}::pg_catalog.text`,
        show: value => (value === null ? 'null' : showJson(String(value), type)),
      };
    case 'blob':
      return { sql: orNull(`'"' || pg_catalog.encode(${column}, 'hex') || '"'`) };
    case 'array':
      return { sql: orNull(arraySql(column)) };
    default:
      return { sql: orNull(quoted(column)) };
  }
}

function orNull(sql: string): string {
  return `coalesce(${sql}, 'null')`;
}

/** A `timestamp` is in no zone, and stands in a dump as it is. */
export function inUtc(column: string, type: string): string {
  return / with time zone$|^timestamptz/.test(type) ? `(${column} at time zone 'UTC')` : column;
}

/** True for an array whose items are counted from 1, as nearly all are. */
export function isCountedFromOne(column: string): string {
  const bounds = [1, 2, 3, 4, 5, 6].map(
    dimension => `coalesce(pg_catalog.array_lower(${column}, ${dimension}), 1) = 1`,
  );
  return `(${bounds.join(' and ')})`;
}

function arraySql(column: string): string {
  return (
    `case when ${isCountedFromOne(column)} then pg_catalog.to_json(${column}::pg_catalog.text[])::pg_catalog.text ` +
    `else '{"text":' || ${quoted(column)} || '}' end`
  );
}

export function quoted(column: string): string {
  return `pg_catalog.to_json(${column}::pg_catalog.text)::pg_catalog.text`;
}

/** A `jsonb` has blanks when it is shown, but stores none; a `json` may have them. */
export function showJson(text: string, type: string): string {
  const compact = withoutBlanks(text);
  const isPlain = (type === 'jsonb' || compact === text) && depthOf(text) <= MAX_DEPTH;
  return isPlain ? `[${compact}]` : `{"text":${JSON.stringify(text)}}`;
}

/** Sorts text by its bytes, with any collation of the database: dumps are sorted the same everywhere. */
export function orderSql({ key, columns }: TransferTable): string {
  const sorted = key.map(name => {
    const kind = columns.find(column => column.name === name)?.kind ?? 'other';
    const isText = kind !== 'uuid' && (TEXTUAL.has(kind) || kind === 'array');
    return isText ? `${quoteName(name)}::pg_catalog.text collate "C"` : quoteName(name);
  });
  return sorted.length > 0 ? ` order by ${sorted.join(', ')}` : '';
}
