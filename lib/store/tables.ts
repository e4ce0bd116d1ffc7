import type { Dialect } from '../dialects/dialect.ts';
import { qualify, quoteName } from '../sql/quoting.ts';

interface Column {
  readonly name: string;
  readonly type: (types: { serial: string; bigint: string; moment: string }) => string;
}

const text = () => 'text';
const integer = () => 'integer';

// Columns are added at the end of these lists, nullable or with a default, and never changed: old code runs beside newer.
const VERSION_COLUMNS: readonly Column[] = [
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
];

const LOG_COLUMNS: readonly Column[] = [
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
];

/** The tables a database keeps about itself. Their names are fixed under every naming strategy. */
export const VERSION_TABLE = 'deployed_version';
export const LOG_TABLE = 'deployed_version_log';
export const BOOKKEEPING: readonly string[] = [VERSION_TABLE, LOG_TABLE];

/** The tables' names as SQL says them, in their namespace if they have one. */
export interface Tables {
  readonly namespace: string | undefined;
  readonly version: string;
  readonly log: string;
}

export function tablesIn(namespace: string | undefined): Tables {
  return { namespace, version: qualify(namespace, VERSION_TABLE), log: qualify(namespace, LOG_TABLE) };
}

type Types = Parameters<Column['type']>[0];

/** The statements that create what is missing of the bookkeeping. */
export function createTables(tables: Tables, dialect: Pick<Dialect, 'capabilities' | 'types'>): string[] {
  const create = (table: string, columns: readonly Column[]) =>
    `create table if not exists ${table} (${columns.map(column => `${quoteName(column.name)} ${column.type(dialect.types)}`).join(', ')})`;
  const namespace =
    dialect.capabilities.namespaces && tables.namespace !== undefined
      ? [`create schema if not exists ${quoteName(tables.namespace)}`]
      : [];
  return [...namespace, create(tables.version, VERSION_COLUMNS), create(tables.log, LOG_COLUMNS)];
}

/** The statements that add the columns a row lacks that an older release of this library made. */
export function addMissingColumns(
  table: string,
  row: Record<string, unknown>,
  types: Types,
  columns: readonly Column[] = VERSION_COLUMNS,
): string[] {
  return columns
    .filter(column => !(column.name in row))
    .map(column => `alter table ${table} add column ${quoteName(column.name)} ${column.type(types)}`);
}

/** {@link addMissingColumns} for the log. */
export function addMissingLogColumns(table: string, line: Record<string, unknown>, types: Types): string[] {
  return addMissingColumns(table, line, types, LOG_COLUMNS);
}
