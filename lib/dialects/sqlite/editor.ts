import type { Editor } from '../table-editor.ts';
import { change } from './change.ts';
import { difference } from './compare.ts';
import { indexDifference } from './indexes.ts';
import { misfit } from './misfit.ts';
import { read } from './read.ts';
import { rename } from './rename.ts';
import { sqliteRows } from './rows.ts';
import { quoteName } from '../../sql/quoting.ts';

/** Changes tables on SQLite: by its own `alter table` where that is right, by one rebuild where it is not. */
export const sqliteEditor: Editor = {
  read,
  change,
  isRedundant: async () => false,
  rename,
  async drop(sql, { kind, name, namespace = 'main' }) {
    await sql.execute(`drop ${kind} ${quoteName(namespace)}.${quoteName(name)}`);
  },
  difference: async (context, _table, live, wanted) => difference(context, live, wanted),
  indexDifference: async (context, _table, live, wanted) => indexDifference(context, live, wanted),
  misfit: async (context, _table, live, wanted) => misfit(context, live, wanted),
  rows: sqliteRows,
};
