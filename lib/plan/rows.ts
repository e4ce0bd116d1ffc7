import type { Call } from '../boot/call.ts';
import { quoteText } from '../dialects/postgresql/names.ts';
import { HeldConnection } from '../store/connection.ts';
import { faultOf } from '../store/faults.ts';
import { quote } from '../store/tables.ts';
import type { RowCount } from './plan-data.ts';

/**
 * Tells how many rows tables have here, by name; what is not there is left out. On PostgreSQL the statistics say it; on
 * SQLite those of `analyze`, and where it never ran they are counted. Reads, and nothing else.
 */
export async function rowsOf(call: Call, names: readonly string[]): Promise<ReadonlyMap<string, RowCount>> {
  if (names.length === 0) return new Map();
  const { orm, dialect } = call.database;
  return HeldConnection.hold(orm, call, held =>
    dialect.name === 'sqlite' ? sqlite(held, names) : postgresql(held, call, names),
  );
}

async function sqlite(held: HeldConnection, names: readonly string[]): Promise<ReadonlyMap<string, RowCount>> {
  const there = new Set(
    (await held.execute(`select name from sqlite_master where type = 'table'`)).map(row => row.name),
  );
  const known = await analyzed(held);
  const rows = new Map<string, RowCount>();
  for (const name of names) {
    if (!there.has(name)) continue;
    const estimate = known.get(name);
    const count = estimate ?? Number((await held.execute(`select count(*) as n from ${quote(name)}`))[0]?.n);
    rows.set(name, { count, exact: estimate === undefined });
  }
  return rows;
}

/** What `analyze` found: the first number is that of the rows. https://www.sqlite.org/fileformat2.html#stat1tab */
async function analyzed(held: HeldConnection): Promise<ReadonlyMap<string, number>> {
  try {
    // an index over some of the rows counts only those
    const rows = await held.execute('select tbl, max(cast(stat as integer)) as n from sqlite_stat1 group by tbl');
    return new Map(rows.map(({ tbl, n }) => [String(tbl), Number(n)]));
  } catch (error) {
    if (faultOf(error) === 'no table') return new Map();
    throw error;
  }
}

async function postgresql(
  held: HeldConnection,
  { database }: Call,
  names: readonly string[],
): Promise<ReadonlyMap<string, RowCount>> {
  const namespace = database.namespace === undefined ? 'current_schema()' : quoteText(database.namespace);
  const found = await held.execute(
    // a table that neither `vacuum` nor `analyze` has seen yet has no estimate, and the number that was counted along
    `select c.relname as name, case when c.reltuples >= 0 then c.reltuples else pg_stat_get_live_tuples(c.oid) end::text as n ` +
      `from pg_class c join pg_namespace n on n.oid = c.relnamespace where c.relkind in ('r', 'p', 'm') ` +
      `and n.nspname = ${namespace} and c.relname in (${names.map(quoteText).join(', ')})`,
  );
  return new Map(found.map(({ name, n }) => [String(name), { count: Math.max(0, Number(n)), exact: false }]));
}
