import { tagOf, textOf } from '../../../rows/canonical/cells.ts';
import { qualify, quoteEscaped, quoteName } from '../../../sql/quoting.ts';
import type { HeldConnection } from '../../../store/connection.ts';
import type { TransferColumn, TransferTable } from '../../row-transfer.ts';

/** Inserts rows. A literal without a type is read by the type of its column, which has lost nothing. */
export async function loadRows(
  held: HeldConnection,
  table: TransferTable,
  rows: readonly (readonly string[])[],
): Promise<void> {
  if (rows.length === 0) return;
  const literals = table.columns.map(literalOf);
  const names = table.columns.map(({ name }) => quoteName(name)).join(', ');
  const values = rows.map(cells => `(${literals.map((literal, index) => literal(cells[index] as string)).join(', ')})`);
  await held.execute(
    `insert into ${qualify(table.namespace, table.name)} (${names}) overriding system value values ${values.join(', ')}`,
  );
}

function literalOf({ kind, isEmptied }: TransferColumn): (cell: string) => string {
  if (isEmptied) return () => 'null';
  const plain = LITERALS[kind] ?? (cell => quoteEscaped(textOf(cell)));
  return cell => {
    if (cell === 'null') return cell;
    const tagged = tagOf(cell);
    return tagged ? quoteEscaped(textOf(tagged.value)) : plain(cell);
  };
}

const LITERALS: Readonly<Record<string, ((cell: string) => string) | undefined>> = {
  integer: cell => cell,
  boolean: cell => cell,
  real: cell => `'${cell.startsWith('"') ? textOf(cell) : cell}'`,
  json: cell => quoteEscaped(cell.slice(1, -1)),
  blob: cell => quoteEscaped(String.raw`\x${textOf(cell)}`),
  array: cell => quoteEscaped(arrayText(JSON.parse(cell) as unknown[])),
};

/** @see https://www.postgresql.org/docs/current/arrays.html#ARRAYS-INPUT */
export function arrayText(items: readonly unknown[]): string {
  const texts = items.map(item => {
    if (item === null) return 'NULL';
    return Array.isArray(item) ? arrayText(item) : `"${String(item).replaceAll(/["\\]/g, String.raw`\$&`)}"`;
  });
  return `{${texts.join(',')}}`;
}
