import { OperationError } from '../../../errors.ts';
import type { LiveCheck, LiveColumn, LiveForeignKey, LiveIndex, LiveTable, TableName } from '../changes.ts';
import type { Sql } from '../editor.ts';
import type { Clause } from './clauses.ts';
import { clausesOf, parseTable, type ColumnDefinition, type TableDefinition } from './definition.ts';
import { TableEditError } from './error.ts';
import { quoteText } from './names.ts';

/** Reads a table from the statement that made it, and its indexes; a view by its columns alone. */
export async function read(sql: Sql, { name }: TableName): Promise<LiveTable | undefined> {
  const [object] = await sql.execute(
    `select type, name, sql from sqlite_master where type in ('table', 'view') and lower(name) = lower(${quoteText(name)})`,
  );
  if (!object) return undefined;
  if (object.type === 'view') return readView(sql, String(object.name));
  const definition = definitionOf(name, String(object.sql));
  return {
    kind: 'table',
    name: definition.name,
    namespace: undefined,
    columns: definition.columns.map(readColumn),
    primaryKey: primaryKeyOf(definition),
    indexes: await readIndexes(sql, definition.name),
    checks: clauses(definition).flatMap(readCheck),
    foreignKeys: clauses(definition).flatMap(readForeignKey),
  };
}

async function readView(sql: Sql, name: string): Promise<LiveTable> {
  const rows = await sql.execute(`select name, type from pragma_table_xinfo(${quoteText(name)}) order by cid`);
  const columns = rows.map(row => ({
    name: String(row.name),
    type: String(row.type),
    nullable: true,
    default: undefined,
    generated: undefined,
  }));
  return {
    kind: 'view',
    name,
    namespace: undefined,
    columns,
    primaryKey: [],
    indexes: [],
    checks: [],
    foreignKeys: [],
  };
}

function definitionOf(name: string, sql: string): TableDefinition {
  try {
    return parseTable(sql);
  } catch (error) {
    if (!(error instanceof TableEditError)) throw error;
    throw new OperationError(error.message, { table: name, cause: error });
  }
}

/** What is said of the table and of its columns. */
function clauses(definition: TableDefinition): Clause[] {
  return [...definition.columns.flatMap(column => column.clauses), ...definition.constraints];
}

function readColumn(column: ColumnDefinition): LiveColumn {
  const generated = clausesOf(column, 'generated').at(-1);
  const text = clausesOf(column, 'default').at(-1)?.expression;
  return {
    name: column.name,
    type: column.type,
    nullable: clausesOf(column, 'not null').length === 0,
    default: text?.toLowerCase() === 'null' ? undefined : text,
    generated: generated && `(${generated.expression}) ${generated.stored ? 'stored' : 'virtual'}`,
    collation: clausesOf(column, 'collate').at(-1)?.collation,
  };
}

function primaryKeyOf(definition: TableDefinition): readonly string[] {
  const own = definition.columns.find(column => clausesOf(column, 'primary key').length > 0);
  if (own) return [own.name];
  return definition.constraints.flatMap(clause => (clause.kind === 'primary key' ? clause.columns : []));
}

async function readIndexes(sql: Sql, table: string): Promise<LiveIndex[]> {
  const rows = await sql.execute(
    `select l.name as name, l."unique" as is_unique, l.origin as origin, i.name as column_name, m.sql as sql ` +
      `from pragma_index_list(${quoteText(table)}) as l join pragma_index_info(l.name) as i ` +
      `left join sqlite_master as m on m.type = 'index' and m.name = l.name ` +
      `where l.origin <> 'pk' order by l.seq desc, i.seqno`,
  );
  const names = [...new Set(rows.map(row => String(row.name)))];
  return names.map(name => {
    const parts = rows.filter(row => row.name === name);
    const [first] = parts;
    const columns = parts.map(part => part.column_name);
    return {
      // a unique constraint has an index that SQLite named
      name: first?.origin === 'u' ? '' : name,
      // an expression has no name
      columns: columns.includes(null) ? [] : columns.map(String),
      unique: first?.is_unique === 1,
      definition: String(first?.sql ?? `unique (${columns.map(String).join(', ')})`),
    };
  });
}

function readCheck(clause: Clause): LiveCheck[] {
  return clause.kind === 'check' ? [{ name: clause.name ?? '', expression: clause.expression }] : [];
}

function readForeignKey(clause: Clause): LiveForeignKey[] {
  if (clause.kind !== 'foreign key') return [];
  const { name, columns, references } = clause;
  return [
    {
      name,
      columns,
      references: { name: references.table, namespace: undefined },
      referencedColumns: references.columns,
      onDelete: references.onDelete,
      onUpdate: references.onUpdate,
      deferMode: references.deferred ? 'deferred' : undefined,
    },
  ];
}
