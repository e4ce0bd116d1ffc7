/** Reads a line. Integers that JavaScript has no number for become bigints. @throws {SyntaxError} */
export function parseLine(line: string): readonly unknown[] {
  const values = JSON.parse(line) as unknown;
  if (!Array.isArray(values)) throw new SyntaxError('it is not a JSON array');
  return values.some(isInexact) ? exactly(line, values) : values;
}

function isInexact(value: unknown): boolean {
  return typeof value === 'number' && Number.isInteger(value) && !Number.isSafeInteger(value);
}

type Reviver = (this: unknown, key: string, value: unknown, context: { readonly source?: string }) => unknown;

/** Only the values of the row itself: a JSON document is taken from the line unchanged. */
function exactly(line: string, values: readonly unknown[]): readonly unknown[] {
  const sources = new Map<number, string>();
  // Node.js 22 hands a reviver the text of a number, which TypeScript does not know yet.
  // https://github.com/tc39/proposal-json-parse-with-source
  const reviver: Reviver = function (key, value, { source }) {
    if (source !== undefined && isInexact(value) && Array.isArray(this) && this.length === values.length)
      sources.set(Number(key), source);
    return value;
  };
  JSON.parse(line, reviver as never);
  return values.map((value, index) => {
    const source = sources.get(index);
    return isInexact(value) && source !== undefined && /^-?\d+$/.test(source) ? BigInt(source) : value;
  });
}
