import type { Column } from '@mikro-orm/sql';
import type { Change, LiveCheck, LiveTable } from '../dialects/table-changes.ts';
import { columnsIn } from '../dialects/sqlite/table-text/expressions.ts';
import type { Parts } from './table/wanted.ts';

/**
 * The checks of enums that list other items than are declared. They are known by their name or, where they were given
 * none, by being a list of texts for that column and nothing else.
 */
export function outdatedEnumChecks(live: LiveTable, { columns, checks }: Pick<Parts, 'columns' | 'checks'>): Change[] {
  return checks.flatMap((check): Change[] => {
    const column = columns.find(({ name }) => name === check.columnName);
    if (!column?.enumItems?.length) return [];
    const former = live.checks.filter(
      there =>
        (there.name === check.name || (there.name === '' && isListFor(there, column))) &&
        itemsOf(there.expression).join('\n') !== column.enumItems?.join('\n'),
    );
    return former.map(({ name, expression }) => ({ kind: 'drop check', name, expression }));
  });
}

function isListFor({ expression }: LiveCheck, { name }: Column): boolean {
  const isList = /^\S+\s+in\s*\(\s*'(?:[^']|'')*'(?:\s*,\s*'(?:[^']|'')*')*\s*\)$/i.test(expression.trim());
  return isList && columnsIn(expression).every(column => column === name);
}

function itemsOf(expression: string): string[] {
  return Array.from(expression.matchAll(/'((?:[^']|'')*)'/g), ([, item = '']) => item.replaceAll("''", "'"));
}
