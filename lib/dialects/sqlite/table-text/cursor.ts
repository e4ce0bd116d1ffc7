import { fold } from '../../../sql/same-names.ts';
import { isMeant, nameOf, type SqlToken, type Stretch, tokenize } from '../../../sql/tokens.ts';

/** What stands between two parentheses. */
export interface Group extends Stretch {
  readonly tokens: readonly SqlToken[];
}

/** Reads SQL from left to right, over white space and comments. */
export interface Cursor {
  /** The offset at which the next token begins. */
  readonly from: number;
  /** The offset behind the token read last. */
  readonly to: number;
  /** The token `ahead` of the next one. */
  peek(ahead?: number): SqlToken | undefined;
  /** Whether the next tokens are these words or signs, given in lower case. */
  sees(...words: string[]): boolean;
  /** Reads these words or signs if they are next, and returns whether they were. */
  takes(...words: string[]): boolean;
  /** Reads these words or signs, which must be next. */
  expect(...words: string[]): void;
  /** Refuses the next token. */
  refuse(): never;
  /** Reads the next token, of any kind. */
  next(): SqlToken;
  /** Reads a name. */
  name(): string;
  /** Reads a pair of parentheses with its content. */
  group(): Group;
}

/** @param fail throws; it is handed the token that does not belong there, `undefined` at the end. */
export function cursorOver(sql: string, fail: (token: SqlToken | undefined) => never): Cursor {
  const tokens = tokenize(sql).filter(isMeant);
  let index = 0;
  const peek = (ahead = 0) => tokens[index + ahead];
  const sees = (...words: string[]) => words.every((word, ahead) => isWord(peek(ahead), word));
  const next = () => {
    const token = peek() ?? fail(undefined);
    index++;
    return token;
  };
  const takes = (...words: string[]) => {
    const there = sees(...words);
    if (there) index += words.length;
    return there;
  };
  const expect = (...words: string[]) => {
    if (!takes(...words)) fail(peek());
  };
  return {
    get from() {
      return peek()?.from ?? sql.length;
    },
    get to() {
      return tokens[index - 1]?.to ?? 0;
    },
    peek,
    sees,
    takes,
    expect,
    refuse: () => fail(peek()),
    next,
    name() {
      const name = nameOf(peek());
      if (name === undefined) return fail(peek());
      index++;
      return name;
    },
    group() {
      const open = sees('(') ? next() : fail(peek());
      const inside: SqlToken[] = [];
      for (let depth = 1; ;) {
        const token = next();
        if (token.text === '(') depth++;
        if (token.text === ')') depth--;
        if (depth === 0) return { tokens: inside, from: open.to, to: token.from };
        inside.push(token);
      }
    },
  };
}

function isWord(token: SqlToken | undefined, word: string): boolean {
  if (token?.kind !== 'word' && token?.kind !== 'operator') return false;
  return token.text.length === word.length && fold(token.text) === word;
}
