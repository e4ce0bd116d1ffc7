import { quoteName } from '../../../sql/quoting.ts';
import { fold } from '../../../sql/same-names.ts';
import { isMeant, tokenize } from '../../../sql/tokens.ts';
import type { LiveRelation, LiveStorage } from '../../live-storage.ts';
import type { LiveTable, TableName } from '../../table-changes.ts';
import type { Sql } from '../../table-editor.ts';
import { describeStored, isVirtual, type StoredStatement } from '../read.ts';
import { withoutSemicolon } from '../../../sql/statements.ts';

interface StorageRow extends StoredStatement {
  readonly name: string;
  readonly table: string;
  readonly namespace: string;
}

/** Reads all tables and views of a database and of those attached to it by these names, in one statement. */
export async function readStorage(sql: Sql, namespaces: readonly (string | undefined)[]): Promise<LiveStorage> {
  const databases = [...new Set(namespaces.map(namespace => namespace ?? 'main'))];
  const selects = databases.map(
    namespace =>
      // An index of a constraint has no separate statement.
      `select '${namespace.replaceAll("'", "''")}' as namespace, type, name, tbl_name as "table", sql, rowid as position ` +
      `from ${quoteName(namespace)}.sqlite_master where sql is not null and name not like 'sqlite\\_%' escape '\\'`,
  );
  const rows = (await sql.execute(
    `${selects.join(' union all ')} order by namespace, position`,
  )) as unknown as StorageRow[];
  const groups = Map.groupBy(rows, row => `${row.namespace} ${fold(row.table)}`);
  return { relations: [...groups.values()].flatMap(relationOf), enums: [] };
}

function relationOf(rows: readonly StorageRow[]): LiveRelation[] {
  const own = rows.find(({ type }) => type === 'table' || type === 'view');
  if (!own) return [];
  const { name, namespace } = own;
  return [
    {
      name,
      namespace: namespace === 'main' ? undefined : namespace,
      visible: namespace === 'main',
      reading: readingOf(rows.map(({ sql }) => sql)),
      describe: asked => describe(asked, own, rows),
    },
  ];
}

/** The meaning of statements, in any order, and however SQLite writes their first words. */
export function readingOf(statements: readonly string[]): string {
  const said = statements.map(sql => withoutSemicolon(sql.replace(FIRST_WORDS, words => words.toLowerCase())));
  return JSON.stringify(said.toSorted());
}

const FIRST_WORDS = /^\s*create\s+(?:unique\s+)?(?:table|index|trigger|view)\s/i;

function describe(name: TableName, own: StorageRow, rows: readonly StorageRow[]): LiveTable {
  if (own.type === 'table' && !isVirtual(own.sql)) return describeStored(name, own.sql, rows);
  const kind = own.type === 'view' ? 'view' : 'table';
  const definition = kind === 'view' ? queryOf(own.sql) : own.sql;
  return { ...name, kind, columns: [], primaryKey: [], indexes: [], checks: [], foreignKeys: [], definition };
}

/** The query of a view. */
function queryOf(sql: string): string {
  const as = tokenize(sql)
    .filter(isMeant)
    .find(({ kind, text }) => kind === 'word' && text.toLowerCase() === 'as');
  return as ? sql.slice(as.to).trim() : sql;
}
