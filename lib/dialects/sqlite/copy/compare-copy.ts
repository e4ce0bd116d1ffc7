import { quoteName, quoteText } from '../../../sql/quoting.ts';
import type { HeldConnection } from '../../../store/connection.ts';

/** A table whose rows are compared. */
interface StoredTable {
  readonly name: string;
  readonly columns: readonly string[];
  /** What names a row: the row's number, or the key of a table without one. */
  readonly key: readonly string[];
}

/**
 * Compares a copy with the file it was made of, value by value, inside the engine: each row of one side has the same values,
 * of the same kind, on the other. Computed columns follow from the others, and virtual tables from the tables behind them.
 */
export async function findDifference(copy: HeldConnection, source: string): Promise<string | undefined> {
  await copy.execute(`attach ${quoteText(source)} as original`);
  try {
    const [storage] = await copy.execute(
      `select name from (select * from (${schemaOf('original')} except ${schemaOf('main')}) ` +
        `union all select * from (${schemaOf('main')} except ${schemaOf('original')})) limit 1`,
    );
    if (storage) return String(storage.name);
    for (const table of await storedTables(copy)) {
      const [row] = await copy.execute(differs(table));
      if (Number(row?.differs) !== 0) return table.name;
    }
    return undefined;
  } finally {
    await copy.execute('detach original');
  }
}

async function storedTables(copy: HeldConnection): Promise<readonly StoredTable[]> {
  const rows = await copy.execute(
    `select l.name as name, l.wr as keyed, c.name as column, c.pk as place from pragma_table_list as l, pragma_table_xinfo(l.name) as c ` +
      `where l.schema = 'main' and l.type in ('table', 'shadow') and l.name not in ('sqlite_schema', 'sqlite_master') and c.hidden = 0`,
  );
  const names = [...new Set(rows.map(row => String(row.name)))];
  return names.map(name => {
    const own = rows.filter(row => row.name === name);
    const columns = own.map(row => String(row.column));
    const keyed = own.filter(row => Number(row.place) > 0).map(row => String(row.column));
    const number = ['rowid', '_rowid_', 'oid'].find(one => !columns.some(column => column.toLowerCase() === one));
    const isKeyed = Number(own[0]?.keyed) === 1 || number === undefined;
    return { name, columns, key: isKeyed ? keyed : [number] };
  });
}

/** A query that answers whether a table differs. Numbers are compared as numbers, all else byte by byte. */
function differs({ name, columns, key }: StoredTable): string {
  const [original, copied] = [`original.${quoteName(name)}`, `main.${quoteName(name)}`];
  const met = key.map(column => `a.${quoteName(column)} is b.${quoteName(column)}`).join(' and ');
  return (
    `select (select count(*) from ${original}) <> (select count(*) from ${copied}) or ` +
    `exists (select 1 from ${original} as a where not exists (select 1 from ${copied} as b where ${[met, ...columns.map(same)].join(' and ')})) as differs`
  );
}

const schemaOf = (side: string) => `select type, name, tbl_name, sql from ${side}.sqlite_master`;

function same(column: string): string {
  const [a, b] = [`a.${quoteName(column)}`, `b.${quoteName(column)}`];
  return `typeof(${a}) = typeof(${b}) and (${a} collate binary) is ${b} and cast(${a} as blob) is cast(${b} as blob)`;
}
