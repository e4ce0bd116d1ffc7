import type { Editor } from '../table-editor.ts';
import { change } from './change.ts';
import { compareColumn } from './compare.ts';
import { indexDifference } from './indexes.ts';
import { misfit } from './misfit.ts';
import { read } from './read.ts';
import { sqlName } from '../table-names.ts';
import { quote } from '../../store/tables.ts';
import { drop, rename } from './rename.ts';

/** Changes tables on PostgreSQL, by its own `alter table`. */
export const postgresqlEditor: Editor = {
  read,
  change,
  drop,
  rename,
  async difference(context, table, column, wanted) {
    const differences = await compareColumn(context, table, column, wanted);
    return differences.length === 0 ? undefined : differences.map(({ text }) => text).join('; ');
  },
  indexDifference,
  misfit,
  updateRows(table, { key, columns, values }) {
    // values that nobody declared have to be told their types
    const typeOf = (name: string) => table.columns.find(column => column.name === name)?.type ?? 'text';
    const value = (index: number, name: string) => `cast(v.column${index + 1} as ${typeOf(name)})`;
    const set = columns.map((name, index) => `${quote(name)} = ${value(key.length + index, name)}`);
    const match = key.map((name, index) => `t.${quote(name)} = ${value(index, name)}`);
    const rows = values.map(row => `(${row.join(', ')})`).join(', ');
    const aliases = [...key, ...columns].map((_, index) => `column${index + 1}`);
    return (
      `update ${sqlName(table)} as t set ${set.join(', ')} ` +
      `from (values ${rows}) as v(${aliases.join(', ')}) where ${match.join(' and ')}`
    );
  },
};
