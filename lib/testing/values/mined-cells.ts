import type { DatabaseTable } from '@mikro-orm/sql';
import type { TransferColumn } from '../../dialects/row-transfer.ts';

/**
 * Finds the values that the checks of a table speak of, and those next to them: they are more likely to be allowed than
 * any others, and what is wrong with a check shows at its edges. Enums have their items, and on SQLite a check for them.
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
  const numbers = mentioning.flatMap(text =>
    [...text.replaceAll(/'(?:[^']|'')*'/g, ' ').matchAll(/(?<![\w."])-?\d+(?![\w."])/g)].map(([value]) =>
      Number(value),
    ),
  );
  const around = [...new Set(numbers.flatMap(value => [value - 1, value, value + 1]))];
  switch (kind) {
    case 'integer':
      return around.map(String);
    case 'real':
      return around.map(String);
    case 'decimal':
      return around.map(value => JSON.stringify(scale ? value.toFixed(scale) : String(value)));
    case 'text':
      return [
        ...texts.map(value => JSON.stringify(value)),
        ...around.filter(length => length >= 0 && length <= 200).map(length => JSON.stringify('x'.repeat(length))),
      ];
    default:
      return [];
  }
}

function mentions(text: string, name: string): boolean {
  const at = text.indexOf(name);
  return at >= 0 && !/\w/.test(text[at - 1] ?? '') && !/\w/.test(text[at + name.length] ?? '');
}
