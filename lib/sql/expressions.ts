import { fold, nameOf } from './same-names.ts';
import { isMeant, tokenize, type Span, type Token } from './tokens.ts';

/** A place where a column is named. */
export interface Mention extends Span {
  readonly column: string;
  /** What stands before the name, up to it: the table, or namespace and table. */
  readonly qualifier: (Span & { readonly table: string }) | undefined;
}

// https://www.sqlite.org/src/file/src/parse.y: what is not in its `%fallback ID` is never a name unless it is quoted.
const reserved = new Set(
  (
    'all and as between case check collate default distinct else escape exists from group having in index is isnull ' +
    'limit not notnull null on or order select set table then to union unique using values when where ' +
    'current_date current_time current_timestamp'
  ).split(' '),
);
/** Words that stand for a value. */
const values = new Set(['null', 'current_date', 'current_time', 'current_timestamp']);
/** Words that come after an operand and leave one. */
const postfix = new Set(['end', 'isnull', 'notnull', 'null', 'asc', 'desc']);

/**
 * Finds the names in an expression that can be columns: not functions, types, collations, keywords and literals.
 *
 * Most of SQLite's keywords may also be names (`start < end`). What tells them apart is their place: two operands never
 * meet, so a word right after an operand is an operator, and any other word that is not reserved is a name.
 */
export function findMentions(tokens: readonly Token[]): Mention[] {
  const meant = tokens.filter(isMeant);
  const mentions: Mention[] = [];
  let afterOperand = false;
  let next = 0;
  for (const [index, token] of meant.entries()) {
    if (index < next) continue;
    const word = token.kind === 'word' ? fold(token.text) : undefined;
    const isOperator = word !== undefined && (afterOperand || reserved.has(word));
    const path = isOperator || token.kind === 'string' ? undefined : pathAt(meant, index);
    if (path) {
      next = path.next;
      const isFunction = meant[next]?.text === '(';
      if (!isFunction) mentions.push(path.mention);
      afterOperand = !isFunction;
    } else if (isOperator && afterOperand) {
      if (word === 'collate') next = index + 2;
      else if (word === 'as') next = closingParenthesis(meant, index); // over the type of a cast
      // `a not like b`: the operator goes on
      else afterOperand = word === 'not' || postfix.has(word);
    } else if (isOperator) {
      afterOperand = values.has(word);
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

/** Reads `column`, `table.column` or `namespace.table.column`, and where the next token is. */
function pathAt(tokens: readonly Token[], index: number): { mention: Mention; next: number } | undefined {
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
function closingParenthesis(tokens: readonly Token[], start: number): number {
  let depth = 1;
  return tokens.findIndex(({ text }, index) => {
    if (index < start) return false;
    if (text === '(') depth++;
    if (text === ')') depth--;
    return depth === 0;
  });
}

/** Tells whether two expressions are the same but for white space, comments, quotes and the case of names, and parentheses around the whole. */
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
export function withoutOuterParentheses(tokens: readonly Token[]): readonly Token[] {
  const wraps = tokens[0]?.text === '(' && closingParenthesis(tokens, 1) === tokens.length - 1;
  return wraps ? withoutOuterParentheses(tokens.slice(1, -1)) : tokens;
}
