import { tagOf, textOf } from '../../../rows/canonical/cells.ts';
import { readMoment } from '../../../rows/canonical/moment-text.ts';
import { quoteName, quoteText } from '../../../sql/quoting.ts';
import type { HeldConnection } from '../../../store/connection.ts';
import type { TransferColumn, TransferTable } from '../../row-transfer.ts';
import { sqlName } from '../../table-names.ts';
import { wholeOf } from './fit.ts';

/** Inserts rows, each value with the storage class that it had. */
export async function loadRows(
  held: HeldConnection,
  table: TransferTable,
  rows: readonly (readonly string[])[],
): Promise<void> {
  if (rows.length === 0) return;
  const literals = table.columns.map(literalOf);
  const names = table.columns.map(({ name }) => quoteName(name)).join(', ');
  const values = rows.map(cells => `(${literals.map((literal, index) => literal(cells[index] as string)).join(', ')})`);
  await held.execute(`insert into ${sqlName({ quoteName }, table)} (${names}) values ${values.join(', ')}`);
}

function literalOf({ kind, isEmptied }: TransferColumn): (cell: string) => string {
  if (isEmptied) return () => 'null';
  const plain = LITERALS[kind] ?? (cell => textLiteral(textOf(cell)));
  return cell => {
    if (cell === 'null') return 'null';
    const tagged = tagOf(cell);
    if (!tagged) return plain(cell);
    const { tag, value } = tagged;
    if (tag === 'real') return realLiteral(value);
    const text = textOf(value);
    if (tag === 'integer') return text;
    if (tag === 'blob') return `x'${text}'`;
    return tag === 'bytes' ? `cast(x'${text}' as text)` : textLiteral(text);
  };
}

const LITERALS: Readonly<Record<string, ((cell: string) => string) | undefined>> = {
  integer: cell => cell,
  boolean: cell => (cell === 'true' ? '1' : '0'),
  real: cell => realLiteral(cell),
  decimal: cell => {
    const text = textOf(cell);
    return wholeOf(text) ?? realLiteral(text);
  },
  moment: cell => momentLiteral(textOf(cell)),
  json: cell => textLiteral(cell.slice(1, -1)),
  blob: cell => `x'${textOf(cell)}'`,
  array: cell => textLiteral((JSON.parse(cell) as string[]).join(',')),
};

/** JavaScript reads the years from 1 to 9999 faster. */
function momentLiteral(text: string): string {
  const isUsual = /^(?!0000)\d{4}-\d\d-\d\d \d\d:\d\d:\d\d(?:\.\d{1,3})?$/.test(text);
  return String(isUsual ? Date.parse(`${text.replace(' ', 'T')}Z`) : (readMoment(text) as bigint) / 1000n);
}

function realLiteral(text: string): string {
  if (text.includes('Infinity')) return text.includes('-') ? '-9e999' : '9e999';
  return /^-?\d+$/.test(text) ? `${text}.0` : text;
}

/** A statement ends at a null character. */
function textLiteral(text: string): string {
  return text.includes('\0') ? `cast(x'${Buffer.from(text).toString('hex')}' as text)` : quoteText(text);
}
