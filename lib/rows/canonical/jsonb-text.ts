import { showDecimal } from './number-text.ts';

const TOKEN = /\s*(?:([{}[\],:])|("(?:[^"\\]|\\.)*")|(-?\d+(?:\.\d+)?(?:[eE][+-]?\d+)?)|(true|false|null))/y;

/**
 * Writes a JSON text as a `jsonb` of PostgreSQL would be shown, without blanks: of equal keys the last one counts, keys are
 * sorted by their length and then by their bytes, and numbers have no exponent. Strings that PostgreSQL has no room for are
 * an error.
 *
 * @throws {RangeError} for a null character or half a character
 * @see https://www.postgresql.org/docs/current/datatype-json.html
 */
export function asJsonb(json: string): string {
  let position = 0;
  const next = (): string => {
    TOKEN.lastIndex = position;
    const match = TOKEN.exec(json);
    if (!match) throw new SyntaxError('it is no JSON');
    position = TOKEN.lastIndex;
    return match[0].trimStart();
  };
  const value = (token: string): string => {
    if (token === '{') return object();
    if (token === '[') return array();
    if (token.startsWith('"')) return string(token);
    return /^[-\d]/.test(token) ? number(token) : token;
  };
  const array = (): string => {
    const items: string[] = [];
    for (let token = next(); token !== ']'; token = next()) if (token !== ',') items.push(value(token));
    return `[${items.join(',')}]`;
  };
  const object = (): string => {
    const entries = new Map<string, string>();
    for (let token = next(); token !== '}'; token = next()) {
      if (token === ',') continue;
      const key = string(token);
      next();
      entries.set(key, value(next()));
    }
    const sorted = [...entries].map(([key, text]) => ({ bytes: Buffer.from(JSON.parse(key) as string), key, text }));
    sorted.sort((a, b) => a.bytes.length - b.bytes.length || Buffer.compare(a.bytes, b.bytes));
    return `{${sorted.map(({ key, text }) => `${key}:${text}`).join(',')}}`;
  };
  return value(next());
}

function string(token: string): string {
  const text = JSON.parse(token) as string;
  if (text.includes('\0') || !text.isWellFormed()) throw new RangeError('there is no room for a character');
  return JSON.stringify(text);
}

function number(token: string): string {
  const text = showDecimal(token.toLowerCase());
  return /^-[0.]+$/.test(text) ? text.slice(1) : text;
}
