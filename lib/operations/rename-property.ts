import type { EntityProperty } from '@mikro-orm/core';
import { OperationError } from '../errors.ts';
import type { Change, LiveTable, TableName } from '../dialects/table-changes.ts';
import { change, findTable, readTable } from './table/open-table.ts';
import { assertAsAsked } from './table/as-asked.ts';
import { pendingRenames } from './table/column-renames.ts';
import type { OperationContext } from './context.ts';
import { showName } from '../dialects/table-names.ts';
import { claimsOf, dropCheckChanges } from './table/live-checks.ts';
import { pairUp } from './table/pair-up.ts';
import { dropIndexChange } from './table/live-indexes.ts';
import { editContext, partsOf, propertyOf, wantedOf, type Parts, type Wanted } from './table/wanted.ts';

/**
 * Renames the columns of a property, with their values. If a column has the new name already and none has the old name,
 * nothing happens.
 *
 * @throws {@link OperationError} if the column exists under neither name, or under both
 */
export async function renameProperty(
  context: OperationContext,
  before: object,
  from: string,
  after: object,
  to: string,
): Promise<void> {
  const old = wantedOf(context, before);
  const wanted = wantedOf(context, after);
  const [oldParts, parts] = [partsOf(context, old, from), partsOf(context, wanted, to)];
  if (oldParts.pivot && parts.pivot) {
    await renamePivot(
      context,
      [oldParts.pivot, propertyOf(context, old, from)],
      [parts.pivot, propertyOf(context, wanted, to)],
    );
    return;
  }
  const found = await findTable(context, { ...old, name: wanted.name }, wanted);
  const live = found ?? (await readTable(context, old, wanted));
  const changes = renameChanges(context, live, [old, oldParts], parts);
  const renamed = { ...wanted, name: live };
  await change(context, renamed, [...changes, ...indexChanges(live, wanted, changes)]);
  const taken = takenNames(live, oldParts, parts);
  if (taken.indexes.length + taken.checks.length === 0) return;
  await assertAsAsked(context, renamed, await readTable(context, renamed), taken);
}

/** The parts with a new name that another part had before. */
function takenNames(live: LiveTable, before: Parts, after: Parts): Pick<Parts, 'indexes' | 'checks'> {
  const [indexes, checks] = [before.indexes.map(({ keyName }) => keyName), before.checks.map(({ name }) => name)];
  return {
    indexes: after.indexes.filter(({ keyName }) => !indexes.includes(keyName) && hasName(live.indexes, keyName)),
    checks: after.checks.filter(({ name }) => !checks.includes(name) && hasName(live.checks, name)),
  };
}

function hasName(all: readonly { readonly name: string }[], name: string): boolean {
  return all.some(one => one.name === name);
}

/** An index over several columns that was named after one of them takes the new name along. */
function indexChanges(live: LiveTable, { table }: Wanted, changes: readonly Change[]): Change[] {
  const oldNames = new Map(changes.flatMap(one => (one.kind === 'rename column' ? [[one.to, one.from] as const] : [])));
  return table.getIndexes().flatMap((index): Change[] => {
    const was = index.columnNames.map(name => oldNames.get(name) ?? name);
    if (index.primary || index.expression || was.join() === index.columnNames.join()) return [];
    const isThere = changes.some(one => one.kind === 'add index' && one.index.keyName === index.keyName);
    if (isThere || live.indexes.some(there => there.name === index.keyName)) return [];
    const old = live.indexes.find(
      there => there.name !== '' && there.unique === index.unique && there.columns.join() === was.join(),
    );
    return old
      ? [
          { kind: 'drop index', name: old.name },
          { kind: 'add index', index },
        ]
      : [];
  });
}

/** The table behind a many-to-many, and the columns it joins by. */
async function renamePivot(
  context: OperationContext,
  [old, before]: readonly [Wanted, EntityProperty],
  [wanted, after]: readonly [Wanted, EntityProperty],
): Promise<void> {
  const found = await findTable(context, old);
  const differs = showName(old.name) !== showName(wanted.name);
  if (found && differs) await context.editor.rename(editContext(context, wanted), found, wanted.name);
  const live = await findTable(context, { ...old, name: wanted.name }, wanted);
  if (!live) return;
  const there = live.columns.map(column => column.name);
  const isTurned = ownsOtherSide(live, wanted, [before, after]);
  const names = isTurned
    ? [...before.inverseJoinColumns, ...before.joinColumns]
    : [...before.joinColumns, ...before.inverseJoinColumns];
  const changes = [...after.joinColumns, ...after.inverseJoinColumns].flatMap((to, index): Change[] => {
    const from = names[index];
    const isLeft = from !== undefined && from !== to && there.includes(from) && !there.includes(to);
    return isLeft ? [{ kind: 'rename column', from, to }] : [];
  });
  await change(context, wanted, [...changes, ...indexChanges(live, wanted, changes)]);
}

