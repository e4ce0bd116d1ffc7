import type { Clause } from './clauses.ts';
import { parseTable, type ColumnDefinition, type TableDefinition } from './table-definition.ts';
import { TableEditError } from './table-edit-error.ts';

/** A piece of a statement as written, without the comments and white space around it. */
export interface Fragment<T> {
  readonly text: string;
  readonly said: T;
}

/**
 * Reads the text of one column, as it stands in a `create table`.
 *
 * @throws {@link TableEditError} if it is anything else, or more than one.
 */
export function parseColumn(table: string, text: string): Fragment<ColumnDefinition> {
  const { sql, columns, constraints } = read(table, 'a column', text, `${text}\n`);
  const [column, ...more] = [...columns, ...constraints];
  if (!column || !('type' in column) || more.length > 0) throw notOne(table, 'a column', text);
  return { text: sql.slice(column.from, column.to), said: column };
}

/**
 * Reads the text of one clause of a column, such as `default 4`.
 *
 * @throws {@link TableEditError} if it is anything else, or more than one.
 */
export function parseColumnClause(table: string, text: string): Fragment<Clause> {
  const { columns, constraints } = read(table, 'a clause', text, `c ${text}\n`);
  const [column, ...more] = [...columns, ...constraints];
  if (!column || !('type' in column) || column.type !== '' || more.length > 0) throw notOne(table, 'a clause', text);
  return onlyClause(table, text, column.clauses);
}

/**
 * Reads the text of one constraint of a table, such as `unique ("family", "name")`.
 *
 * @throws {@link TableEditError} if it is anything else, or more than one.
 */
export function parseConstraint(table: string, text: string): Fragment<Clause> {
  const { columns, constraints } = read(table, 'a constraint', text, `c, ${text}\n`);
  if (columns.length > 1) throw notOne(table, 'a constraint', text);
  return onlyClause(table, text, constraints);
}

/**
 * Reads the type of a column, such as `varchar(255)`; empty is none.
 *
 * @throws {@link TableEditError} if it is anything else.
 */
export function parseType(table: string, text: string): string {
  const { columns, constraints } = read(table, 'a type', text, `c ${text}\n`);
  const [column, ...more] = [...columns, ...constraints];
  if (!column || !('type' in column) || column.clauses.length > 0 || more.length > 0)
    throw notOne(table, 'a type', text);
  return column.type;
}

function onlyClause(table: string, text: string, clauses: readonly Clause[]): Fragment<Clause> {
  const [clause, ...more] = clauses;
  if (!clause || clause.kind === 'name' || more.length > 0) throw notOne(table, 'a clause', text);
  return { text: clause.text, said: clause };
}

/** Reads a table made of the text, which must not close the table by itself. */
function read(table: string, what: string, text: string, body: string): TableDefinition {
  const sql = `create table t (${body})`;
  try {
    const definition = parseTable(sql);
    if (definition.close === sql.length - 1) return definition;
  } catch (error) {
    if (!(error instanceof TableEditError)) throw error;
    throw notOne(table, what, text, error);
  }
  throw notOne(table, what, text);
}

function notOne(table: string, what: string, text: string, cause?: Error): TableEditError {
  return new TableEditError(table, `${JSON.stringify(text)} is not ${what}`, cause && { cause });
}
