import type { CheckDef } from '@mikro-orm/sql';
import { columnOfList, sameExpression, textsIn } from '../../sql/expressions.ts';
import type { Change, LiveCheck, LiveTable } from '../../dialects/table-changes.ts';
import type { Parts } from './wanted.ts';

/** Finds a declared check among those that are there: by its name, or, where it was given none, by what it says. */
export function findCheck(live: LiveTable, check: CheckDef): LiveCheck | undefined {
  const unnamed = (there: LiveCheck) => there.name === '' && sameExpression(there.expression, String(check.expression));
  return live.checks.find(there => there.name === check.name) ?? live.checks.find(unnamed);
}

/** The change that drops a check, as far as it is there. */
export function dropCheckChange(live: LiveTable, check: CheckDef): Change[] {
  const there = findCheck(live, check);
  return there ? [{ kind: 'drop check', name: there.name, expression: there.expression }] : [];
}

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
        (there.name === check.name || (there.name === '' && columnOfList(there.expression) === column.name)) &&
        textsIn(there.expression).join('\n') !== column.enumItems?.join('\n'),
    );
    return former.map(({ name, expression }) => ({ kind: 'drop check', name, expression }));
  });
}
