import { findMentions, type Mention } from '../../../sql/expressions.ts';
import { fold } from '../../../sql/same-names.ts';
import { nameOf, type Stretch } from '../../../sql/tokens.ts';
import type { Cursor, Group } from './cursor.ts';

/** What every clause of a column or a table has. */
interface ClauseText extends Stretch {
  /** The whole clause, its name included. */
  readonly text: string;
  /** The name given by `constraint`. */
  readonly name: string | undefined;
  /** Where the clause begins behind `constraint` and its name. */
  readonly body: number;
  /** The columns of this table that it names. */
  readonly mentions: readonly Mention[];
}

/** `not null`, or the `null` that says nothing. `name` is a `constraint` without anything behind it. */
interface PlainClause extends ClauseText {
  readonly kind: 'not null' | 'null' | 'deferrable' | 'name';
}

interface DefaultClause extends ClauseText {
  readonly kind: 'default';
  /** As written: a literal, or an expression with its parentheses. */
  readonly expression: string;
}

interface CheckClause extends ClauseText {
  readonly kind: 'check';
  readonly expression: string;
}

interface GeneratedClause extends ClauseText {
  readonly kind: 'generated';
  readonly expression: string;
  readonly stored: boolean;
}

interface CollateClause extends ClauseText {
  readonly kind: 'collate';
  readonly collation: string;
}

interface UniqueClause extends ClauseText {
  readonly kind: 'unique';
  readonly columns: readonly string[];
}

interface PrimaryKeyClause extends ClauseText {
  readonly kind: 'primary key';
  readonly columns: readonly string[];
  readonly autoincrement: boolean;
}

interface ForeignKeyClause extends ClauseText {
  readonly kind: 'foreign key';
  readonly columns: readonly string[];
  readonly references: ReferencedTable;
}

/** What a foreign key says about the table it refers to. */
interface ReferencedTable {
  readonly table: string;
  /** Empty: the primary key. */
  readonly columns: readonly string[];
  /** Where those columns are named. */
  readonly mentions: readonly Mention[];
  /** In lower case; `no action` by default. */
  readonly onDelete: string;
  /** In lower case; `no action` by default. */
  readonly onUpdate: string;
  /** Whether it is checked at the end of the transaction. */
  readonly deferred: boolean;
}

/** One thing said about a column or a table. */
export type Clause =
  | PlainClause
  | DefaultClause
  | CheckClause
  | GeneratedClause
  | CollateClause
  | UniqueClause
  | PrimaryKeyClause
  | ForeignKeyClause;

/** A clause before it is known where it ends. */
type Said<C = Clause> = C extends Clause ? Omit<C, Exclude<keyof ClauseText, 'mentions'>> : never;

/** Whether what comes next belongs to a column's clauses and no longer to its type. */
export function atColumnClause(cursor: Cursor): boolean {
  const starts = ['constraint', 'default', 'null', 'not', 'primary', 'unique', 'check', 'references', 'deferrable'];
  return [...starts, 'collate', 'as'].some(word => cursor.sees(word)) || cursor.sees('generated', 'always');
}

/** Whether what comes next is a constraint of the table. */
export function atTableConstraint(cursor: Cursor): boolean {
  return ['constraint', 'primary', 'unique', 'check', 'foreign'].some(word => cursor.sees(word));
}

/** Reads one clause of a column. */
export function readColumnClause(sql: string, cursor: Cursor, column: string): Clause {
  return readClause(sql, cursor, () => columnClause(sql, cursor, column));
}

/** Reads one constraint of a table. */
export function readTableConstraint(sql: string, cursor: Cursor): Clause {
  return readClause(sql, cursor, () => tableConstraint(sql, cursor));
}

function readClause(sql: string, cursor: Cursor, read: () => Said): Clause {
  const { from } = cursor;
  const name = cursor.takes('constraint') ? cursor.name() : undefined;
  const body = cursor.from;
  const said = read();
  if (said.kind === 'name' && name === undefined) cursor.refuse();
  return { ...said, name, from, body, to: cursor.to, text: sql.slice(from, cursor.to) };
}

