/** Brings a name to the form by which SQLite compares it: A to Z in lower case, every other letter as it is. */
export function fold(name: string): string {
  return CAPITAL.test(name) ? lower(name) : name;
}

// Most names and words are in lower case: looking takes less time than replacing.
const CAPITAL = /[A-Z]/;

function lower(name: string): string {
  return name.replace(/[A-Z]/g, letter => letter.toLowerCase());
}

/** Whether two names are one to SQLite. */
export function sameName(one: string, other: string): boolean {
  return fold(one) === fold(other);
}

/** Whether two lists hold the same names in the same order. */
export function sameNames(some: readonly string[], others: readonly string[]): boolean {
  return some.length === others.length && some.every((name, index) => sameName(name, others[index] ?? ''));
}
