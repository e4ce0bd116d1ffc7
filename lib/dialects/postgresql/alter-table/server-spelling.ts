import { randomBytes } from 'node:crypto';
import type { Column } from '@mikro-orm/sql';
import { qualify } from '../../../sql/quoting.ts';
import type { LiveColumn, LiveTable, TableName } from '../../table-changes.ts';
import type { EditContext, Sql } from '../../table-editor.ts';
import { read } from '../read.ts';

/** By the columns that were wanted when a table was read. */
type Spelling = ReadonlyMap<Column, LiveColumn>;

const spelt = new WeakMap<LiveTable, Spelling>();

/** A column as it stands in a `create table`, without the primary key, which is a matter of the table. */
export function columnSql({ helper, wanted }: Pick<EditContext, 'helper' | 'wanted'>, column: Column): string {
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
    // Another column may be of a type that is yet to be made
    spellAll(context, live, [column]),
  );
  spelt.set(live, spelling);
  return spelling.get(column) as LiveColumn;
}

async function spellAll(context: EditContext, { namespace }: LiveTable, columns: readonly Column[]): Promise<Spelling> {
  const definition = columns.map(column => columnSql(context, asText(column))).join(', ');
  return withSpecimen(context.sql, namespace, definition, async specimen => {
    const table = (await read(context.sql, specimen)) as LiveTable;
    return new Map(columns.map((column, index) => [column, table.columns[index] as LiveColumn]));
  });
}

/** A column of a native enum as one of text: the enum need not be there. */
export function asText(column: Column): Column {
  if (column.nativeEnumName === undefined) return column;
  const { nativeEnumName: _, ...plain } = column;
  return { ...plain, type: column.type.endsWith('[]') ? 'text[]' : 'text' };
}

/** A table made for what can be learned from it. */
interface Specimen extends TableName {
  /** Its name as SQL says it. */
  readonly sql: string;
}

/**
 * Creates a table, lets `work` look, and drops the table again: how PostgreSQL spells its input,
 * only PostgreSQL knows. It needs a transaction.
 *
 * It stands in the namespace of the table it is about, where a role that may create an index may create a table; a role that may
 * do neither, and alters what it owns, is left with a temporary one.
 */
export async function withSpecimen<T>(
  sql: Sql,
  namespace: string | undefined,
  definition: string,
  work: (specimen: Specimen) => Promise<T>,
): Promise<T> {
  try {
    return await trySpecimen(sql, namespace, definition, work);
  } catch (error) {
    if ((error as { code?: unknown }).code !== INSUFFICIENT_PRIVILEGE) throw error;
    return trySpecimen(sql, 'pg_temp', definition, work);
  }
}

const INSUFFICIENT_PRIVILEGE = '42501';

async function trySpecimen<T>(
  sql: Sql,
  namespace: string | undefined,
  definition: string,
  work: (specimen: Specimen) => Promise<T>,
): Promise<T> {
  // Another transaction may be at the same in the same namespace
  const name = `dejavu_scratch_${randomBytes(6).toString('hex')}`;
  const specimen = { name, namespace, sql: qualify(namespace, name) };
  await sql.execute('savepoint dejavu_scratch');
  try {
    await sql.execute(`create table ${specimen.sql} (${definition})`);
    const result = await work(specimen);
    await forget(sql);
    return result;
  } catch (error) {
    // On a connection that is gone there is no savepoint either, and the first error is the one to tell
    await forget(sql).catch(() => {});
    throw error;
  }
}

async function forget(sql: Sql): Promise<void> {
  await sql.execute('rollback to savepoint dejavu_scratch');
  await sql.execute('release savepoint dejavu_scratch');
}