/**
 * Whether the other side owns the table now, and what was the column of the target is that of the owner: its foreign key
 * tells, which follows the table it leads to, or else the names.
 */
function ownsOtherSide(
  live: LiveTable,
  { table }: Wanted,
  [before, after]: readonly [EntityProperty, EntityProperty],
): boolean {
  const goal = Object.values(table.getForeignKeys());
  const leadsTo = (columns: readonly string[]) =>
    goal.find(({ columnNames }) => columnNames.join() === columns.join())?.referencedTableName;
  const is = live.foreignKeys.find(({ columns }) => columns.join() === before.joinColumns.join())?.references;
  const [same, other] = [leadsTo(after.joinColumns), leadsTo(after.inverseJoinColumns)];
  if (is && same !== undefined && other !== undefined && isTable(same, is) !== isTable(other, is))
    return isTable(other, is);
  return (
    before.joinColumns.join() === after.inverseJoinColumns.join() &&
    before.inverseJoinColumns.join() === after.joinColumns.join()
  );
}

/** MikroORM may say a name with its namespace. */
function isTable(said: string, { name }: TableName): boolean {
  return said === name || said.endsWith(`.${name}`);
}

/** The columns of a property under their new names, and its checks under its new name. */
function renameChanges(
  context: OperationContext,
  live: LiveTable,
  [old, before]: readonly [Wanted, Parts],
  after: Parts,
): Change[] {
  const { guid } = context;
  if (before.columns.length !== after.columns.length) {
    throw new OperationError(
      `a property with ${before.columns.length} columns cannot be renamed to one with ${after.columns.length}. Add the new property, fill it, and drop the old one.`,
      { guid, table: showName(live) },
    );
  }
  const renames = before.columns.map(({ name: from }, index) => ({ from, to: after.columns[index]?.name ?? from }));
  const changes: Change[] = pendingRenames(context, live, renames).map(rename => ({
    kind: 'rename column',
    ...rename,
  }));
  // a check or an index that was named after the property takes the new name along
  const renamed = changes.length > 0;
  const stay = new Set(after.checks.map(({ name }) => name));
  const going = before.checks.filter(({ name }) => !stay.has(name) && hasName(live.checks, name));
  const coming = after.checks.filter(({ name }) => renamed && !hasName(live.checks, name));
  const pairs = pairUp(going, coming, [(was, is) => String(was.expression) === String(is.expression), () => true]);
  for (const [check, { name }] of pairs) changes.push({ kind: 'drop check', name }, { kind: 'add check', check });
  // what was checked about the old one, and is not about the new one, goes
  if (renamed && after.checks.length === 0)
    changes.unshift(...dropCheckChanges(live, before.checks, claimsOf(context, live, [old])));
  const indexes = renamed ? pairIndexes(before.indexes, after.indexes) : [];
  // An index that the new property does not have goes under its old name: some dialects give it the new one.
  for (const index of renamed ? before.indexes : []) {
    if (!indexes.some(([was]) => was === index)) changes.unshift(...dropIndexChange(live, index));
  }
  for (const [was, index] of indexes) {
    if (was.keyName === index.keyName || !hasName(live.indexes, was.keyName)) continue;
    if (hasName(live.indexes, index.keyName)) continue;
    changes.push({ kind: 'drop index', name: was.keyName }, { kind: 'add index', index });
  }
  return changes;
}

/** Pairs indexes of a property under its old name and under its new one, the unique with the unique. */
function pairIndexes(before: Parts['indexes'], after: Parts['indexes']) {
  return [true, false].flatMap(unique => {
    const olds = before.filter(index => index.unique === unique);
    const nows = after.filter(index => index.unique === unique);
    return nows.flatMap((index, position) => {
      const old = olds[position];
      return old ? [[old, index] as const] : [];
    });
  });
}
