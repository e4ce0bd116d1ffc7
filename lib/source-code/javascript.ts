/** A piece of JavaScript, as far as one must tell pieces apart to know which names it uses. */
export interface Token {
  /** `text` is a string, or the part of a template between its expressions; `mark` is everything there is no word for. */
  readonly kind: 'space' | 'comment' | 'text' | 'pattern' | 'word' | 'number' | 'mark';
  readonly text: string;
}

const space = /\s+/y;
const comment = /\/\/[^\n]*|\/\*[\s\S]*?\*\//y;
const string = /'(?:[^'\\\n]|\\[\s\S])*'|"(?:[^"\\\n]|\\[\s\S])*"/y;
const template = /[`}](?:[^`\\$]|\\[\s\S]|\$(?!\{))*(?:`|\$\{)/y;
const pattern = /\/(?:[^/\\[\n]|\\.|\[(?:[^\]\\\n]|\\.)*\])+\/[a-z]*/y;
const word = /#?[\p{ID_Start}$_][\p{ID_Continue}$\u200c\u200d]*/uy;
const number = /(?:0[xob][\da-f_]+|(?:\d[\d_]*\.?[\d_]*|\.\d[\d_]*)(?:e[+-]?\d[\d_]*)?)n?/iy;
const mark = /=>|\?\.(?!\d)|\.{3}|[\s\S]/y;

/** After these words a slash begins a pattern; after any other it divides. */
const before = new Set([
  'return',
  'typeof',
  'case',
  'in',
  'of',
  'delete',
  'void',
  'throw',
  'new',
  'instanceof',
  'else',
  'do',
]);

/** Cuts JavaScript that has no types in it into tokens, which joined again give the same text. */
export function tokensOf(source: string): Token[] {
  const tokens: Token[] = [];
  /** What every brace that is open belongs to. */
  const braces: ('block' | 'template')[] = [];
  let position = 0;
  while (position < source.length) {
    const token = next();
    tokens.push(token);
    position += token.text.length;
  }
  return tokens;

  function next(): Token {
    const rest: [Token['kind'], RegExp][] = [
      ['space', space],
      ['comment', comment],
      ['text', string],
      ['word', word],
      ['number', number],
    ];
    for (const [kind, expression] of rest) {
      const text = match(expression);
      if (text !== undefined) return { kind, text };
    }
    const character = source[position];
    if (character === '`' || (character === '}' && braces.at(-1) === 'template')) return templatePart(character);
    const regular = character === '/' && beginsPattern() ? match(pattern) : undefined;
    if (regular !== undefined) return { kind: 'pattern', text: regular };
    if (character === '{') braces.push('block');
    if (character === '}') braces.pop();
    return { kind: 'mark', text: match(mark) ?? '' };
  }

  function templatePart(character: string): Token {
    const text = match(template) ?? source.slice(position);
    if (character === '}') braces.pop();
    if (text.endsWith('${')) braces.push('template');
    return { kind: 'text', text };
  }

  function beginsPattern(): boolean {
    const previous = tokens.findLast(token => token.kind !== 'space' && token.kind !== 'comment');
    if (!previous) return true;
    if (previous.kind === 'word') return before.has(previous.text);
    return previous.kind === 'mark' && !/^[)\]}]$/.test(previous.text);
  }

  function match(expression: RegExp): string | undefined {
    expression.lastIndex = position;
    return expression.exec(source)?.[0];
  }
}

/** The tokens that mean something. */
export function significant(tokens: readonly Token[]): Token[] {
  return tokens.filter(({ kind }) => kind !== 'space' && kind !== 'comment');
}

/**
 * Writes code out again in one layout: no comments, no blank lines, two spaces for every bracket that is open. What a
 * compiler left of the same source is brought into the same text.
 */
export function tidy(source: string): string {
  const lines: string[] = [];
  let line = '';
  let depth = 0;
  let lineDepth = 0;
  for (const { kind, text } of tokensOf(source)) {
    if (kind === 'comment') continue;
    if (kind === 'space') {
      if (text.includes('\n')) endLine();
      else if (line !== '' && !line.endsWith(' ')) line += ' ';
      continue;
    }
    const closes = kind === 'mark' && /^[)\]}]$/.test(text);
    if (closes) depth -= 1;
    if (line === '') lineDepth = depth;
    if (kind === 'mark' && /^[),;\]]$/.test(text)) line = line.trimEnd();
    if (line.endsWith('( ') || line.endsWith('[ ')) line = line.trimEnd();
    line = text === '=>' ? `${line.trimEnd()} => ` : line + text;
    if (kind === 'mark' && /^[([{]$/.test(text)) depth += 1;
  }
  endLine();
  return lines.join('\n');

  function endLine(): void {
    if (line.trim() !== '') lines.push('  '.repeat(Math.max(0, lineDepth)) + line.trim());
    line = '';
  }
}
