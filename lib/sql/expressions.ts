import { quoteName } from './quoting.ts';
import { fold } from './same-names.ts';
import { FRAGMENTS, isMeant, nameOf, tokenize, WORDS, type SqlToken, type Stretch } from './tokens.ts';

/** A place where a column is named. */
export interface Mention extends Stretch {
  readonly column: string;
  /** What stands before the name, up to it: the table, or namespace and table. */
  readonly qualifier: (Stretch & { readonly table: string }) | undefined;
}

// https://www.sqlite.org/src/file/src/parse.y: a word outside its `%fallback ID` is never a name unless it is quoted.
const RESERVED = new Set(
  (
    'all and as between case check collate default distinct else escape exists from group having in index is isnull ' +
    'limit not notnull null on or order select set table then to union unique using values when where ' +
    'current_date current_time current_timestamp'
  ).split(' '),
);
/** Words that stand for a value. */
const VALUES = new Set(['null', 'current_date', 'current_time', 'current_timestamp']);
/** Words that come after an operand and leave one. */
const POSTFIX = new Set(['end', 'isnull', 'notnull', 'null', 'asc', 'desc']);

/**
 * Finds the names in an expression that can be columns: not functions, types, collations, keywords and literals.
 *
 * Most of SQLite's keywords may also be names (`start < end`). What tells them apart is their place: two operands never
 * meet, so a word right after an operand is an operator, and any other word that is not reserved is a name.
 */
export function findMentions(tokens: readonly SqlToken[]): Mention[] {
  const meant = tokens.filter(isMeant);
  const mentions: Mention[] = [];
  let afterOperand = false;
  let next = 0;
  for (const [index, token] of meant.entries()) {
    if (index < next) continue;
    const word = token.kind === 'word' ? fold(token.text) : undefined;
    const isOperator = word !== undefined && (afterOperand || RESERVED.has(word));
    const path = isOperator || token.kind === 'string' ? undefined : pathAt(meant, index);
    if (path) {
      next = path.next;
      const isFunction = meant[next]?.text === '(';
      if (!isFunction) mentions.push(path.mention);
      afterOperand = !isFunction;
    } else if (isOperator && afterOperand) {
      if (word === 'collate') next = index + 2;
      else if (word === 'as') next = closingParenthesis(meant, index); // Over the type of a cast.
      // `a not like b`: the operator goes on.
      else afterOperand = word === 'not' || POSTFIX.has(word);
    } else if (isOperator) {
      afterOperand = VALUES.has(word);
    } else {
      afterOperand = token.kind !== 'operator' || token.text === ')';
    }
  }
  return mentions;
}

/** The names of the columns in an expression. */
export function columnsIn(expression: string): string[] {
  return findMentions(tokenize(expression)).map(({ column }) => column);
}

/** The texts in an expression of any dialect, in order: `['calm', 'angry']` of `mood in ('calm', 'angry')`. */
export function textsIn(expression: string): string[] {
  return tokenize(expression, FRAGMENTS).flatMap(token => (token.kind === 'string' ? [nameOf(token) ?? ''] : []));
}

/** The column of which an expression says that it is one of some texts, and nothing else: `mood in ('calm', 'angry')`. */
export function columnOfList(expression: string): string | undefined {
  const tokens = tokenize(expression).filter(isMeant);
  const path = tokens[0]?.kind === 'string' ? undefined : pathAt(tokens, 0);
  if (path === undefined || fold(tokens[path.next]?.text ?? '') !== 'in') return undefined;
  const [open, ...list] = tokens.slice(path.next + 1).map(({ kind, text }) => (kind === 'string' ? "''" : text));
  const isList = open === '(' && /^''(?:,'')*\)$/.test(list.join(''));
  return isList ? path.mention.column : undefined;
}

