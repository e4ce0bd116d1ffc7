import { fold } from '../../../sql/same-names.ts';
import { nameOf, type SqlToken, type Stretch } from '../../../sql/tokens.ts';
import { cursorOver } from './cursor.ts';
import { TableEditError } from './table-edit-error.ts';

/** A `create index` statement and what it says. */
export interface IndexStatement {
  /** The statement, byte for byte. */
  readonly sql: string;
  readonly name: string;
  readonly nameSpan: Stretch;
  /** The table it is on. */
  readonly table: string;
  readonly tableSpan: Stretch;
  readonly unique: boolean;
  /** The indexed terms, in order. */
  readonly terms: readonly IndexTerm[];
  /** What rows are in it, if not all are. */
  readonly where: string | undefined;
}

/** A column or an expression, and how its values are compared and ordered. */
export interface IndexTerm {
  /** As written. */
  readonly text: string;
  /** Undefined for an expression. */
  readonly column: string | undefined;
}

/**
 * Reads a `create index` statement.
 *
 * @throws {@link TableEditError} if it is not one.
 * @see https://www.sqlite.org/lang_createindex.html
 */
export function parseIndex(table: string, sql: string): IndexStatement {
  const cursor = cursorOver(sql, () => {
    throw new TableEditError(table, `dejavu cannot read one of its indexes: ${sql}`);
  });
  cursor.expect('create');
  const unique = cursor.takes('unique');
  cursor.expect('index');
  cursor.takes('if', 'not', 'exists');
  if (cursor.peek(1)?.text === '.') {
    cursor.name();
    cursor.expect('.');
  }
  const { from } = cursor;
  const name = cursor.name();
  const nameSpan = { from, to: cursor.to };
  cursor.expect('on');
  const on = cursor.from;
  const named = cursor.name();
  const tableSpan = { from: on, to: cursor.to };
  const terms = splitTerms(cursor.group().tokens).map(tokens => readTerm(sql, tokens));
  const where = cursor.takes('where') ? sql.slice(cursor.from).trim() : undefined;
  return { sql, name, nameSpan, table: named, tableSpan, unique, terms, where };
}

/** The columns an index is over; none if it is over an expression too. */
export function columnsOfIndex({ terms }: IndexStatement): string[] {
  const columns = terms.flatMap(({ column }) => (column === undefined ? [] : [column]));
  return columns.length === terms.length ? columns : [];
}

function splitTerms(tokens: readonly SqlToken[]): SqlToken[][] {
  const terms: SqlToken[][] = [[]];
  let depth = 0;
  for (const token of tokens) {
    if (token.text === '(') depth++;
    if (token.text === ')') depth--;
    if (token.text === ',' && depth === 0) terms.push([]);
    else terms.at(-1)?.push(token);
  }
  return terms;
}

function readTerm(sql: string, tokens: readonly SqlToken[]): IndexTerm {
  const [first, second] = tokens;
  const isColumn = second === undefined || ['collate', 'asc', 'desc'].includes(fold(second.text));
  return { text: sql.slice(first?.from, tokens.at(-1)?.to), column: isColumn ? nameOf(first) : undefined };
}
