import { quoteName, quoteText } from '../../sql/quoting.ts';
import { fold, sameNames } from '../../sql/same-names.ts';
import { isMeant, nameOf, tokenize, type SqlToken } from '../../sql/tokens.ts';
import type {
  LiveCheck,
  LiveColumn,
  LiveForeignKey,
  LiveIndex,
  LiveTable,
  LiveTrigger,
  TableName,
} from '../table-changes.ts';
import type { Sql } from '../table-editor.ts';
import { atomically } from './rebuild/savepoint.ts';
import type { Clause } from './table-text/clauses.ts';
import { keyColumns } from './table-text/edit-constraints.ts';
import { columnsOfIndex, parseIndex, type IndexStatement } from './table-text/index-statement.ts';
import { ReadLately } from './table-text/read-lately.ts';
import { clausesOf, definitionOf, type ColumnDefinition, type TableDefinition } from './table-text/table-definition.ts';

/** A statement that the database keeps. */
export interface StoredStatement {
  readonly type: 'table' | 'view' | 'index' | 'trigger';
  readonly sql: string;
}

/**
 * Reads a table as its definition says it, in one statement. Only a view and a virtual table, whose columns come from
 * elsewhere, take a second one.
 *
 * @throws {@link TableEditError} if its definition or that of an index cannot be read.
 */
export async function read(sql: Sql, table: TableName): Promise<LiveTable | undefined> {
  const stored = await readStored(sql, table);
  const own = stored.find(({ type }) => type === 'table' || type === 'view');
  if (!own) return undefined;
  if (own.type === 'view' || isVirtual(own.sql)) {
    const columns = await readColumns(sql, table);
    const kind = own.type === 'view' ? 'view' : 'table';
    return { ...table, kind, columns, primaryKey: [], indexes: [], checks: [], foreignKeys: [] };
  }
  return describeStored(table, own.sql, stored);
}

/** Says what statements make of a table: the one that creates it, and those of its indexes and triggers. */
export function describeStored(table: TableName, create: string, stored: readonly StoredStatement[]): LiveTable {
  const of = (kind: StoredStatement['type']) => stored.filter(({ type }) => type === kind);
  const indexes = of('index').map(index => describeIndex(table, index));
  const triggers = of('trigger').map(({ sql }) => describeTrigger(sql));
  return { ...table, ...describeTable(definitionOf(create), indexes), ...(triggers.length > 0 && { triggers }) };
}

async function readStored(sql: Sql, { namespace = 'main', name }: TableName): Promise<StoredStatement[]> {
  // An index of a constraint has no separate statement.
  const rows = await sql.execute(
    `select type, sql from ${quoteName(namespace)}.sqlite_master where tbl_name = ${quoteText(name)} collate nocase ` +
      `and type in ('table', 'view', 'index', 'trigger') and sql is not null order by rowid`,
  );
  return rows as unknown as StoredStatement[];
}

const VIRTUAL = /virtual/i;

/** Whether a table is one of a module, which has its columns. */
export function isVirtual(sql: string): boolean {
  // To read all of a long definition takes time, and few have the word.
  return VIRTUAL.test(sql) && tokenize(sql).filter(isMeant)[1]?.text.toLowerCase() === 'virtual';
}

async function readColumns(sql: Sql, { namespace = 'main', name }: TableName): Promise<LiveColumn[]> {
  const columns = `select name, type from pragma_table_xinfo(${quoteText(name)}, ${quoteText(namespace)}) where hidden <> 1 order by cid`;
  // A view over something that is gone has no columns, and may be looked at nevertheless.
  const rows = await atomically(sql, () => sql.execute(columns)).catch(() => []);
  return rows.map(row => ({
    name: String(row.name),
    type: String(row.type),
    nullable: true,
    default: undefined,
    generated: undefined,
  }));
}

function describeTable(definition: TableDefinition, indexes: LiveIndex[]): Omit<LiveTable, keyof TableName> {
  const clauses = [...definition.columns.flatMap(column => column.clauses), ...definition.constraints];
  return {
    kind: 'table',
    columns: definition.columns.map(column => describeColumn(column, { isKey: isStrictKey(definition, column) })),
    primaryKey: keyColumns(definition),
    ...(clauses.some(clause => clause.kind === 'primary key' && clause.autoincrement) && {
      autoincrement: keyColumns(definition)[0],
    }),
    indexes: [...clauses.flatMap(describeUnique), ...indexes],
    checks: [
      ...definition.columns.flatMap(({ name, clauses: own }) => own.flatMap(clause => describeCheck(clause, name))),
      ...definition.constraints.flatMap(clause => describeCheck(clause)),
    ],
    foreignKeys: clauses.flatMap(describeForeignKey),
  };
}

