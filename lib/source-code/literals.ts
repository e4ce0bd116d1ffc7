import { RawQueryFragment } from '@mikro-orm/core';
import type { Imports } from './import-lines.ts';
import { labelled, list, onOneLine, record, type Piece } from './layout.ts';

/**
 * Writes a value as source: plain data, dates, patterns, bigints and SQL made with `raw()`.
 *
 * @returns `undefined` for anything else, such as a function
 */
export function literal(value: unknown, imports: Imports): Piece | undefined {
  const fragment = RawQueryFragment.getKnownFragment(value);
  if (fragment) return rawLiteral(fragment, imports);
  if (Array.isArray(value)) {
    const items = value.map(item => literal(item, imports));
    return items.includes(undefined) ? undefined : list('[', items as Piece[], ']');
  }
  if (value instanceof Date) return `new Date(${stringLiteral(value.toISOString())})`;
  if (value instanceof RegExp) return String(value);
  switch (typeof value) {
    case 'string':
      return stringLiteral(value);
    case 'bigint':
      return `${value}n`;
    case 'number':
      return Object.is(value, -0) ? '-0' : String(value);
    case 'boolean':
      return String(value);
    case 'object':
      return value === null ? 'null' : objectLiteral(value, imports);
    case 'undefined':
    case 'function':
    case 'symbol':
      return undefined;
  }
}

function objectLiteral(value: object, imports: Imports): Piece | undefined {
  const prototype: unknown = Object.getPrototypeOf(value);
  if (prototype !== Object.prototype && prototype !== null) return undefined;
  const items: Piece[] = [];
  for (const key of Reflect.ownKeys(value)) {
    const entry: unknown = Reflect.get(value, key);
    if (entry === undefined) continue;
    const name = nameOf(key, imports);
    const piece = literal(entry, imports);
    if (name === undefined || piece === undefined) return undefined;
    items.push(labelled(`${name}: `, piece));
  }
  return record(items);
}

function nameOf(key: string | symbol, imports: Imports): string | undefined {
  if (typeof key === 'string') return keyLiteral(key);
  const fragment = RawQueryFragment.getKnownFragment(key);
  return fragment && `[${onOneLine(rawLiteral(fragment, imports))}]`;
}

function rawLiteral({ sql, params }: RawQueryFragment, imports: Imports): Piece {
  const raw = imports.use('@mikro-orm/core', 'raw');
  const values = params.length > 0 ? literal(params, imports) : undefined;
  return list(`${raw}(`, values === undefined ? [stringLiteral(sql)] : [stringLiteral(sql), values], ')');
}

/** Writes a string in single quotes, or in double quotes if it contains more single than double ones. */
export function stringLiteral(value: string): string {
  const [single, double] = ["'", '"'].map(mark => value.split(mark).length) as [number, number];
  const quote = single > double ? '"' : "'";
  const escaped = JSON.stringify(value).slice(1, -1).replaceAll('\\"', '"').replaceAll(quote, `\\${quote}`);
  // JavaScript before 2019 treats both as the end of a line.
  return `${quote}${escaped.replaceAll('\u2028', '\\u2028').replaceAll('\u2029', '\\u2029')}${quote}`;
}

/** Writes a key of an object, in quotes if it needs them. */
export function keyLiteral(key: string): string {
  // Without brackets, this key would set the prototype.
  if (key === '__proto__') return "['__proto__']";
  return isIdentifier(key) || /^(?:0|[1-9]\d{0,8})$/.test(key) ? key : stringLiteral(key);
}

/** Tells whether a text may be used as the name of a property without quotes. */
function isIdentifier(text: string): boolean {
  return /^[\p{ID_Start}$_][\p{ID_Continue}$]*$/u.test(text);
}
