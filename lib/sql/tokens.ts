/** What a piece of SQL is. `unknown` is what SQLite would not read: an open quote, a stray sign. */
export type TokenKind =
  | 'space'
  | 'comment'
  | 'word'
  | 'quoted'
  | 'string'
  | 'blob'
  | 'number'
  | 'variable'
  | 'operator'
  | 'unknown';

/** A stretch of SQL text: the offset of its first character, and the offset behind its last one. */
export interface Span {
  readonly from: number;
  readonly to: number;
}

/** A piece of SQL, as it was written. */
export interface Token extends Span {
  readonly kind: TokenKind;
  readonly text: string;
}

// Every character beyond ASCII belongs to a word, a no-break space too. A byte order mark is white space unless a word
// has begun.
const rest = String.raw`[\w$\u{80}-\u{10FFFF}]`;
const kinds: Record<TokenKind, string> = {
  space: String.raw`[ \t\n\f\r\uFEFF]+`,
  comment: String.raw`--[^\n]*|\/\*(?=[^])[^]*?(?:\*\/|$)`,
  blob: String.raw`[xX]'[^']*'`,
  word: String.raw`(?!\uFEFF)[A-Za-z_\u{80}-\u{10FFFF}]${rest}*`,
  quoted: '"[^"]*(?:""[^"]*)*"|`[^`]*(?:``[^`]*)*`|' + String.raw`\[[^\]]*\]`,
  string: "'[^']*(?:''[^']*)*'",
  number: String.raw`(?:0[xX][\da-fA-F_]+|(?:\d[\d_]*(?:\.[\d_]*)?|\.\d[\d_]*)(?:[eE][+-]?\d[\d_]*)?)(?!${rest})`,
  variable: String.raw`\?\d*|[@:$#]${rest}+`,
  operator: String.raw`\|\||->>?|<<|>>|[<>=!]=|<>|[-+*/%&|~<>=(),;.]`,
  unknown: String.raw`['"\x60[][^]*|\.?\d${rest}*|[^]`,
};
const pattern = new RegExp(
  Object.entries(kinds)
    .map(([kind, source]) => `(?<${kind}>${source})`)
    .join('|'),
  'gu',
);

/**
 * Cuts SQL into tokens the way SQLite does. Nothing is lost: their texts joined are the SQL again.
 *
 * @see https://www.sqlite.org/src/file/src/tokenize.c
 */
export function tokenize(sql: string): Token[] {
  return Array.from(sql.matchAll(pattern), ({ 0: text, index, groups = {} }) => ({
    kind: Object.keys(groups).find(kind => groups[kind] !== undefined) as TokenKind,
    text,
    from: index,
    to: index + text.length,
  }));
}

/** Tells whether a token means something to SQLite: it is neither white space nor a comment. */
export function isMeant(token: Token): boolean {
  return token.kind !== 'space' && token.kind !== 'comment';
}
