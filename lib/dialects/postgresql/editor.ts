import type { Editor } from '../table-editor.ts';
import { change } from './change.ts';
import { compareColumn } from './compare.ts';
import { indexDifference } from './indexes.ts';
import { misfit } from './misfit.ts';
import { read } from './read.ts';
import { drop, rename } from './rename.ts';
import { postgresqlRows } from './rows.ts';

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
  rows: postgresqlRows,
};
