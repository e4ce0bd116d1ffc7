import type { CheckDef } from '@mikro-orm/sql';
import { columnOfList, sameExpression, textsIn } from '../../sql/expressions.ts';
import type { Change, LiveCheck, LiveTable } from '../../dialects/table-changes.ts';
import type { OperationContext } from '../context.ts';
import { underFollowedNames } from './followed-names.ts';
import { pairUp } from './pair-up.ts';
import { partsOfTable, wantedInTable, type Parts, type Wanted } from './wanted.ts';

/** All checks that are declared over one table, on either side of a step: each can claim one of those that are there. */
export type DeclaredChecks = readonly CheckDef[];

/**
 * The checks that entities declare over a table. The given entities come first, in their order, then those of the other
 * sides of the step.
 */
export function claimsOf(context: OperationContext, live: LiveTable, entities: readonly Wanted[]): DeclaredChecks {
  const given = entities.flatMap(checksOf);
  // A name tells all there is to tell: only checks without one can be taken for each other.
  if (live.checks.every(({ name }) => name !== '')) return given;
  context.before?.();
  context.after?.();
  const sides = context.sides().flatMap(({ em }) => wantedInTable(context, em, live));
  return [...given, ...sides.flatMap(checksOf)];
}

function checksOf(wanted: Pick<Wanted, 'em' | 'table' | 'name'>): readonly CheckDef[] {
  return underFollowedNames(wanted, partsOfTable(wanted)).checks;
}

/**
 * Finds declared checks among those that are there, each as at most one: by its name, or, where it was given none, by what
 * it says, next to its own column first. What another check claims is not taken for it.
 */
export function findChecks(
  live: LiveTable,
  checks: readonly CheckDef[],
  claims: DeclaredChecks,
): ReadonlyMap<CheckDef, LiveCheck> {
  const names = new Set(checks.map(({ name }) => name));
  const others = claims.filter(({ name }) => !names.has(name) && names.add(name));
  return pairUp(
    live.checks,
    [...checks, ...others],
    [
      (there, check) => there.name === check.name,
      (there, check) => isUnnamed(there, check) && there.column !== undefined && there.column === check.columnName,
      (there, check) => isUnnamed(there, check) && there.column === undefined,
      isUnnamed,
    ],
  );
}

function isUnnamed({ name, expression }: LiveCheck, check: CheckDef): boolean {
  return name === '' && sameExpression(expression, String(check.expression));
}

/** Finds one declared check: {@link findChecks}. */
export function findCheck(live: LiveTable, check: CheckDef, claims: DeclaredChecks): LiveCheck | undefined {
  return findChecks(live, [check], claims).get(check);
}

/** The changes that drop checks, as far as they are there. */
export function dropCheckChanges(live: LiveTable, checks: readonly CheckDef[], claims: DeclaredChecks): Change[] {
  const found = findChecks(live, checks, claims);
  return checks.flatMap(check => {
    const there = found.get(check);
    return there ? [dropOfCheck(there)] : [];
  });
}

/** The change that drops a check that is there. */
export function dropOfCheck({ name, expression, column }: LiveCheck): Change & { kind: 'drop check' } {
  return { kind: 'drop check', name, expression, ...(column !== undefined && { column }) };
}

/** Whether a change drops a check. */
export function isDropOf({ name, expression, column }: LiveCheck, change: Change): boolean {
  if (change.kind !== 'drop check' || change.name !== name) return false;
  return name !== '' || (change.expression === expression && change.column === column);
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
    return former.map(dropOfCheck);
  });
}
