import type { Column } from '@mikro-orm/sql';
import type { LiveColumn, LiveTable } from '../table-changes.ts';
import type { EditContext } from '../table-editor.ts';
import { read } from './read.ts';
import { withScratch } from './alter-table/server-spelling.ts';

/** By the columns that were wanted when a table was read. */
type Spelling = ReadonlyMap<Column, LiveColumn>;

const spelt = new WeakMap<LiveTable, Spelling>();

/** A column as it stands in a `create table`, without the primary key, which is a matter of the table. */
export function columnSql({ helper, wanted }: EditContext, column: Column): string {
  return helper.createTableColumn({ ...column, primary: false }, wanted) as string;
}

/**
 * A wanted column as PostgreSQL would spell it; a native enum as a text, since it need not be there yet. All columns of
 * the table are spelt at once, once for each reading of it: a generated one finds those it is made of.
 */
export async function spell(context: EditContext, live: LiveTable, column: Column): Promise<LiveColumn> {
  const known = spelt.get(live)?.get(column);
  if (known) return known;
  const others = context.wanted.getColumns().filter(other => other.name !== column.name);
  const spelling = await spellAll(context, live, [...others, column]).catch(() =>
    // another column may be of a type that is yet to be made
    spellAll(context, live, [column]),
  );
  spelt.set(live, spelling);
  return spelling.get(column) as LiveColumn;
}

async function spellAll(context: EditContext, { namespace }: LiveTable, columns: readonly Column[]): Promise<Spelling> {
  const definition = columns.map(column => columnSql(context, asText(column))).join(', ');
  return withScratch(context.sql, namespace, definition, async scratch => {
    const table = (await read(context.sql, scratch)) as LiveTable;
    return new Map(columns.map((column, index) => [column, table.columns[index] as LiveColumn]));
  });
}

function asText(column: Column): Column {
  if (column.nativeEnumName === undefined) return column;
  const { nativeEnumName: _, ...plain } = column;
  return { ...plain, type: column.type.endsWith('[]') ? 'text[]' : 'text' };
}
