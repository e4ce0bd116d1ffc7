import { showReal } from '../../../rows/canonical/number-text.ts';
import { quoteName, quoteText } from '../../../sql/quoting.ts';
import type { HeldConnection } from '../../../store/connection.ts';
import type { TransferTable } from '../../row-transfer.ts';
import { sqlName } from '../../table-names.ts';
import { TextBytes, valueReaderOf, type LoadedValue } from './loaded-values.ts';

/** Inserts rows, each value with the storage class that it had. */
export async function loadRows(
  held: HeldConnection,
  table: TransferTable,
  rows: readonly (readonly string[])[],
): Promise<void> {
  if (rows.length === 0) return;
  const readers = table.columns.map(valueReaderOf);
  const values = rows.map(
    cells => `(${readers.map((read, index) => literal(read(cells[index] as string))).join(', ')})`,
  );
  await held.execute(`${insertInto(table)} ${values.join(', ')}`);
}

/** The beginning of a statement that inserts rows. */
export function insertInto(table: TransferTable): string {
  const names = table.columns.map(({ name }) => quoteName(name)).join(', ');
  return `insert into ${sqlName({ quoteName }, table)} (${names}) values`;
}

function literal(value: LoadedValue): string {
  if (value === null) return 'null';
  if (typeof value === 'string') return textLiteral(value);
  if (typeof value === 'bigint') return String(value);
  if (typeof value === 'number') return realLiteral(value);
  return value instanceof TextBytes ? `cast(x'${value.hex}' as text)` : `x'${Buffer.from(value).toString('hex')}'`;
}

function realLiteral(value: number): string {
  if (!Number.isFinite(value)) return value < 0 ? '-9e999' : '9e999';
  const text = showReal(value);
  return /^-?\d+$/.test(text) ? `${text}.0` : text;
}

/** A statement ends at a null character. */
function textLiteral(text: string): string {
  return text.includes('\0') ? `cast(x'${Buffer.from(text).toString('hex')}' as text)` : quoteText(text);
}
