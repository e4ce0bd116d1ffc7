import type { DatabaseTable } from '@mikro-orm/sql';
import type { TransferColumn } from '../../dialects/row-transfer.ts';

/**
 * Finds the values in the checks of a table, and those next to them: they are more likely to be allowed than any others, and a
 * wrong check shows at its edges. Enums have their items, and on SQLite a check for them.
 */
export function minedCells(
  table: DatabaseTable,
  { name, kind, scale }: TransferColumn,
  enums: readonly string[],
): readonly string[] {
  const mentioning = table
    .getChecks()
    .map(({ expression }) => String(expression))
    .filter(text => mentions(text, name) && !enums.some(column => mentions(text, column)));
  const texts = mentioning.flatMap(text =>
    [...text.matchAll(/'((?:[^']|'')*)'/g)].map(([, value = '']) => value.replaceAll("''", "'")),
  );
  const holds = (value: number) => mentioning.every(text => fits(text, name, value));
  const around = numbersIn(mentioning).flatMap(value => [value - 1, value - 0.5, value, value + 0.5, value + 1]);
  const allowed = around.filter(holds);
  const numbers = [...new Set(allowed.length > 0 ? allowed : around)];
  const integers = numbers.filter(value => Number.isInteger(value));
  switch (kind) {
    case 'integer':
      return integers.map(String);
    case 'real':
      return numbers.map(String);
    case 'decimal':
      return (scale === 0 ? integers : numbers).map(value =>
        JSON.stringify(scale ? value.toFixed(scale) : String(value)),
      );
    case 'text':
      return [
        ...formsIn(mentioning),
        ...texts.map(value => JSON.stringify(value)),
        ...integers.filter(length => length >= 0 && length <= 200).map(length => JSON.stringify('x'.repeat(length))),
      ];
    default:
      return [];
  }
}

/** Words in the form that a check compares a text with itself in: `code = upper(code)`. Small letters need no words. */
function formsIn(mentioning: readonly string[]): string[] {
  const has = (called: RegExp) => mentioning.some(text => called.test(text));
  return [
    ...(has(/\bupper\s*\(/i) ? ['"ANT"', '"BEE4"', '"X"'] : []),
    ...(has(/\binitcap\s*\(/i) ? ['"Ant"', '"Bee"'] : []),
  ];
}

const NUMBER = String.raw`-?\d+(?:\.\d+)?`;

function numbersIn(texts: readonly string[]): number[] {
  const numbers = new RegExp(String.raw`(?<![\w."])${NUMBER}(?![\w."])`, 'g');
  return texts.flatMap(text =>
    [...text.replaceAll(/'(?:[^']|'')*'/g, ' ').matchAll(numbers)].map(([one]) => Number(one)),
  );
}

const COMPARISONS: Readonly<Record<string, (one: number, other: number) => boolean>> = {
  '>=': (one, other) => one >= other,
  '<=': (one, other) => one <= other,
  '>': (one, other) => one > other,
  '<': (one, other) => one < other,
  '=': (one, other) => one === other,
  '<>': (one, other) => one !== other,
  '!=': (one, other) => one !== other,
};
const TURNED: Readonly<Record<string, string>> = { '>=': '<=', '<=': '>=', '>': '<', '<': '>' };

/** Whether each comparison of a column, or of its length, with a number holds. The database decides in the end. */
function fits(expression: string, name: string, value: number): boolean {
  const column = String.raw`["\`[]?\b${name.replaceAll(/[^\w]/g, String.raw`\$&`)}\b["\`\]]?\s*\)?`;
  const operator = '(>=|<=|<>|!=|=|>|<)';
  const after = new RegExp(String.raw`${column}\s*${operator}\s*(${NUMBER})`, 'gi');
  const before = new RegExp(String.raw`(?<![\w.])(${NUMBER})\s*${operator}\s*(?:\w+\s*\()?${column}`, 'gi');
  const between = new RegExp(String.raw`${column}\s+between\s+(${NUMBER})\s+and\s+(${NUMBER})`, 'gi');
  const is = (comparison: string, other: string) => COMPARISONS[comparison]?.(value, Number(other)) ?? true;
  return (
    [...expression.matchAll(after)].every(([, comparison = '', other = '']) => is(comparison, other)) &&
    [...expression.matchAll(before)].every(([, other = '', turned = '']) => is(TURNED[turned] ?? turned, other)) &&
    [...expression.matchAll(between)].every(([, low = '', high = '']) => value >= Number(low) && value <= Number(high))
  );
}

function mentions(text: string, name: string): boolean {
  const at = text.indexOf(name);
  return at >= 0 && !/\w/.test(text[at - 1] ?? '') && !/\w/.test(text[at + name.length] ?? '');
}
