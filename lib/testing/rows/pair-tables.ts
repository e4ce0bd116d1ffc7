import type { CapturedRows } from './captured-rows.ts';
import type { RowPair } from './compare-rows.ts';

/** Pairs each table with itself, and each column: two states of the same version. */
export function pairSame({ tables }: CapturedRows): readonly RowPair[] {
  return tables.map(({ title, key, columns }) => ({
    before: title,
    after: title,
    key: key.map(name => ({ before: name, after: name, title: `${title}.${name}` })),
    columns: columns.map(({ name }) => ({ before: name, after: name, title: `${title}.${name}` })),
  }));
}
