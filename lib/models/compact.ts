/** The same object without the keys that do not apply: those whose value is `undefined` or `false`. */
export function compact<T extends object>(value: { readonly [K in keyof T]: T[K] | undefined | false }): T {
  const kept = Object.entries(value).filter(([, entry]) => entry !== undefined && entry !== false);
  return Object.fromEntries(kept) as T;
}

/** The value itself if there is anything in it. */
export function filled<T extends object>(value: T): T | undefined {
  return Object.keys(value).length > 0 ? value : undefined;
}

/** Orders by text, the same in every locale. */
export function by<T>(text: (item: T) => string): (a: T, b: T) => number {
  return (a, b) => {
    const [left, right] = [text(a), text(b)];
    return left < right ? -1 : left > right ? 1 : 0;
  };
}
