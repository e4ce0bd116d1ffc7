import { compile, isMeant, nameOf, QUOTED_NAME, tokenize, type SqlToken } from './tokens.ts';

/** What a statement does to a table or a column, by the name it gives it: `animal`, `animal.legs`, `shop.animal.legs`. */
type NameChange =
  | { readonly kind: 'made' | 'dropped'; readonly what: string }
  | { readonly kind: 'renamed'; readonly what: string; readonly to: string };

// Enough to find the words of DDL in both dialects: what stands in a text or a comment is none of them.
const LEXICON = compile({
  space: String.raw`\s+`,
  comment: String.raw`--[^\n]*|\/\*[^]*?(?:\*\/|$)`,
  string: String.raw`[eE]'[^'\\]*(?:(?:''|\\[^])[^'\\]*)*'|(?<tag>\$(?:[\p{L}_][\p{L}\p{N}_]*)?\$)[^]*?\k<tag>|'[^']*(?:''[^']*)*'`,
  quoted: `${QUOTED_NAME}|\`[^\`]*(?:\`\`[^\`]*)*\`|\\[[^\\]]*\\]`,
  word: String.raw`[\p{L}_][\p{L}\p{N}_$]*`,
  operator: '[(),;.]',
  unknown: String.raw`[^\s\p{L}_'"\x60[(),;.]`,
});

const MAY_TELL = /\b(?:drop|rename|create|add)\b/i;
const IF_EXISTS = ['if', 'exists'] as const;

/** Finds the tables and columns that SQL text makes, drops and renames, in order. Reads what the text says, nothing else. */
export function nameChangesIn(sql: string): NameChange[] {
  if (!MAY_TELL.test(sql)) return [];
  const statements = split(tokenize(sql, LEXICON).filter(isMeant), ';');
  return statements.flatMap(tokens => changesOf(new Reader(tokens)));
}

function changesOf(reader: Reader): NameChange[] {
  if (reader.take('drop', 'table')) {
    reader.take(...IF_EXISTS);
    return split(reader.rest(), ',').flatMap(part => named('dropped', new Reader(part).name()));
  }
  if (reader.take('create')) {
    while (reader.take('temp') || reader.take('temporary') || reader.take('unlogged'));
    if (!reader.take('table')) return [];
    reader.take('if', 'not', 'exists');
    return named('made', reader.name());
  }
  if (!reader.take('alter', 'table')) return [];
  reader.take(...IF_EXISTS);
  reader.take('only');
  const table = reader.name();
  if (table === undefined) return [];
  return split(reader.rest(), ',').flatMap(part => changeOf(table, new Reader(part)));
}

/** What one action of `alter table` does. */
function changeOf(table: string, reader: Reader): NameChange[] {
  const inTable = (column: string | undefined) => (column === undefined ? undefined : `${table}.${column}`);
  if (reader.take('drop')) {
    if (!reader.take('column') && reader.take('constraint')) return [];
    reader.take(...IF_EXISTS);
    return named('dropped', inTable(reader.name()));
  }
  if (reader.take('add')) {
    if (!reader.take('column') && reader.takeAny('constraint', 'primary', 'unique', 'foreign', 'check', 'exclude'))
      return [];
    reader.take('if', 'not', 'exists');
    return named('made', inTable(reader.name()));
  }
  if (!reader.take('rename') || reader.take('constraint')) return [];
  if (reader.take('to')) {
    const to = reader.name();
    const namespace = table.includes('.') ? table.slice(0, table.lastIndexOf('.') + 1) : '';
    return to === undefined ? [] : [{ kind: 'renamed', what: table, to: namespace + to }];
  }
  reader.take('column');
  const [from, , to] = [inTable(reader.name()), reader.take('to'), inTable(reader.name())];
  return from === undefined || to === undefined ? [] : [{ kind: 'renamed', what: from, to }];
}

function named(kind: 'made' | 'dropped', what: string | undefined): NameChange[] {
  return what === undefined ? [] : [{ kind, what }];
}

/** Cuts tokens at a sign that does not stand in parentheses. */
function split(tokens: readonly SqlToken[], sign: ',' | ';'): SqlToken[][] {
  const parts: SqlToken[][] = [[]];
  let depth = 0;
  for (const token of tokens) {
    depth += token.text === '(' ? 1 : token.text === ')' ? -1 : 0;
    if (token.text === sign && depth === 0) parts.push([]);
    else parts.at(-1)?.push(token);
  }
  return parts;
}

/** Reads tokens from the front. */
class Reader {
  readonly #tokens: readonly SqlToken[];
  #at = 0;

  constructor(tokens: readonly SqlToken[]) {
    this.#tokens = tokens;
  }

  /** Goes past these words, if they come next. */
  take(...words: readonly string[]): boolean {
    const isNext = words.every((word, index) => this.#wordAt(index) === word);
    if (isNext) this.#at += words.length;
    return isNext;
  }

  /** Goes past one of these words, if it comes next. */
  takeAny(...words: readonly string[]): boolean {
    return words.some(word => this.take(word));
  }

  /** Goes past a name, with its namespace in front of it if it has one. */
  name(): string | undefined {
    const parts: string[] = [];
    do {
      const name = nameOf(this.#tokens[this.#at]);
      if (name === undefined) return undefined;
      parts.push(name);
      this.#at += 1;
    } while (this.#tokens[this.#at]?.text === '.' && ++this.#at);
    return parts.join('.');
  }

  rest(): readonly SqlToken[] {
    return this.#tokens.slice(this.#at);
  }

  #wordAt(index: number): string | undefined {
    const token = this.#tokens[this.#at + index];
    return token?.kind === 'word' ? token.text.toLowerCase() : undefined;
  }
}
