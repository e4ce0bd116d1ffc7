import { qualify, quoteName } from '../../sql/quoting.ts';
import { valueList } from '../../sql/value-list.ts';
import type { RowWriting } from '../table-editor.ts';

/** How rows are read exactly, and written a batch at a time. */
export const sqliteRows: RowWriting = {
  // Its text is a literal already, for every kind of value.
  exactText: column => `quote(${column})`,
  losesDigits: true,
  exactLiteral: text => text,
  update(table, { key, columns, values }) {
    const set = columns.map((name, index) => `${quoteName(name)} = v.column${key.length + index + 1}`);
    const match = key.map((name, index) => `t.${quoteName(name)} = v.column${index + 1}`);
    return `update ${qualify(table.namespace, table.name)} as t set ${set.join(', ')} from (values ${valueList(values)}) as v where ${match.join(' and ')}`;
  },
  // https://www.sqlite.org/autoinc.html: it counts on from the highest key that ever existed, however it was chosen
  countOn: async () => {},
};
