import type { Editor } from '../editor.ts';
import { change } from './editor/change.ts';
import { difference } from './editor/difference.ts';
import { indexDifference } from './editor/indexes.ts';
import { misfit } from './editor/misfit.ts';
import { read } from './editor/read.ts';
import { rename } from './editor/rename.ts';
import { quoteName } from './names.ts';

/** Changes tables on SQLite: by its own `alter table` where that is right, by one rebuild where it is not. */
export const sqliteEditor: Editor = {
  read,
  change,
  rename,
  async drop(sql, { kind, name, namespace = 'main' }) {
    await sql.execute(`drop ${kind} ${quoteName(namespace)}.${quoteName(name)}`);
  },
  difference: async (context, _table, live, wanted) => difference(context, live, wanted),
  indexDifference: async (context, _table, live, wanted) => indexDifference(context, live, wanted),
  misfit: async (context, _table, live, wanted) => misfit(context, live, wanted),
};
