import { significant, tokensOf, type Token } from './javascript.ts';

/** Words of the language. */
const language = new Set(
  (
    'arguments as async await break case catch class const continue debugger default delete do else extends false finally ' +
    'for from function get if import in instanceof let new null of return set static super switch this throw true try ' +
    'typeof undefined var void while with yield'
  ).split(' '),
);

/** What every JavaScript there is has, and what it means is not going to change. */
const everywhere = new Set(
  (
    'AggregateError Array ArrayBuffer BigInt BigInt64Array BigUint64Array Boolean Buffer DataView Date Error Float32Array ' +
    'Float64Array Infinity Int16Array Int32Array Int8Array Intl Iterator JSON Map Math NaN Number Object Promise Proxy ' +
    'RangeError Reflect RegExp Set String Symbol SyntaxError TextDecoder TextEncoder TypeError URL URLSearchParams ' +
    'Uint16Array Uint32Array Uint8Array Uint8ClampedArray WeakMap WeakRef WeakSet atob btoa crypto decodeURI ' +
    'decodeURIComponent encodeURI encodeURIComponent globalThis isFinite isNaN parseFloat parseInt structuredClone'
  ).split(' '),
);

/**
 * The names a piece of code takes from outside: neither its own nor JavaScript's. Each once, in the order they appear.
 * A name that is its own somewhere counts as its own everywhere.
 */
export function freeNames(source: string): string[] {
  const tokens = significant(tokensOf(source));
  const own = ownNames(tokens);
  const fields = fieldsOf(tokens);
  const used = tokens
    .filter((token, index) => token.kind === 'word' && !isKey(tokens, index) && !fields.has(index))
    .map(({ text }) => text);
  const free = used.filter(
    name => !own.has(name) && !language.has(name) && !everywhere.has(name) && !name.startsWith('#'),
  );
  return [...new Set(free)];
}

/** Where fields of classes are named: `name = 1`, `static name;`. */
function fieldsOf(tokens: readonly Token[]): ReadonlySet<number> {
  const fields = new Set<number>();
  for (const [at, { text }] of tokens.entries()) {
    if (text !== 'class') continue;
    const open = tokens.findIndex((token, index) => index > at && token.text === '{');
    const end = closing(tokens, open);
    for (let index = open + 1; index < end; index += 1) {
      const [last, next] = [tokens[index - 1]?.text ?? '', tokens[index + 1]?.text ?? ''];
      if (tokens[index]?.kind === 'word' && /^(?:[{};]|static)$/.test(last) && /^[=;]$/.test(next)) fields.add(index);
      if (/^[([{]$/.test(tokens[index]?.text ?? '')) index = closing(tokens, index);
    }
  }
  return fields;
}

/** Tells whether a word names a property or a method: `.name`, `{ name: 1 }`, `name() {}`. */
function isKey(tokens: readonly Token[], index: number): boolean {
  const [before, after] = [tokens[index - 1]?.text, tokens[index + 1]?.text];
  if (before === '.' || before === '?.') return true;
  if (after === ':' && (before === '{' || before === ',')) return true;
  if (after === '(')
    return tokens[closing(tokens, index + 1) + 1]?.text === '{' && !controls.has(tokens[index]?.text ?? '');
  return false;
}

const controls = new Set(['if', 'for', 'while', 'switch', 'catch', 'with', 'function']);

function ownNames(tokens: readonly Token[]): Set<string> {
  const own = new Set<string>();
  for (const [index, { text }] of tokens.entries()) {
    const [next, last] = [tokens[index + 1], tokens[index - 1]];
    if (text === '=>' && last?.kind === 'word') own.add(last.text);
    if (text === '(' && isParameterList(tokens, index)) add(index + 1, closing(tokens, index));
    if (/^(?:const|let|var)$/.test(text) && next)
      add(index + 1, next.kind === 'word' ? index + 2 : closing(tokens, index + 1));
    if (/^(?:class|function)$/.test(text) && next?.kind === 'word') own.add(next.text);
  }
  return own;

  /** Adds what a pattern names; what it falls back to comes from elsewhere. */
  function add(from: number, to: number): void {
    for (let index = from; index < to; index += 1) {
      const token = tokens[index];
      if (token?.kind === 'word') own.add(token.text);
      if (token?.text === '=') index = endOfValue(tokens, index + 1, to) - 1;
    }
  }
}

/** Where a value in a list ends: at a comma, or at the bracket around it. */
function endOfValue(tokens: readonly Token[], from: number, to: number): number {
  for (let index = from; index < to; index += 1) {
    const text = tokens[index]?.text ?? '';
    if (/^[,)\]}]$/.test(text)) return index;
    if (/^[([{]$/.test(text)) index = closing(tokens, index);
  }
  return to;
}

function isParameterList(tokens: readonly Token[], open: number): boolean {
  const after = tokens[closing(tokens, open) + 1]?.text;
  const name = tokens[open - 1];
  if (after === '=>') return true;
  return (
    after === '{' &&
    name !== undefined &&
    (name.text === 'catch' || name.text === 'function' || !controls.has(name.text))
  );
}

/** The index of the bracket that closes the one at `open`. */
export function closing(tokens: readonly Token[], open: number): number {
  let depth = 0;
  for (let index = open; index < tokens.length; index += 1) {
    const { kind, text } = tokens[index] as Token;
    if (kind !== 'mark') continue;
    if (/^[([{]$/.test(text)) depth += 1;
    if (/^[)\]}]$/.test(text)) depth -= 1;
    if (depth === 0) return index;
  }
  return tokens.length;
}