/** Reads `column`, `table.column` or `namespace.table.column`, and where the next token is. */
function pathAt(tokens: readonly SqlToken[], index: number): { mention: Mention; next: number } | undefined {
  const token = tokens[index];
  const name = nameOf(token);
  if (token === undefined || name === undefined) return undefined;
  const { from, to } = token;
  const tail = tokens[index + 1]?.text === '.' ? pathAt(tokens, index + 2) : undefined;
  if (tail === undefined) return { mention: { column: name, from, to, qualifier: undefined }, next: index + 1 };
  const table = tail.mention.qualifier?.table ?? name;
  return { mention: { ...tail.mention, qualifier: { from, to: tail.mention.from, table } }, next: tail.next };
}

/** The index of the parenthesis that closes the one which is open at `start`. */
function closingParenthesis(tokens: readonly SqlToken[], start: number): number {
  let depth = 1;
  return tokens.findIndex(({ text }, index) => {
    if (index < start) return false;
    if (text === '(') depth++;
    if (text === ')') depth--;
    return depth === 0;
  });
}

/** Whether two expressions are the same but for white space, comments, quotes and the case of names, and parentheses around the whole. */
export function sameExpression(one: string, other: string): boolean {
  return normaliseExpression(one) === normaliseExpression(other);
}

/** Brings an expression into one spelling, which is no SQL. */
export function normaliseExpression(expression: string): string {
  const tokens = withoutOuterParentheses(tokenize(expression).filter(isMeant));
  const columns = new Set(findMentions(tokens).map(mention => mention.from));
  const words = tokens.map(token => {
    if (token.kind === 'string') return token.text;
    const isName = token.kind === 'quoted' || columns.has(token.from);
    return isName ? JSON.stringify(fold(nameOf(token) ?? token.text)) : fold(token.text);
  });
  return words.join(' ');
}

/** Takes away the parentheses around the whole, however many there are. */
export function withoutOuterParentheses(tokens: readonly SqlToken[]): readonly SqlToken[] {
  const wraps = tokens[0]?.text === '(' && closingParenthesis(tokens, 1) === tokens.length - 1;
  return wraps ? withoutOuterParentheses(tokens.slice(1, -1)) : tokens;
}

/**
 * Brings SQL of any dialect into one spelling: names in double quotes, one space where there were several, nothing changed
 * inside texts. A comment to the end of its line keeps that end: without it, it would swallow what follows.
 */
export function inOneSpelling(sql: string): string {
  const words = tokenize(sql, FRAGMENTS).map((token, index, tokens) => {
    if (token.kind === 'space') return isLineComment(tokens[index - 1]) ? '\n' : ' ';
    if (token.kind === 'comment') return token.text.replaceAll(/\s+/g, ' ').trimEnd();
    const isInBackticks = token.kind === 'quoted' && token.text.startsWith('`');
    return isInBackticks ? quoteName(nameOf(token) ?? '') : token.text;
  });
  return words.join('').trim();
}

function isLineComment(token: SqlToken | undefined): boolean {
  return token?.kind === 'comment' && token.text.startsWith('--');
}

/** The names in SQL of any dialect that can be columns or tables: not texts, not functions, not what comes after `as`. */
export function namesIn(sql: string): string[] {
  const tokens = tokenize(sql, WORDS).filter(token => isMeant(token) && token.text.trim() !== '');
  return tokens.flatMap((token, index) => {
    const name = token.kind === 'string' ? undefined : nameOf(token);
    const isFunction = tokens[index + 1]?.text.trimStart().startsWith('(') === true;
    const isAlias = fold(tokens[index - 1]?.text ?? '') === 'as';
    return name === undefined || isFunction || isAlias ? [] : [name];
  });
}

/** Gives names in an expression of any dialect, quoted or not, their new ones by the old ones; texts stay as they are. */
export function withNewWords(expression: string, names: ReadonlyMap<string, string>): string {
  const words = tokenize(expression, WORDS).map(token => {
    const name = token.kind === 'string' ? undefined : names.get(nameOf(token) ?? '');
    if (name === undefined) return token.text;
    return token.kind === 'quoted' ? quoteName(name) : name;
  });
  return words.join('');
}
