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

/** Pairs each table with itself, and of the columns only those that it had before. A new table has no key: rows are counted. */
export function pairKnown(rows: CapturedRows, known: CapturedRows): readonly RowPair[] {
  return pairSame(rows).map(pair => {
    const had = known.tables.find(({ title }) => title === pair.before)?.columns ?? [];
    const columns = pair.columns.filter(({ before }) => had.some(({ name }) => name === before));
    const isSameKey = pair.key.every(({ before }) => columns.some(column => column.before === before));
    return isSameKey ? { ...pair, columns } : { ...pair, key: [], columns: [] };
  });
}
