import type { Change, LiveCheck, LiveTable } from '../../dialects/table-changes.ts';
import { showName } from '../../dialects/table-names.ts';
import { isUnproven, type Difference } from '../../difference.ts';
import { OperationError } from '../../errors.ts';
import type { OperationContext } from '../context.ts';
import { claimsOf, dropOfCheck, findChecks, type DeclaredChecks } from './live-checks.ts';
import { differencesOf } from './open-table.ts';
import type { Parts, Wanted } from './wanted.ts';

/** The parts an operation asks for in addition to columns. */
export type AskedParts = Partial<Pick<Parts, 'indexes' | 'checks' | 'foreignKeys'>>;

/**
 * Finds existing parts with the wanted names that differ. It takes no statement where nothing is
 * there.
 */
export async function otherThanAsked(
  context: OperationContext,
  wanted: Wanted,
  live: LiveTable,
  asked: AskedParts,
): Promise<Difference[]> {
  const names = namesThere(live, asked, claimsOf(context, live, [wanted]));
  if (names.size === 0) return [];
  const differences = await differencesOf({ context, wanted, live });
  return [
    ...differences.filter(({ kind, path }) => kind === 'different' && names.has(keyOf(path[1], path[2]))),
    ...otherChecks(context, live, asked, differences),
  ];
}

/** A check of a column is made without its name on SQLite: one that has it is another if what it should say is missing. */
function otherChecks(
  { editor }: OperationContext,
  live: LiveTable,
  { checks = [] }: AskedParts,
  differences: readonly Difference[],
): Difference[] {
  const missing = differences.filter(({ kind, path }) => kind === 'missing' && path[1] === 'check');
  return checks.flatMap(({ name, expression }): Difference[] => {
    const there = live.checks.find(check => check.name === name);
    const isMissing = missing.some(({ wanted }) => {
      const { name: own, expression: said } = wanted as LiveCheck;
      return own === '' && editor.likeness.sameExpression(said, String(expression));
    });
    if (!there || !isMissing || editor.likeness.sameExpression(there.expression, String(expression))) return [];
    const path = [showName(live), 'check', name, 'expression'];
    return [{ kind: 'different', path, live: there.expression, wanted: String(expression) }];
  });
}

/** @throws {@link OperationError} showing both, if a part with the wanted name exists, but differs */
export async function assertAsAsked(
  context: OperationContext,
  wanted: Wanted,
  live: LiveTable,
  asked: AskedParts,
): Promise<void> {
  const differences = await otherThanAsked(context, wanted, live, asked);
  if (differences.length > 0) throw otherError(context, live, differences, 'Drop it first, or change it with');
}

function otherError(
  { guid }: OperationContext,
  live: LiveTable,
  differences: readonly Difference[],
  next: string,
): OperationError {
  const [table, path] = [showName(live), differences[0]?.path ?? []];
  const same = differences.filter(other => other.path[1] === path[1] && other.path[2] === path[2]);
  const [fix] = same.every(isUnproven) ? same.flatMap(one => one.fix ?? []) : [];
  const what = fix === undefined ? `${next} alterProperty()` : `Run \`${fix}\` first`;
  return new OperationError(
    `${showPart(path)} of ${table} already exists, but differs: ${same.map(showAspect).join('; ')}. ${what}.`,
    { guid, table },
  );
}

/** @throws {@link OperationError} if an existing table lacks a wanted part, or has a different one */
export async function assertTableAsAsked(context: OperationContext, wanted: Wanted, live: LiveTable): Promise<void> {
  const differences = await differencesOf({ context, wanted, live });
  const [first, ...others] = differences.filter(({ kind }) => kind !== 'extra');
  if (!first) return;
  if (first.kind === 'different') throw otherError(context, live, [first, ...others], 'Change it with');
  const table = showName(live);
  const isKey = first.path[1] === 'primary key';
  throw new OperationError(
    `the table ${table} already exists, without ${showPart(first.path)}${isKey ? ` ${list(first.wanted)}` : ''}. ` +
      `Add it with ${first.path[1] === 'column' ? 'addProperty()' : 'alterStorage()'}.`,
    { guid: context.guid, table },
  );
}

/**
 * The changes that drop existing parts that differ, so that they can be created as asked. A constraint that does not hold
 * for all rows, and is as asked otherwise, stays: the rows may not allow it.
 */
export function dropOthers(live: LiveTable, differences: readonly Difference[]): Change[] {
  const others = differences.filter(difference => !isUnproven(difference));
  const named = (part: string) => [
    ...new Set(others.filter(({ path }) => path[1] === part).map(({ path }) => path[2] ?? '')),
  ];
  return [
    ...named('index').map(name => ({ kind: 'drop index', name }) as const),
    ...named('foreign key').map(columns => ({ kind: 'drop foreign key', columns: columns.split(', ') }) as const),
    ...named('check').map(name =>
      dropOfCheck(live.checks.find(check => check.name === name) ?? { name, expression: '' }),
    ),
  ];
}

function namesThere(
  live: LiveTable,
  { indexes = [], checks = [], foreignKeys = [] }: AskedParts,
  claims: DeclaredChecks,
): ReadonlySet<string> {
  const found = findChecks(live, checks, claims);
  return new Set([
    ...indexes
      .filter(({ keyName }) => live.indexes.some(({ name }) => name === keyName))
      .map(({ keyName }) => keyOf('index', keyName)),
    ...checks.filter(check => found.has(check)).map(({ name }) => keyOf('check', name)),
    ...foreignKeys
      .filter(({ columnNames }) => live.foreignKeys.some(({ columns }) => columns.join() === columnNames.join()))
      .map(({ columnNames }) => keyOf('foreign key', columnNames.join(', '))),
  ]);
}

function keyOf(part = '', name = ''): string {
  return `${part} ${name}`;
}

/** A part of a table, by a path to it: `the check animal_even`, `the primary key`. */
function showPart([, part = '', name]: readonly string[]): string {
  return name === undefined || part === 'primary key' ? `the ${part}` : `the ${part} ${name}`;
}

function showAspect({ path, live, wanted }: Difference): string {
  return `${path.at(-1) ?? ''} is ${show(live)}, wanted ${show(wanted)}`;
}

function show(value: unknown): string {
  if (value === undefined || value === '') return 'none';
  return Array.isArray(value) ? `(${list(value)})` : String(value);
}

function list(value: unknown): string {
  return Array.isArray(value) ? value.join(', ') : String(value);
}
