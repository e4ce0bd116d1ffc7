import type { Dialect } from '../dialects/dialect.ts';
import type { HeldConnection } from './connection.ts';
import type { Database } from './database.ts';
import { faultOf, isLost } from './faults.ts';

type ColumnTypes = Dialect['types'];

/** A column of our own tables, and what the dialect calls its type. */
interface OwnColumn {
  readonly name: string;
  readonly type: (types: ColumnTypes) => string;
}

const text = () => 'text';
const integer = () => 'integer';

/**
 * The tables a database keeps about itself. Their names are fixed under every naming strategy. Columns are added at the
 * end of a list, nullable or with a default, and never changed: old code runs beside newer. What is added here is added
 * to older installations as soon as something is written there.
 */
export const TABLES = {
  version: {
    name: 'deployed_version',
    columns: [
      { name: 'guid', type: () => 'text not null primary key' },
      { name: 'version', type: () => 'integer not null' },
      { name: 'compatible', type: () => 'integer not null' },
      { name: 'fingerprint', type: text },
      { name: 'epoch', type: ({ bigint }) => `${bigint} not null default 0` },
      { name: 'stage', type: integer },
      { name: 'target', type: integer },
      { name: 'host', type: text },
      { name: 'pid', type: integer },
      { name: 'since', type: ({ moment }) => moment },
    ],
  },
  log: {
    name: 'deployed_version_log',
    columns: [
      { name: 'id', type: ({ serial }) => serial },
      { name: 'guid', type: () => 'text not null' },
      { name: 'from_version', type: integer },
      { name: 'to_version', type: () => 'integer not null' },
      { name: 'how', type: () => 'text not null' },
      { name: 'at', type: ({ moment }) => `${moment} not null` },
      { name: 'took_ms', type: integer },
      { name: 'host', type: text },
      { name: 'pid', type: integer },
      { name: 'role', type: text },
      { name: 'release', type: text },
      { name: 'reason', type: text },
    ],
  },
} as const satisfies Record<string, { readonly name: string; readonly columns: readonly OwnColumn[] }>;

type TableKey = keyof typeof TABLES;
const KEYS = Object.keys(TABLES) as TableKey[];

/** The names of our own tables. */
export const BOOKKEEPING: readonly string[] = KEYS.map(key => TABLES[key].name);

/** The tables' names as SQL says them, in their namespace if they have one. */
export interface Tables extends Readonly<Record<TableKey, string>> {
  readonly namespace: string | undefined;
}

export function tablesIn(namespace: string | undefined, { quoteName }: Pick<Dialect, 'quoteName'>): Tables {
  const inNamespace = namespace === undefined ? '' : `${quoteName(namespace)}.`;
  const named = (key: TableKey) => `${inNamespace}${quoteName(TABLES[key].name)}`;
  return { namespace, version: named('version'), log: named('log') };
}

/** The statements that create what is missing of the bookkeeping. */
export function createTables(tables: Tables, { capabilities, quoteName, types }: Dialect): string[] {
  const listed = (key: TableKey) =>
    TABLES[key].columns.map(column => `${quoteName(column.name)} ${column.type(types)}`);
  const { namespace } = tables;
  const inNamespace = capabilities.namespaces && namespace !== undefined;
  return [
    ...(inNamespace ? [`create schema if not exists ${quoteName(namespace)}`] : []),
    ...KEYS.map(key => `create table if not exists ${tables[key]} (${listed(key).join(', ')})`),
  ];
}

/**
 * Adds the columns of our own tables that a newer release of this library needs: a short transaction of its own, before
 * any work, since readers would hang behind an ALTER until the work is done.
 *
 * @returns whether they are there; not while somebody holds a row, behind whom this would keep all readers waiting
 */
export async function completeTables(held: HeldConnection, database: Database): Promise<boolean> {
  const { tables, dialect } = database;
  try {
    const statements = await missingColumns(held, database);
    if (statements.length === 0) return true;
    await held.begin(dialect.begin({ lockTimeoutMs: 1000, withSteps: false }));
    const isFree = await dialect.row.areFree(held, tables);
    if (isFree) for (const statement of statements) await held.execute(statement);
    await held.commit();
    return isFree;
  } catch (error) {
    await held.rollback();
    if (isLost(error)) return false;
    // Somebody else adds them at this very moment.
    if (faultOf(error) === 'duplicate' || /duplicate column/.test(String(error))) return false;
    throw error;
  }
}

/** Writes the statements that add what an older release of this library did not have. */
export async function missingColumns(held: HeldConnection, { tables, dialect }: Database): Promise<string[]> {
  const missing: string[] = [];
  for (const key of KEYS) {
    const there = await columnsOf(held, tables[key]);
    for (const { name, type } of TABLES[key].columns) {
      const added = `alter table ${tables[key]} add column ${dialect.quoteName(name)} ${type(dialect.types)}`;
      if (!there.has(name)) missing.push(added);
    }
  }
  return missing;
}

/** The columns a table has, by a row of nulls, which an empty table gives too. */
async function columnsOf(held: HeldConnection, table: string): Promise<ReadonlySet<string>> {
  const [row = {}] = await held.execute(`select t.* from (select 1 as one) as o left join ${table} as t on 1 = 0`);
  return new Set(Object.keys(row));
}
