import { createHash } from 'node:crypto';
import { existsSync, readFileSync } from 'node:fs';
import type { TestDatabase } from './databases.ts';

/** Everything a database holds: what its catalog says of each thing in it, and the rows of each table. */
export interface State {
  readonly catalog: readonly string[];
  readonly rows: Readonly<Record<string, readonly unknown[]>>;
}

/**
 * Reads everything a database holds, past every ORM, so that before and after can be compared.
 *
 * Left out are counters that a rollback does not turn back, on PostgreSQL by design and on SQLite never.
 *
 * @param options.announcements whether `epoch`, which an announcement moves for good, is part of it. Default: true.
 */
export async function stateOf(database: TestDatabase, { announcements = true } = {}): Promise<State> {
  // Opening a file that is not there would make it.
  if (database.dialect === 'sqlite' && database.address && !existsSync(database.address))
    return { catalog: [], rows: {} };
  const [catalog, tables] = database.dialect === 'sqlite' ? await sqlite(database) : await postgresql(database);
  const rows: Record<string, unknown[]> = {};
  for (const table of tables) {
    const found = await database.execute(`select * from ${table}`);
    rows[table] = found.map(row => (announcements ? row : { ...row, epoch: 0 })).toSorted(byText);
  }
  return { catalog, rows };
}

/** A digest of a file's bytes; `undefined` if there is no such file. */
export function bytesOf(file: string): string | undefined {
  return existsSync(file) ? createHash('sha256').update(readFileSync(file)).digest('hex') : undefined;
}

/** The names of the tables and views a database holds, without namespaces. */
export async function tablesOf(database: TestDatabase): Promise<string[]> {
  const sql =
    database.dialect === 'sqlite'
      ? `select name from sqlite_master where type in ('table', 'view') and name not like 'sqlite\\_%' escape '\\'`
      : `select c.relname as name from pg_class c join pg_namespace n on n.oid = c.relnamespace where c.relkind in ('r', 'p', 'v', 'm') and ${OURS}`;
  return (await database.execute<{ name: string }>(sql)).map(row => row.name).toSorted();
}

const OURS = `n.nspname not in ('pg_catalog', 'information_schema') and n.nspname !~ '^pg_'`;

type Found = readonly [catalog: string[], tables: string[]];

async function sqlite(database: TestDatabase): Promise<Found> {
  const things = await database.execute<{ type: string; name: string; sql: string | null }>(
    'select type, name, sql from sqlite_master order by type, name',
  );
  return [
    things.map(({ type, name, sql }) => `${type} ${name}: ${sql}`),
    things.filter(({ type, name }) => type === 'table' && name !== 'sqlite_sequence').map(({ name }) => quote(name)),
  ];
}

async function postgresql(database: TestDatabase): Promise<Found> {
  const columns = await database.execute<{ line: string }>(
    `select n.nspname || '.' || c.relname || '.' || a.attname || ' ' || format_type(a.atttypid, a.atttypmod) || ` +
      `case when a.attnotnull then ' not null' else '' end || coalesce(' default ' || pg_get_expr(d.adbin, d.adrelid), '') as line ` +
      `from pg_attribute a join pg_class c on c.oid = a.attrelid join pg_namespace n on n.oid = c.relnamespace ` +
      `left join pg_attrdef d on d.adrelid = a.attrelid and d.adnum = a.attnum ` +
      `where a.attnum > 0 and not a.attisdropped and ${OURS} order by 1`,
  );
  const constraints = await database.execute<{ line: string }>(
    `select c.conrelid::regclass::text || ' ' || c.conname || ' ' || pg_get_constraintdef(c.oid) as line ` +
      `from pg_constraint c join pg_namespace n on n.oid = c.connamespace where ${OURS} order by 1`,
  );
  const namespaces = await database.execute<{ line: string }>(
    `select 'namespace ' || nspname as line from pg_namespace n where ${OURS} order by 1`,
  );
  const tables = await database.execute<{ name: string }>(
    `select format('%I.%I', n.nspname, c.relname) as name from pg_class c join pg_namespace n on n.oid = c.relnamespace ` +
      `where c.relkind in ('r', 'p') and ${OURS} order by 1`,
  );
  return [[...namespaces, ...columns, ...constraints].map(row => row.line), tables.map(row => row.name)];
}

function byText(one: unknown, other: unknown): number {
  const [left, right] = [JSON.stringify(one), JSON.stringify(other)];
  return left < right ? -1 : left > right ? 1 : 0;
}

function quote(name: string): string {
  return `"${name.replaceAll('"', '""')}"`;
}
