import { quoteName, quoteText } from '../../../sql/quoting.ts';
import type { Sql } from '../../table-editor.ts';
import { findObject, type SchemaObject } from './schema-objects.ts';

/**
 * Lets a new table go on counting where the old one is. The counter stays inside the database, where it may be larger
 * than a JavaScript number; dropping and renaming tables takes care of the rest.
 *
 * @see https://www.sqlite.org/autoinc.html
 */
export async function handCounterOver(db: Sql, from: string, to: string): Promise<void> {
  await db.execute(`delete from main.sqlite_sequence where name = ${quoteText(to)}`);
  await db.execute(
    `insert into main.sqlite_sequence (name, seq) ` +
      `select ${quoteText(to)}, seq from main.sqlite_sequence where name = ${quoteText(from)}`,
  );
}

/** Something that was put aside. */
interface PutAside {
  /** Puts it back where it was. */
  putBack(): Promise<void>;
}

/**
 * Puts the query planner's statistics on a table aside, so that dropping the table leaves them. Those on indexes that go
 * for good go with the table.
 *
 * @see https://www.sqlite.org/fileformat2.html#the_sqlite_stat1_table
 */
export async function putStatisticsAside(
  db: Sql,
  table: string,
  temporary: string,
  objects: readonly SchemaObject[],
  droppedIndexes: readonly string[],
): Promise<PutAside> {
  const kept = ['sqlite_stat1', 'sqlite_stat4'].filter(name => findObject(objects, 'table', name));
  const dropped = droppedIndexes.map(quoteText).join(', ');
  const move = async (from: string, to: string, where = '') => {
    for (const name of kept) {
      const set = `set tbl = ${quoteText(to)} where tbl = ${quoteText(from)}`;
      await db.execute(`update main.${quoteName(name)} ${set}${where}`);
    }
  };
  await move(table, temporary, ` and (idx is null or idx not in (${dropped}))`);
  return {
    async putBack() {
      await move(temporary, table);
      // This reads the stored statistics, and analyzes nothing. https://www.sqlite.org/lang_analyze.html
      if (kept.length > 0) await db.execute('analyze main.sqlite_schema');
    },
  };
}
