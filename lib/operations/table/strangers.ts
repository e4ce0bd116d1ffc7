import type { CheckDef, Column, IndexDef } from '@mikro-orm/sql';
import { showName } from '../../dialects/table-names.ts';
import type { LiveCheck, LiveIndex, LiveTable } from '../../dialects/table-changes.ts';
import { OperationError } from '../../errors.ts';
import { columnOfList, sameExpression } from '../../sql/expressions.ts';
import type { OperationContext } from '../context.ts';
import { claimsOf, findChecks } from './live-checks.ts';
import { findLiveIndex, isLike } from './live-indexes.ts';
import type { Parts, Wanted } from './wanted.ts';

type Declaration = Pick<Parts, 'checks' | 'indexes'>;

/**
 * Refuses to drop a missing part if an equal part has another name: an adopted database may have named it so, or an older
 * release. To skip it would change nothing, and to drop it might drop a part of another application.
 *
 * @param known what the entity declares on either side of the step.
 * @throws {@link OperationError} naming the existing part, and how to drop it
 */
export function assertNoStrangers(
  context: OperationContext,
  wanted: Wanted,
  live: LiveTable,
  obsolete: Declaration,
  known: readonly Declaration[],
): void {
  for (const index of obsolete.indexes) {
    const stranger = findLiveIndex(live, index) ? undefined : strangeIndex(live, index, known);
    if (stranger) throw strangeIndexError(context, wanted, live, { sought: index.keyName, found: stranger.name });
  }
  if (obsolete.checks.length === 0) return;
  const found = findChecks(live, obsolete.checks, claimsOf(context, live, [wanted]));
  for (const check of obsolete.checks) {
    const column = wanted.table.getColumn(check.columnName ?? '');
    const stranger = found.has(check) ? undefined : strangeCheck(live, check, known, column);
    if (stranger) throw strangeCheckError(context, wanted, live, { check, stranger });
  }
}

/** An index like one that is sought, and that no entity knows. */
export function strangeIndex(live: LiveTable, index: IndexDef, known: readonly Declaration[]): LiveIndex | undefined {
  const names = known.flatMap(({ indexes }) => indexes.map(({ keyName }) => keyName));
  return live.indexes.find(there => there.name !== '' && !names.includes(there.name) && isLike(there, index));
}

/** A check that says what one says that is sought, or lists values of the same enum, and that no entity knows. */
export function strangeCheck(
  live: LiveTable,
  check: CheckDef,
  known: readonly Declaration[],
  column?: Column,
): LiveCheck | undefined {
  const names = known.flatMap(({ checks }) => checks.map(({ name }) => name));
  const strangers = live.checks.filter(({ name }) => name !== '' && !names.includes(name));
  const isList = columnOfList(String(check.expression)) !== undefined;
  return (
    strangers.find(({ expression }) => sameExpression(expression, String(check.expression))) ??
    strangers.find(({ expression }) => isList && column && columnOfList(expression) === column.name)
  );
}

export function strangeIndexError(
  { guid }: OperationContext,
  { meta }: Wanted,
  live: LiveTable,
  { sought, found }: { readonly sought: string; readonly found: string },
): OperationError {
  return new OperationError(
    `${showName(live)} has no index ${sought}, but ${found} over the same columns. If that is the one, ` +
      `drop it by its name: step.dropIndex(${meta.className}, ${JSON.stringify(found)})`,
    { guid, table: showName(live) },
  );
}

export function strangeCheckError(
  { guid }: OperationContext,
  { meta }: Wanted,
  live: LiveTable,
  { check, stranger }: { readonly check: CheckDef; readonly stranger: LiveCheck },
): OperationError {
  const isSame = sameExpression(stranger.expression, String(check.expression));
  const says = isSame ? 'has the same condition' : `lists values of ${columnOfList(stranger.expression)}`;
  return new OperationError(
    `${showName(live)} has no check ${check.name}, but ${stranger.name}, which ${says}. If that is the one, ` +
      `drop it by its name: step.dropCheck(${meta.className}, ${JSON.stringify(stranger.name)})`,
    { guid, table: showName(live) },
  );
}
