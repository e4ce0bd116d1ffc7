import type { Editor } from '../editor.ts';
import { change } from './change.ts';
import { difference, indexDifference, misfit } from './difference.ts';
import { quoteName } from './names.ts';
import { read } from './read.ts';

/** Changes tables on SQLite: by its own `alter table` where that is right, by one rebuild where it is not. */
export const sqliteEditor: Editor = {
  read,
  change,
  async drop(sql, { kind, name }) {
    await sql.execute(`drop ${kind} ${quoteName(name)}`);
  },
  async rename({ sql, helper, wanted }, from, to) {
    const before = await read(sql, from);
    await sql.execute(`alter table ${quoteName(from.name)} rename to ${quoteName(to.name)}`);
    // an index keeps the name it was given after the table: one that is wanted under another is made again
    for (const index of before?.indexes ?? []) {
      const next = wanted
        .getIndexes()
        .find(one => one.columnNames.join() === index.columns.join() && one.unique === index.unique);
      if (index.name === '' || !next || next.primary || next.keyName === index.name) continue;
      await sql.execute(`drop index ${quoteName(index.name)}`);
      await sql.execute(helper.createIndex(next, wanted));
    }
  },
  difference: async (_context, _live, column, wanted) => difference(column, wanted),
  indexDifference: async (_context, _table, live, wanted) => indexDifference(live, wanted),
  misfit: async (_context, _live, column, wanted) => misfit(column, wanted),
};
