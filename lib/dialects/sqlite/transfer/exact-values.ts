import { showDecimal, showReal } from '../../../rows/canonical/number-text.ts';
import { showMoment } from '../../../rows/canonical/moment-text.ts';
import { TEXTUAL } from '../../../rows/canonical/value-counts.ts';
import { quoteName } from '../../../sql/quoting.ts';
import type { Row } from '../../../store/connection.ts';
import type { TransferColumn } from '../../row-transfer.ts';
import { isCompactJson, showItems } from './line-pieces.ts';

/** Columns that say of a value what it is, in a form that has lost nothing. */
export function exactColumns(columns: readonly TransferColumn[]): string {
  return columns
    .flatMap((column, index) => {
      const name = column.isEmptied ? 'null' : quoteName(column.name);
      return [
        `typeof(${name}) as c${index}`,
        `case typeof(${name}) when 'integer' then cast(${name} as text) when 'real' then ${name} when 'null' then null ` +
          `else hex(cast(${name} as blob)) end as v${index}`,
        ...(column.kind === 'json' ? [`${column.isEmptied ? '0' : isCompactJson(name)} as j${index}`] : []),
      ];
    })
    .join(', ');
}

/** Makes a line of what {@link exactColumns} read, for every kind of value. */
export function exactLine(columns: readonly TransferColumn[], row: Row): string {
  const cells = columns.map((column, index) => {
    const stored = { storedAs: String(row[`c${index}`]), value: row[`v${index}`], isJson: row[`j${index}`] === 1 };
    return showStored(column, stored);
  });
  return `[${cells.join(',')}]`;
}

interface StoredValue {
  readonly storedAs: string;
  readonly value: unknown;
  /** Whether it is a JSON text without blanks. */
  readonly isJson: boolean;
}

function showStored(column: TransferColumn, stored: StoredValue): string {
  const { storedAs, value } = stored;
  if (storedAs === 'null') return 'null';
  const plain = showPlain(column, stored);
  if (plain !== undefined) return plain;
  if (storedAs === 'integer') return `{"integer":"${String(value)}"}`;
  if (storedAs === 'real') return `{"real":${showReal(Number(value))}}`;
  const bytes = Buffer.from(String(value), 'hex');
  if (storedAs === 'blob') return `{"blob":"${bytes.toString('hex')}"}`;
  const text = decode(bytes);
  return text === undefined ? `{"bytes":"${bytes.toString('hex')}"}` : `{"text":${JSON.stringify(text)}}`;
}

/** The form that the column's kind has for a value; `undefined` if the value is of another kind. */
function showPlain({ kind, scale }: TransferColumn, { storedAs, value, isJson }: StoredValue): string | undefined {
  const text = storedAs === 'text' ? decode(Buffer.from(String(value), 'hex')) : undefined;
  switch (kind) {
    case 'integer':
      return storedAs === 'integer' ? String(value) : undefined;
    case 'boolean':
      return storedAs === 'integer' && (value === '0' || value === '1') ? String(value === '1') : undefined;
    case 'real':
      return storedAs === 'real' ? showReal(Number(value)) : undefined;
    case 'decimal':
      return ['integer', 'real'].includes(storedAs) ? `"${showDecimal(value as string | number, scale)}"` : undefined;
    case 'moment':
      return storedAs === 'integer' && isDate(Number(value)) ? `"${showMoment(Number(value))}"` : undefined;
    case 'json':
      if (storedAs === 'integer') return `[${String(value)}]`;
      if (storedAs === 'real') return Number.isFinite(value) ? `[${showReal(Number(value))}]` : undefined;
      return isJson && text !== undefined ? `[${text}]` : undefined;
    case 'blob':
      return storedAs === 'blob' ? `"${String(value).toLowerCase()}"` : undefined;
    case 'array':
      // A column of type `int[]` makes an integer of the text '1'.
      if (storedAs === 'integer' || storedAs === 'real') return showItems(String(value));
      return text === undefined ? undefined : showItems(text);
    default:
      return TEXTUAL.has(kind) && text !== undefined ? JSON.stringify(text) : undefined;
  }
}

function isDate(ms: number): boolean {
  return !Number.isNaN(new Date(ms).getTime());
}

/** A text may hold bytes that are no UTF-8, and a mark at its beginning is part of it. */
function decode(bytes: Buffer): string | undefined {
  try {
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes);
  } catch {
    return undefined;
  }
}
