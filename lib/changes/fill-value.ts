import type { PropertyDescription } from '../models/description.ts';
import { Imports } from '../source-code/import-lines.ts';
import { onOneLine } from '../source-code/layout.ts';
import { literal } from '../source-code/literals.ts';
import { stringLiteral } from '../source-code/strings.ts';

const sizes: Readonly<Record<string, readonly [bigint, bigint]>> = {
  tinyint: [-128n, 127n],
  smallint: [-32_768n, 32_767n],
  mediumint: [-8_388_608n, 8_388_607n],
  integer: [-2_147_483_648n, 2_147_483_647n],
  bigint: [-(2n ** 63n), 2n ** 63n - 1n],
};

/** What a text says as a value of a property: source for a step, or what it should have been. */
export type ReadValue = { readonly source: string } | { readonly expected: string };

/** Reads a value for a property from text, by its type. */
export function readValue(text: string, property: PropertyDescription): ReadValue {
  const { type = '', items, kind } = property;
  if (property.array) return json(text);
  if (items) {
    const item = items.find(candidate => String(candidate) === text);
    if (item === undefined) return { expected: `one of ${items.join(', ')}` };
    return { source: typeof item === 'string' ? stringLiteral(item) : String(item) };
  }
  if (kind === 'embedded' && property.object) return json(text);
  if (kind !== 'scalar') return key(text);
  switch (type) {
    case 'tinyint':
    case 'smallint':
    case 'mediumint':
    case 'integer':
    case 'bigint':
      return whole(text, type);
    case 'float':
    case 'double':
      return /^[+-]?(?:\d+\.?\d*|\.\d+)(?:e[+-]?\d+)?$/i.test(text)
        ? { source: String(Number(text)) }
        : { expected: 'a number' };
    case 'decimal':
      return /^[+-]?\d+(?:\.\d+)?$/.test(text) ? { source: stringLiteral(text) } : { expected: 'a decimal number' };
    case 'boolean':
      return /^(?:true|false)$/.test(text) ? { source: text } : { expected: 'true or false' };
    case 'datetime':
      return Number.isNaN(Date.parse(text))
        ? { expected: 'a date and time, as 2026-01-31T12:00:00Z' }
        : { source: `new Date(${stringLiteral(text)})` };
    case 'date':
      return isDay(text) ? { source: stringLiteral(text) } : { expected: 'a date, as 2026-01-31' };
    case 'time':
      return /^\d{2}:\d{2}(?::\d{2}(?:\.\d+)?)?$/.test(text)
        ? { source: stringLiteral(text) }
        : { expected: 'a time, as 12:00:00' };
    case 'uuid':
      return /^[\da-f]{8}(?:-[\da-f]{4}){3}-[\da-f]{12}$/i.test(text)
        ? { source: stringLiteral(text) }
        : { expected: 'a UUID' };
    case 'string':
    case 'text':
    case 'character':
      return { source: stringLiteral(text) };
    case 'json':
    case 'array':
      return json(text);
    default:
      // A custom type may have any values: data speaks for itself, and all else is text.
      return 'source' in json(text) ? json(text) : { source: stringLiteral(text) };
  }
}

/** What kind of text a property takes, for those who ask. */
export function valueHint(property: PropertyDescription): string {
  const read = readValue('\0', property);
  if ('expected' in read) return read.expected;
  return 'text';
}

function whole(text: string, type: string): ReadValue {
  const [least, most] = sizes[type] ?? [0n, 0n];
  const expected = `a whole number from ${least} to ${most}`;
  if (!/^[+-]?\d+$/.test(text)) return { expected: 'a whole number' };
  const value = BigInt(text.replace('+', ''));
  if (value < least || value > most) return { expected };
  return { source: type === 'bigint' ? `${value}n` : String(value) };
}

/** A key of another entity: a number, or text. */
function key(text: string): ReadValue {
  if (text === '\0' || text === '') return { expected: 'the key of a row that is there' };
  return /^-?(?:0|[1-9]\d{0,14})$/.test(text) ? { source: text } : { source: stringLiteral(text) };
}

function json(text: string): ReadValue {
  try {
    const piece = literal(JSON.parse(text), new Imports());
    return piece === undefined ? { expected: 'JSON' } : { source: onOneLine(piece) };
  } catch {
    return { expected: 'JSON' };
  }
}

function isDay(text: string): boolean {
  const [, year, month, day] = /^(\d{4})-(\d{2})-(\d{2})$/.exec(text) ?? [];
  const date = new Date(Date.UTC(Number(year), Number(month) - 1, Number(day)));
  return date.getUTCMonth() === Number(month) - 1 && date.getUTCDate() === Number(day);
}
