/** What a piece of SQL is. `unknown` is what its reader makes nothing of: an open quote, a stray sign. */
type TokenKind =
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
export interface Stretch {
  readonly from: number;
  readonly to: number;
}

/** A piece of SQL, as it was written. */
export interface SqlToken extends Stretch {
  readonly kind: TokenKind;
  readonly text: string;
}

/**
 * What a reader of SQL knows: a regular expression for each kind of token there is to it, of which the first that fits
 * counts. What fits none is `unknown`.
 */
type Patterns = Partial<Record<TokenKind, string>>;

/** Patterns as one regular expression, and its group for each kind of token. */
export interface Lexicon {
  readonly expression: RegExp;
  readonly kinds: readonly { readonly kind: TokenKind; readonly group: number }[];
}

/** How every dialect writes a text, as a regular expression. */
export const TEXT_LITERAL = String.raw`'[^']*(?:''[^']*)*'`;
/** How PostgreSQL writes one in which backslashes escape. */
export const ESCAPED_LITERAL = String.raw`[eE]'[^'\\]*(?:(?:''|\\[^])[^'\\]*)*'`;
/** How every dialect writes a name that is taken literally. */
export const QUOTED_NAME = String.raw`"[^"]*(?:""[^"]*)*"`;
const IN_BACKTICKS = '`[^`]*(?:``[^`]*)*`';
const IN_BRACKETS = String.raw`\[[^\]]*\]`;

// Every character beyond ASCII belongs to a word, a no-break space too. A byte order mark is white space unless a word
// has begun.
const REST_OF_WORD = String.raw`[\w$\u{80}-\u{10FFFF}]`;

/** What SQLite reads. @see https://www.sqlite.org/src/file/src/tokenize.c */
export const SQLITE = compile({
  space: String.raw`[ \t\n\f\r\uFEFF]+`,
  comment: String.raw`--[^\n]*|\/\*(?=[^])[^]*?(?:\*\/|$)`,
  blob: String.raw`[xX]'[^']*'`,
  word: String.raw`(?!\uFEFF)[A-Za-z_\u{80}-\u{10FFFF}]${REST_OF_WORD}*`,
  quoted: [QUOTED_NAME, IN_BACKTICKS, IN_BRACKETS].join('|'),
  string: TEXT_LITERAL,
  number: String.raw`(?:0[xX][\da-fA-F_]+|(?:\d[\d_]*(?:\.[\d_]*)?|\.\d[\d_]*)(?:[eE][+-]?\d[\d_]*)?)(?!${REST_OF_WORD})`,
  variable: String.raw`\?\d*|[@:$#]${REST_OF_WORD}+`,
  operator: String.raw`\|\||->>?|<<|>>|[<>=!]=|<>|[-+*/%&|~<>=(),;.]`,
  unknown: String.raw`['"\x60[][^]*|\.?\d${REST_OF_WORD}*`,
});

/** A comment in every dialect: to the end of its line, or up to the sign that closes it. */
const COMMENT = String.raw`--[^\n]*|\/\*[^]*?(?:\*\/|$)`;
/** Texts in which a quote may stand by itself: PostgreSQL's. */
const IN_DOLLARS = String.raw`(?<tag>\$(?:[\p{L}_][\p{L}\p{N}_]*)?\$)[^]*?\k<tag>`;
const TEXTS = [ESCAPED_LITERAL, IN_DOLLARS, TEXT_LITERAL].join('|');

/**
 * What SQL of every dialect has in common, in fragments that need not be whole: what stands in quotes, comments, and the
 * white space between the rest.
 */
export const FRAGMENTS = compile({
  space: String.raw`\s+`,
  comment: COMMENT,
  string: TEXTS,
  quoted: [QUOTED_NAME, IN_BACKTICKS].join('|'),
  unknown: String.raw`[\p{L}\p{N}_$]+|(?:(?!--|\/\*)[^\s'"\x60\p{L}\p{N}_$])+`,
});

/** The names and words of SQL of every dialect: what stands in single quotes is neither. */
export const WORDS = compile({
  comment: COMMENT,
  string: TEXTS,
  quoted: QUOTED_NAME,
  word: String.raw`[\p{L}_$][\p{L}\p{N}_$]*`,
  unknown: String.raw`(?:(?!--|\/\*)[^\p{L}_$'"])+`,
});

/** Makes a reader out of what it knows. */
export function compile(patterns: Patterns): Lexicon {
  const all = Object.entries({ ...patterns, unknown: `${patterns.unknown}|[^]` }) as [TokenKind, string][];
  const kinds: { kind: TokenKind; group: number }[] = [];
  let group = 1;
  for (const [kind, pattern] of all) {
    kinds.push({ kind, group });
    // The expression that fits nothing tells how many groups a pattern has itself.
    group += new RegExp(`${pattern}|`, 'u').exec('')?.length ?? 1;
  }
  return { expression: new RegExp(all.map(([, pattern]) => `(${pattern})`).join('|'), 'gu'), kinds };
}

/**
 * Cuts SQL into tokens. Nothing is lost: their texts joined are the SQL again.
 *
 * @param lexicon the language to read; by default SQLite's.
 */
export function tokenize(sql: string, { expression, kinds }: Lexicon = SQLITE): SqlToken[] {
  const tokens: SqlToken[] = [];
  expression.lastIndex = 0;
  for (let match = expression.exec(sql); match; match = expression.exec(sql)) {
    const [text] = match;
    const kind = kinds.find(({ group }) => match[group] !== undefined)?.kind ?? 'unknown';
    tokens.push({ kind, text, from: match.index, to: match.index + text.length });
  }
  return tokens;
}

/** Whether a token means something: it is neither white space nor a comment. */
export function isMeant(token: SqlToken): boolean {
  return token.kind !== 'space' && token.kind !== 'comment';
}

/** The name a token stands for, `undefined` if it cannot be one. SQLite takes a string literal for a name where only a name can be. */
export function nameOf(token: SqlToken | undefined): string | undefined {
  switch (token?.kind) {
    case 'word':
      return token.text;
    case 'quoted':
    case 'string': {
      const [tag] = /^\$[^$]*\$/.exec(token.text) ?? [];
      if (tag !== undefined) return token.text.slice(tag.length, -tag.length);
      if (/^e/i.test(token.text))
        return token.text.slice(2, -1).replaceAll(/''|\\([^])/g, (_, escaped = "'") => escaped);
      const inside = token.text.slice(1, -1);
      const quote = token.text.slice(-1);
      return quote === ']' ? inside : inside.replaceAll(quote + quote, quote);
    }
    default:
      return undefined;
  }
}
