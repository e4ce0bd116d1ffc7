import type { Dialect } from '../dialects/dialect.ts';

type ColumnTypes = Dialect['types'];

/** A column of our tables, and its type in the dialect. */
export interface OwnColumn {
  readonly name: string;
  readonly type: (types: ColumnTypes) => string;
}

const text = () => 'text';
const integer = () => 'integer';

/**
 * The tables a database keeps about itself. Their names are fixed under every naming strategy. Columns are added at the
 * end of a list, nullable or with a default, and never changed: old code runs next to newer. A column added here is added
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

/** The names of our tables. */
export const BOOKKEEPING: readonly string[] = KEYS.map(key => TABLES[key].name);

/** The key of one of our tables. */
export function keyOf(name: string): TableKey {
  return KEYS.find(key => TABLES[key].name === name) as TableKey;
}

/** The tables' names as SQL says them, in their namespace if they have one. */
export interface Tables extends Readonly<Record<TableKey, string>> {
  readonly namespace: string | undefined;
}

export function tablesIn(namespace: string | undefined, { quoteName }: Pick<Dialect, 'quoteName'>): Tables {
  const inNamespace = namespace === undefined ? '' : `${placeholderless(namespace, quoteName)}.`;
  const named = (key: TableKey) => `${inNamespace}${quoteName(TABLES[key].name)}`;
  return { namespace, version: named('version'), log: named('log') };
}

/** A question mark of a name would be taken for a placeholder: only PostgreSQL has namespaces, and can spell it another way. */
function placeholderless(namespace: string, quoteName: (name: string) => string): string {
  if (!namespace.includes('?')) return quoteName(namespace);
  return `U&${quoteName(namespace.replaceAll('\\', '\\\\')).replaceAll('?', '\\003F')}`;
}

/** The statements that create our missing tables. */
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
