import type { Token } from './tokens.ts';

/** Brings a name to the form by which SQLite compares it: A to Z in lower case, every other letter as it is. */
export function fold(name: string): string {
  return name.replace(/[A-Z]/g, letter => letter.toLowerCase());
}

/** Tells whether two names are one to SQLite. */
export function sameName(one: string, other: string): boolean {
  return fold(one) === fold(other);
}

/** Tells whether two lists hold the same names in the same order. */
export function sameNames(some: readonly string[], others: readonly string[]): boolean {
  return some.length === others.length && some.every((name, index) => sameName(name, others[index] ?? ''));
}

/** The name a token stands for, `undefined` if it cannot be one. SQLite takes a string literal for a name where only a name can be. */
export function nameOf(token: Token | undefined): string | undefined {
  switch (token?.kind) {
    case 'word':
      return token.text;
    case 'quoted':
    case 'string': {
      const inside = token.text.slice(1, -1);
      const quote = token.text.slice(-1);
      return quote === ']' ? inside : inside.replaceAll(quote + quote, quote);
    }
    default:
      return undefined;
  }
}
