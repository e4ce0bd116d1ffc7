import type { CheckDef } from '@mikro-orm/sql';
import type { Change, LiveCheck, LiveTable } from '../../dialects/table-changes.ts';
import { sameExpression } from '../../dialects/sqlite/table-text/expressions.ts';

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