/** What a column is, as its definition says it. */
export function describeColumn(column: ColumnDefinition, { isKey = false } = {}): LiveColumn {
  const generated = clausesOf(column, 'generated').at(-1);
  const collation = clausesOf(column, 'collate').at(-1)?.collation;
  const given = clausesOf(column, 'default').at(-1)?.expression;
  return {
    name: column.name,
    type: column.type,
    nullable: clausesOf(column, 'not null').length === 0 && !isKey,
    default: given === undefined || fold(given) === 'null' ? undefined : given,
    generated: generated && `(${generated.expression}) ${generated.stored ? 'stored' : 'virtual'}`,
    collation: collation === undefined || fold(collation) === 'binary' ? undefined : collation,
  };
}

/**
 * Whether a column is a primary key that holds no null although it does not say so: a name of the rowid, or a key of
 * a table without one. All others may, to this day.
 *
 * @see https://www.sqlite.org/lang_createtable.html#the_primary_key
 */
function isStrictKey(definition: TableDefinition, column: ColumnDefinition): boolean {
  const columns = keyColumns(definition);
  if (definition.withoutRowid) return columns.some(name => fold(name) === fold(column.name));
  return sameNames(columns, [column.name]) && fold(column.type) === 'integer';
}

function describeUnique(clause: Clause): LiveIndex[] {
  if (clause.kind !== 'unique') return [];
  return [{ name: clause.name ?? '', columns: clause.columns, unique: true, definition: clause.text }];
}

const indexes = new ReadLately<IndexStatement>();

function describeIndex({ name: table }: TableName, { sql }: StoredStatement): LiveIndex {
  const index = indexes.of(sql, () => parseIndex(table, sql));
  return { name: index.name, columns: columnsOfIndex(index), unique: index.unique, definition: sql };
}

function describeCheck(clause: Clause, column?: string): LiveCheck[] {
  if (clause.kind !== 'check') return [];
  const { name = '', expression } = clause;
  return [{ name, expression, ...(column !== undefined && { column }) }];
}

/** The name a foreign key was given is not told: SQLite never says it, and it stays when the table or column is renamed. */
function describeForeignKey(clause: Clause): LiveForeignKey[] {
  if (clause.kind !== 'foreign key') return [];
  const { columns, references } = clause;
  return [
    {
      name: undefined,
      columns,
      references: { name: references.table, namespace: undefined },
      referencedColumns: references.columns,
      onDelete: ruleOf(references.onDelete),
      onUpdate: ruleOf(references.onUpdate),
      deferMode: references.deferred ? 'deferred' : undefined,
    },
  ];
}

/** The default action is no rule. */
function ruleOf(action: string): string | undefined {
  return action === 'no action' ? undefined : action;
}

/**
 * Takes a trigger apart.
 *
 * @see https://www.sqlite.org/lang_createtrigger.html
 */
function describeTrigger(sql: string): LiveTrigger {
  const tokens = tokenize(sql).filter(isMeant);
  const at = (...words: string[]) => tokens.findIndex(token => words.includes(word(token)));
  const [begin, on, event] = [at('begin'), at('on'), at('delete', 'insert', 'update')];
  const head = tokens.slice(0, event);
  const timing = ['before', 'after', 'instead'].find(one => head.some(token => word(token) === one)) ?? 'before';
  const isTimed = head.some(token => word(token) === timing);
  const when = tokens.findIndex((token, index) => index > on && index < begin && word(token) === 'when');
  const text = (from: number, to: number) => sql.slice(tokens[from]?.from, tokens[to]?.to);
  const name = head.slice(0, isTimed ? head.findIndex(token => word(token) === timing) : head.length).at(-1);
  return {
    name: nameOf(name) ?? '',
    does: {
      timing: timing === 'instead' ? 'instead of' : timing,
      events: [word(tokens[event]) || 'update'],
      forEach: 'row',
      when: when < 0 ? undefined : text(when + 1, begin - 1),
      body: text(begin, tokens.length - 1),
    },
  };
}

function word(token: SqlToken | undefined): string {
  return token?.kind === 'word' ? token.text.toLowerCase() : '';
}