// https://www.sqlite.org/syntax/column-constraint.html
function columnClause(sql: string, cursor: Cursor, column: string): Said {
  const columns = [column];
  const mentions: Mention[] = [];
  if (cursor.takes('default')) return { kind: 'default', expression: readDefault(sql, cursor), mentions };
  if (cursor.takes('null')) return withConflict(cursor, { kind: 'null', mentions });
  if (cursor.takes('not', 'null')) return withConflict(cursor, { kind: 'not null', mentions });
  if (cursor.takes('unique')) return withConflict(cursor, { kind: 'unique', columns, mentions });
  if (cursor.takes('check')) return withConflict(cursor, { kind: 'check', ...readExpression(sql, cursor) });
  if (cursor.takes('primary', 'key')) {
    if (!cursor.takes('asc')) cursor.takes('desc');
    takeConflict(cursor);
    return { kind: 'primary key', columns, autoincrement: cursor.takes('autoincrement'), mentions };
  }
  if (cursor.sees('references')) return { kind: 'foreign key', columns, references: readReferences(cursor), mentions };
  if (cursor.takes('collate')) return { kind: 'collate', collation: cursor.name(), mentions };
  if (cursor.takes('generated', 'always', 'as') || cursor.takes('as')) {
    const expression = readExpression(sql, cursor);
    const stored = cursor.takes('stored');
    if (!stored) cursor.takes('virtual');
    return { kind: 'generated', ...expression, stored };
  }
  if (takeDeferrable(cursor) !== undefined) return { kind: 'deferrable', mentions };
  return { kind: 'name', mentions };
}

// https://www.sqlite.org/syntax/table-constraint.html
function tableConstraint(sql: string, cursor: Cursor): Said {
  if (cursor.takes('unique')) return withConflict(cursor, { kind: 'unique', ...columnList(cursor.group()) });
  if (cursor.takes('check')) return withConflict(cursor, { kind: 'check', ...readExpression(sql, cursor) });
  if (cursor.takes('primary', 'key')) {
    const list = cursor.group();
    const last = list.tokens.at(-1);
    const autoincrement = last?.kind === 'word' && fold(last.text) === 'autoincrement';
    return withConflict(cursor, { kind: 'primary key', ...columnList(list), autoincrement });
  }
  if (cursor.takes('foreign', 'key')) {
    return { kind: 'foreign key', ...columnList(cursor.group()), references: readReferences(cursor) };
  }
  return { kind: 'name', mentions: [] };
}

function withConflict<S extends Said>(cursor: Cursor, said: S): S {
  takeConflict(cursor);
  return said;
}

function takeConflict(cursor: Cursor): void {
  if (cursor.takes('on', 'conflict')) cursor.name();
}

function readExpression(sql: string, cursor: Cursor): { expression: string; mentions: readonly Mention[] } {
  const group = cursor.group();
  return { expression: sql.slice(group.from, group.to).trim(), mentions: findMentions(group.tokens) };
}

function readDefault(sql: string, cursor: Cursor): string {
  const { from } = cursor;
  if (cursor.sees('(')) cursor.group();
  else {
    if (!cursor.takes('+')) cursor.takes('-');
    cursor.next();
  }
  return sql.slice(from, cursor.to);
}

function readReferences(cursor: Cursor): ReferencedTable {
  cursor.expect('references');
  const table = cursor.name();
  const list = cursor.sees('(') ? columnList(cursor.group()) : { columns: [], mentions: [] };
  let onDelete = 'no action';
  let onUpdate = 'no action';
  let deferred = false;
  for (;;) {
    const deferrable = takeDeferrable(cursor);
    if (deferrable !== undefined) deferred = deferrable;
    else if (cursor.takes('match')) cursor.name();
    else if (cursor.takes('on', 'delete')) onDelete = readAction(cursor);
    else if (cursor.takes('on', 'update')) onUpdate = readAction(cursor);
    else if (cursor.takes('on', 'insert')) readAction(cursor); // Parsed by SQLite, and of no effect.
    else return { table, ...list, onDelete, onUpdate, deferred };
  }
}

function readAction(cursor: Cursor): string {
  const first = fold(cursor.next().text);
  return first === 'set' || first === 'no' ? `${first} ${fold(cursor.next().text)}` : first;
}

/** Reads `[not] deferrable …` if it is next, and returns whether it defers, `undefined` if it is not there. */
function takeDeferrable(cursor: Cursor): boolean | undefined {
  const never = cursor.takes('not', 'deferrable');
  if (!never && !cursor.takes('deferrable')) return undefined;
  const deferred = cursor.takes('initially', 'deferred');
  if (!deferred) cursor.takes('initially', 'immediate');
  return deferred && !never;
}

/** The columns of a list such as `(name collate nocase, "legs" desc)`. Only names can be there: SQLite takes a string for one. */
function columnList(group: Group): { columns: readonly string[]; mentions: readonly Mention[] } {
  const firsts = group.tokens.filter((_, index) => index === 0 || group.tokens[index - 1]?.text === ',');
  const mentions = firsts.map(token => {
    return { column: nameOf(token) ?? token.text, from: token.from, to: token.to, qualifier: undefined };
  });
  return { columns: mentions.map(mention => mention.column), mentions };
}
