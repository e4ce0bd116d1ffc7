import type { ColumnKind, TransferColumn } from '../../dialects/row-transfer.ts';

/** Tells whether a value of a column is still the same in the column that a step made of it. Both are cells of a dump. */
export type IsKept = (before: string, after: string) => boolean;

/** The kinds that have room for each value of another kind, and write it with the same characters. */
const WIDER: Readonly<Partial<Record<ColumnKind, readonly ColumnKind[]>>> = {
  integer: ['decimal', 'text'],
  decimal: ['text'],
  uuid: ['text'],
};

/**
 * Chooses how the values of a column are compared that a step alters: a value stays the same if the new column has room for
 * it. Returns `undefined` if the new column is of another kind, so that the step decides what its values become.
 */
export function keptIn(old: TransferColumn, now: TransferColumn): IsKept | undefined {
  const isWider = WIDER[old.kind]?.includes(now.kind) === true;
  if (old.kind === 'other' || (old.kind !== now.kind && !isWider)) return undefined;
  const isSame = isWider ? sameNumber : (SAME[old.kind] ?? sameCell);
  return (before, after) => {
    if (before === after) return true;
    // A column that may not be null any more needs another value.
    if (before === 'null') return now.nullable !== true;
    return !hasRoom(before, now) || isSame(before, after);
  };
}

const sameCell: IsKept = (before, after) => before === after;
const sameNumber: IsKept = (before, after) => withoutZeros(plain(before)) === withoutZeros(plain(after));

/** Two columns may write the same value in two ways. */
const SAME: Readonly<Partial<Record<ColumnKind, IsKept>>> = {
  decimal: sameNumber,
  // A column of a fixed length cuts blanks at the end.
  text: (before, after) => plain(before).trimEnd() === plain(after).trimEnd(),
  // `jsonb` sorts keys.
  json: (before, after) => after !== 'null' && sorted(before) === sorted(after),
};

/** Whether a column can hold a value as it is. */
function hasRoom(cell: string, { kind, type, items, scale }: TransferColumn): boolean {
  // A value of another storage class than its column.
  if (cell.startsWith('{')) return false;
  const size = Number(/\(\s*(\d+)\s*\)/.exec(type)?.[1] ?? Infinity);
  const text = plain(cell);
  if (items && kind === 'array') return (JSON.parse(cell) as unknown[]).every(item => items.includes(String(item)));
  if (items) return items.map(String).includes(text);
  const fraction = /\.(\d*)/.exec(withoutZeros(text))?.[1]?.length ?? 0;
  switch (kind) {
    case 'text':
      return Array.from(text).length <= size;
    case 'decimal':
      return fraction <= (scale ?? Infinity);
    case 'moment':
    case 'time':
      return fraction <= size;
    case 'real':
      return !/^real|float4/.test(type) || Math.fround(Number(text)) === Number(text);
    default:
      return true;
  }
}

/** The characters of a value, without quotes. */
function plain(cell: string): string {
  return cell.startsWith('"') ? (JSON.parse(cell) as string) : cell;
}

function withoutZeros(number: string): string {
  return number.includes('.') ? number.replace(/\.?0+$/, '') : number;
}

function sorted(cell: string): string {
  return JSON.stringify(JSON.parse(cell), (_key, value: unknown) =>
    typeof value === 'object' && value !== null && !Array.isArray(value)
      ? Object.fromEntries(Object.entries(value).toSorted(([one], [other]) => (one < other ? -1 : 1)))
      : value,
  );
}
