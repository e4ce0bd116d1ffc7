import type { Call } from '../../boot/call.ts';
import type { LiveColumn } from '../../dialects/table-changes.ts';
import type { Editor } from '../../dialects/table-editor.ts';
import { qualify } from '../../sql/quoting.ts';
import { HeldConnection } from '../../store/connection.ts';
import { BOOKKEEPING } from '../../store/tables.ts';

/** A table, its columns and the number of its rows. */
interface CountedTable {
  readonly table: string;
  readonly rows: number;
  readonly columns: readonly Pick<LiveColumn, 'name' | 'type' | 'nullable'>[];
}

/** A table before and after an upgrade. */
export interface RehearsedTable {
  readonly table: string;
  /** `undefined` if the steps create the table. */
  readonly rowsBefore: number | undefined;
  /** `undefined` if the steps drop the table. */
  readonly rowsAfter: number | undefined;
  /** Columns that were added, dropped, or have another type: `+ legs integer`, `- keeper`, `legs: text → integer`. */
  readonly changed: readonly string[];
}

/** Counts the rows of all tables of a database, also of those of other applications, in the namespaces of this Schema. */
export async function countTables({ database, claim, ...patience }: Call): Promise<readonly CountedTable[]> {
  const { orm, dialect, namespace } = database;
  const editor = await dialect.load.editor();
  const named = claim.metadata.map(({ schema }) => (schema && schema !== '*' ? schema : namespace));
  const namespaces = [...new Set([namespace, ...named])];
  return HeldConnection.hold(orm, patience, async held => {
    const counted: CountedTable[] = [];
    for (const row of await held.execute(dialect.listTables(namespaces))) {
      const name = String(row.name);
      if (BOOKKEEPING.includes(name)) continue;
      const isNear = Number(row.visible) === 1 || row.namespace === null;
      const table = await countTable(held, editor, { name, namespace: isNear ? undefined : String(row.namespace) });
      if (table) counted.push(table);
    }
    return counted.toSorted((one, other) => (one.table < other.table ? -1 : 1));
  });
}

async function countTable(
  held: HeldConnection,
  editor: Editor,
  name: { readonly name: string; readonly namespace: string | undefined },
): Promise<CountedTable | undefined> {
  const live = await editor.read(held, name);
  if (live?.kind !== 'table') return undefined;
  const [row] = await held.execute(`select count(*) as rows from ${qualify(name.namespace, name.name)}`);
  const columns = live.columns.map(({ name: column, type, nullable }) => ({ name: column, type, nullable }));
  const table = name.namespace === undefined ? name.name : `${name.namespace}.${name.name}`;
  return { table, rows: Number(row?.rows), columns };
}

/** Compares the tables of a database before and after an upgrade. Pure. */
export function compareCounts(
  before: readonly CountedTable[],
  after: readonly CountedTable[],
): readonly RehearsedTable[] {
  const names = [...new Set([...before, ...after].map(({ table }) => table))].toSorted();
  return names.map(table => {
    const was = before.find(one => one.table === table);
    const is = after.find(one => one.table === table);
    const changed = was && is ? changedColumns(was.columns, is.columns) : [];
    return { table, rowsBefore: was?.rows, rowsAfter: is?.rows, changed };
  });
}

function changedColumns(was: CountedTable['columns'], is: CountedTable['columns']): string[] {
  const added = is.filter(({ name }) => !was.some(one => one.name === name));
  const dropped = was.filter(({ name }) => !is.some(one => one.name === name));
  const altered = is.flatMap(column => {
    const before = was.find(({ name }) => name === column.name);
    const [from, to] = [before && showType(before), showType(column)];
    return from === undefined || from === to ? [] : [`${column.name}: ${from} → ${to}`];
  });
  return [
    ...added.map(column => `+ ${column.name} ${showType(column)}`),
    ...dropped.map(({ name }) => `- ${name}`),
    ...altered,
  ];
}

function showType({ type, nullable }: CountedTable['columns'][number]): string {
  return nullable ? type : `${type} not null`;
}
