import { sameName } from '../../../sql/same-names.ts';
import type { Stretch } from '../../../sql/tokens.ts';
import { atColumnClause, atTableConstraint, readColumnClause, readTableConstraint, type Clause } from './clauses.ts';
import { cursorOver, type Cursor } from './cursor.ts';
import { ReadLately } from './read-lately.ts';
import { TableEditError } from './table-edit-error.ts';

/**
 * A `create table` statement and what it says. The statement is the definition: nothing else is stored, and the offsets
 * below point into it.
 */
export interface TableDefinition {
  /** The statement, byte for byte. */
  readonly sql: string;
  readonly name: string;
  /** Where the name is written, without a namespace before it. */
  readonly nameSpan: Stretch;
  readonly columns: readonly ColumnDefinition[];
  /** The clauses of the table, not of one of its columns. */
  readonly constraints: readonly Clause[];
  /** Where the list of columns and constraints is closed. */
  readonly close: number;
  readonly strict: boolean;
  readonly withoutRowid: boolean;
}

/** A column, from its name to the end of its last clause. */
export interface ColumnDefinition extends Stretch {
  readonly name: string;
  readonly nameSpan: Stretch;
  /** As written; empty if there is none. */
  readonly type: string;
  /** Where the type is written; empty, behind the name, if there is none. */
  readonly typeSpan: Stretch;
  readonly clauses: readonly Clause[];
  /** The column's name before any edit, `undefined` if an edit added it. This is how a rebuild knows which values belong to it. */
  readonly origin: string | undefined;
}

/**
 * Reads a `create table` statement.
 *
 * @throws {@link TableEditError} if it is not one, or has no list of columns (a virtual table).
 * @see https://www.sqlite.org/lang_createtable.html
 */
export function parseTable(sql: string): TableDefinition {
  let name = 'a table';
  const cursor = cursorOver(sql, token => {
    const place = token ? `at ${JSON.stringify(token.text)}, character ${token.from}` : 'at its end';
    throw new TableEditError(name, `dejavu cannot read its definition ${place}: ${sql}`);
  });

  cursor.expect('create');
  const virtual = cursor.takes('virtual');
  if (!cursor.takes('temp')) cursor.takes('temporary');
  cursor.expect('table');
  cursor.takes('if', 'not', 'exists');
  if (cursor.peek(1)?.text === '.') {
    cursor.name();
    cursor.expect('.');
  }
  const { from } = cursor;
  name = cursor.name();
  const nameSpan = { from, to: cursor.to };
  if (virtual) throw new TableEditError(name, 'is a virtual table, so its module defines its columns');

  cursor.expect('(');
  const columns = [readColumn(sql, cursor)];
  while (cursor.takes(',') && !atTableConstraint(cursor)) columns.push(readColumn(sql, cursor));
  const constraints: Clause[] = [];
  while (atTableConstraint(cursor)) {
    constraints.push(readTableConstraint(sql, cursor));
    cursor.takes(','); // SQLite can do without
  }
  const close = cursor.from;
  cursor.expect(')');
  return { sql, name, nameSpan, columns, constraints, close, ...readOptions(cursor) };
}

const lately = new ReadLately<TableDefinition>();

/**
 * Reads a `create table` statement as the database stores it, once for all who ask in turn: an operation looks at a table
 * before it changes it.
 *
 * @throws {@link TableEditError} if it is not one, or has no list of columns (a virtual table).
 */
export function definitionOf(sql: string): TableDefinition {
  return lately.of(sql, parseTable);
}

function readColumn(sql: string, cursor: Cursor): ColumnDefinition {
  const { from } = cursor;
  const name = cursor.name();
  const nameSpan = { from, to: cursor.to };
  const typeSpan = readType(cursor);
  const type = sql.slice(typeSpan.from, typeSpan.to);
  const clauses: Clause[] = [];
  while (atColumnClause(cursor)) clauses.push(readColumnClause(sql, cursor, name));
  return { name, nameSpan, type, typeSpan, clauses, from, to: cursor.to, origin: name };
}

/** Reads a type: any number of names, and one or two numbers in parentheses. */
function readType(cursor: Cursor): Stretch {
  const behindName = cursor.to;
  const { from } = cursor;
  while (!atColumnClause(cursor) && ['word', 'quoted', 'string'].includes(cursor.peek()?.kind ?? '')) cursor.next();
  if (cursor.to === behindName) return { from: behindName, to: behindName };
  if (cursor.sees('(')) cursor.group();
  return { from, to: cursor.to };
}

// https://www.sqlite.org/syntax/table-options.html
function readOptions(cursor: Cursor): { strict: boolean; withoutRowid: boolean } {
  let strict = false;
  let withoutRowid = false;
  while (!cursor.takes(';') && cursor.peek() !== undefined) {
    const isStrict = cursor.takes('strict');
    if (!isStrict) cursor.expect('without', 'rowid');
    strict ||= isStrict;
    withoutRowid ||= !isStrict;
    cursor.takes(',');
  }
  return { strict, withoutRowid };
}

/**
 * The column of that name.
 *
 * @throws {@link TableEditError} if there is none.
 */
export function findColumn(definition: TableDefinition, name: string): ColumnDefinition {
  const column = definition.columns.find(other => sameName(other.name, name));
  if (column === undefined) throw new TableEditError(definition.name, `has no column ${JSON.stringify(name)}`);
  return column;
}

/** The clauses of a column that are of one kind; SQLite goes by the last. */
export function clausesOf<K extends Clause['kind']>(column: ColumnDefinition, kind: K): (Clause & { kind: K })[] {
  return column.clauses.filter((clause): clause is Clause & { kind: K } => clause.kind === kind);
}
