import { quoteName } from '../../sql/quoting.ts';
import { dropsColumnOf, writesRows } from '../../sql/statements.ts';
import type { HeldConnection } from '../../store/connection.ts';
import type { Database } from '../../store/database.ts';
import { faultOf } from '../../store/faults.ts';
import type { Meter, Metering, RowCount, TableTouch } from '../table-touches.ts';

export const sqliteMetering: Metering = { begin: sqliteMeter, countRows };

/** A table that was there when the meter was made. */
interface KnownTable {
  readonly first: string;
  /** The name it has, or had last. */
  name: string;
  isThere: boolean;
  /** The page its rows begin at. */
  page: number;
  /** What it and its indexes are like. */
  shape: string;
}

/** A table as one look found it. */
type TablePage = Pick<KnownTable, 'page' | 'shape'>;

/** Measures with SQLite's own schema: a table that is kept from another page on was rebuilt. */
export async function sqliteMeter(held: HeldConnection): Promise<Meter> {
  const find = async () => {
    const rows = await held.execute(
      `select t.name as name, t.rootpage as page, t.sql || coalesce((select group_concat(coalesce(i.sql, i.name)) ` +
        `from sqlite_master i where i.type = 'index' and i.tbl_name = t.name), '') as shape ` +
        `from sqlite_master t where t.type = 'table' and t.rootpage > 0 and t.name not like 'sqlite\\_%' escape '\\'`,
    );
    return new Map(rows.map(row => [String(row.name), { page: Number(row.page), shape: String(row.shape) }]));
  };
  const known = [...(await find())].map(([name, seen]): KnownTable => ({ first: name, name, isThere: true, ...seen }));
  let written = new Set<number>();
  let dropsColumn: string | undefined;

  return {
    async expect(sql) {
      written = writesRows(sql) ? await pagesWritten(held, sql) : new Set();
      // `alter table … drop column` keeps the table where it is, and writes every row of it
      // https://www.sqlite.org/lang_altertable.html#altertabdropcolumn
      dropsColumn = dropsColumnOf(sql);
    },
    async look() {
      const now = await find();
      const names = new Map([...now].map(([name, { page }]) => [page, name]));
      const touches = known.flatMap(table => touched(table, now, names, { written, dropsColumn }));
      written = new Set();
      dropsColumn = undefined;
      return touches;
    },
    names: () => new Map(known.map(({ first, name, isThere }) => [first, isThere ? name : undefined])),
    async changes() {
      const [row] = await held.execute('select total_changes() as rows');
      return Number(row?.rows);
    },
  };
}

function touched(
  table: KnownTable,
  now: ReadonlyMap<string, TablePage>,
  names: ReadonlyMap<number, string>,
  { written, dropsColumn }: { written: ReadonlySet<number>; dropsColumn: string | undefined },
): TableTouch[] {
  const { name: was, page, shape } = table;
  // Renamed, or gone and, being rebuilt, about to be back under its name.
  const name = [was, table.isThere ? names.get(page) : undefined].find(
    candidate => candidate !== undefined && now.has(candidate),
  );
  table.isThere = name !== undefined;
  table.name = name ?? was;
  Object.assign(table, now.get(table.name));
  const rewritten = table.page !== page || was === dropsColumn;
  const isWritten = written.has(page);
  if (!rewritten && !isWritten && name === was && table.shape === shape) return [];
  const dropped = name === undefined;
  return [
    { id: table.first, name: table.first, lock: undefined, rewritten, scanned: undefined, written: isWritten, dropped },
  ];
}

/** The tables a statement would open to write, by the page they begin at. */
async function pagesWritten(held: HeldConnection, sql: string): Promise<Set<number>> {
  const program = await held.execute(`explain ${sql}`).catch(() => []);
  return new Set(program.filter(({ opcode, p3 }) => opcode === 'OpenWrite' && p3 === 0).map(({ p2 }) => Number(p2)));
}

/** The statistics of `analyze` say it; where it never ran, they are counted. */
async function countRows(
  held: HeldConnection,
  _database: Database,
  names: readonly string[],
): Promise<ReadonlyMap<string, RowCount>> {
  const there = new Set(
    (await held.execute(`select name from sqlite_master where type = 'table'`)).map(row => row.name),
  );
  const known = await analyzed(held);
  const rows = new Map<string, RowCount>();
  for (const name of names) {
    if (!there.has(name)) continue;
    const estimate = known.get(name);
    const count = estimate ?? Number((await held.execute(`select count(*) as n from ${quoteName(name)}`))[0]?.n);
    rows.set(name, { count, exact: estimate === undefined });
  }
  return rows;
}

/** What `analyze` found: the first number is that of the rows. https://www.sqlite.org/fileformat2.html#stat1tab */
async function analyzed(held: HeldConnection): Promise<ReadonlyMap<string, number>> {
  try {
    // An index over some of the rows counts only those.
    const rows = await held.execute('select tbl, max(cast(stat as integer)) as n from sqlite_stat1 group by tbl');
    return new Map(rows.map(({ tbl, n }) => [String(tbl), Number(n)]));
  } catch (error) {
    if (faultOf(error) === 'no table') return new Map();
    throw error;
  }
}
