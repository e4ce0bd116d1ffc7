import { createHash } from 'node:crypto';

/** The rows of every table, by name. */
export type Rows = Readonly<Record<string, readonly unknown[]>>;

/** What became of rows on the way from one release to the next. */
export interface Fate {
  /** Tables and columns that are no more. */
  readonly gone: readonly string[];
  /** Tables whose rows are not what they were, in the columns that stayed. */
  readonly changed: readonly string[];
}

/** What is known to have happened, in snake case. */
export interface Known {
  /** Tables and columns that are called otherwise now: `media_type` → `format`, `track.bytes` → `size`. */
  readonly renamed?: Readonly<Record<string, string>> | undefined;
  /** Columns whose values read differently now. */
  readonly retyped?: readonly string[] | undefined;
}

/** Compares rows before and after, by the columns that both have. */
export function fateOf(before: Rows, after: Rows, { renamed = {}, retyped = [] }: Known = {}): Fate {
  const now = new Map(Object.entries(after).map(([table, rows]) => [snake(table), rows.map(inSnakeCase)]));
  const gone: string[] = [];
  const changed: string[] = [];
  for (const [name, found] of Object.entries(before)) {
    const table = snake(name);
    const rows = found.map(inSnakeCase);
    const others = now.get(renamed[table] ?? table);
    if (!others) {
      gone.push(table);
      continue;
    }
    const columns = Object.keys(rows[0] ?? {}).map(column => {
      const path = `${table}.${column}`;
      return { path, column, to: renamed[path] ?? column };
    });
    const kept = columns.filter(({ to }) => others.length === 0 || to in (others[0] as object));
    gone.push(...columns.filter(column => !kept.includes(column)).map(({ path }) => path));
    const same = kept.filter(({ path }) => !retyped.includes(path));
    const left = digest(rows.map(row => same.map(({ column }) => row[column])));
    const right = digest(others.map(row => same.map(({ to }) => row[to])));
    if (left !== right) changed.push(table);
  }
  return { gone: gone.toSorted(), changed };
}

/** What the rows of each table come to: a difference names the table, and does not list thousands of rows. */
export function digestsOf(rows: Rows): Readonly<Record<string, string>> {
  return Object.fromEntries(
    Object.entries(rows).map(([table, found]) => [
      table,
      `${found.length} rows, ${digest(found.map(row => Object.values(row as object)))}`,
    ]),
  );
}

/** Drivers read large numbers as text. */
function digest(rows: readonly (readonly unknown[])[]): string {
  const lines = rows.map(row => JSON.stringify(row.map(value => (typeof value === 'number' ? String(value) : value))));
  return createHash('sha256').update(lines.toSorted().join('\n')).digest('hex');
}

function inSnakeCase(row: unknown): Record<string, unknown> {
  return Object.fromEntries(Object.entries(row as object).map(([column, value]) => [snake(column), value]));
}

/** `UnitPrice` → `unit_price`. */
function snake(name: string): string {
  return name.replaceAll(/(?<=[a-z])[A-Z]/g, letter => `_${letter}`).toLowerCase();
}
