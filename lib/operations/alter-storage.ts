import type { IndexDef } from '@mikro-orm/sql';
import type { Change, LiveTable } from '../dialects/table-changes.ts';
import { showName } from '../dialects/table-names.ts';
import { OperationError } from '../errors.ts';
import { columnsIn } from '../sql/expressions.ts';
import { fillSql, type Fill } from '../rows/values.ts';
import { columnChange } from './alter-property.ts';
import type { OperationContext } from './context.ts';
import { dropOthers, otherThanAsked, type AskedParts } from './table/as-asked.ts';
import { assertNoRows, assertRowsPass, countLoss } from './table/assess-rows.ts';
import { orderRenames, type ColumnRename } from '../dialects/rename-order.ts';
import { asRenamed, pendingRenames } from './table/column-renames.ts';
import {
  dropChanges,
  dropsOf,
  isAmong,
  missingConstraints,
  obsoleteParts,
  withoutDropped,
} from './table/derive-changes.ts';
import { followComments } from './table/comments.ts';
import { underFollowedNames } from './table/followed-names.ts';
import { claimsOf, outdatedEnumChecks } from './table/live-checks.ts';
import { assertNoStrangers } from './table/strangers.ts';
import { addMissingIndexes, change, needsFill, readTable } from './table/open-table.ts';
import { partsOf, propertyOf, wantedOf, type Wanted } from './table/wanted.ts';

export interface AlterStorageOptions {
  /** The renamed properties: `{ species: 'family' }`. A rename is never guessed: other properties are dropped or added. */
  readonly renamed?: Readonly<Record<string, string>> | undefined;
  /** The values for new properties, and for nulls that are no longer allowed: values, or SQL made with `raw()`. */
  readonly fill?: Readonly<Record<string, Fill>> | undefined;
}

/**
 * Changes a table to the definition in the entity, all at once: SQLite rebuilds it at most once. Drops removed properties,
 * adds new ones, alters others; renamed ones keep their values. Parts that neither entity declares stay.
 */
export async function alterStorage(
  context: OperationContext,
  before: object,
  after: object,
  { renamed = {}, fill = {} }: AlterStorageOptions = {},
): Promise<void> {
  const [old, wanted] = [wantedOf(context, before), wantedOf(context, after)];
  if (showName(old.name) !== showName(wanted.name)) {
    throw new OperationError(
      `${showName(old.name)} is now called ${showName(wanted.name)}. Call renameStorage() first.`,
      {
        guid: context.guid,
        table: showName(old.name),
      },
    );
  }
  const live = await readTable(context, old, wanted);
  const { renames, dropped } = columnMoves(context, live, [old, wanted], renamed);

  // parts no longer declared go first, under their old names; newly declared parts come last
  const was = underFollowedNames(old, declared(old));
  const obsolete = obsoleteParts(was, declared(wanted), renames, (index, to) =>
    nameFollows(context, wanted, [index, to]),
  );
  assertNoStrangers(context, old, live, obsolete, [was, declared(wanted)]);
  const claims = claimsOf(context, live, [old, wanted]);
  const obsoleteDrops = dropsOf(live, obsolete, claims);
  // The list of an enum whose column got its name before, by renameProperty().
  const outdated = outdatedEnumChecks(live, { columns: wanted.table.getColumns(), checks: declared(wanted).checks });
  const known = [...obsoleteDrops, ...outdated.filter(one => !isAmong(obsoleteDrops, one))];
  const others = dropOthers(live, await otherThanAsked(context, wanted, live, untouched(wanted, renames)));
  const gone = [...known, ...others.filter(one => !isAmong(known, one))];
  const drops = [...gone, ...dropChanges(withoutDropped(live, gone), { columns: dropped, checks: [] })];
  const left = asRenamed(withoutDropped(live, drops), renames);
  const columns = await columnChanges(context, live, wanted, {
    renames,
    fills: fillsOf(context, wanted, fill),
    left,
    before: old,
  });
  const changes: Change[] = [
    ...drops,
    ...orderRenames(renames).map(rename => ({ kind: 'rename column', ...rename }) as const),
    ...columns,
    ...keyChanges(left, [old, wanted], renames),
    ...missingConstraints(left, declared(wanted), claimsOf(context, left, [wanted])),
  ];
  await assertRowsPass(context, wanted, keepingNames(live, renames), changes, old);
  for (const { name } of dropped) await countLoss(context, live, name);
  await change(context, wanted, changes, old);
  const indexes = wanted.table.getIndexes().filter(index => !index.primary);
  // Parts over a column follow its new name, and go with it: only the database knows which are left.
  const isMoved = renames.length + dropped.length > 0;
  const altered = isMoved ? await readTable(context, wanted) : withoutDropped(live, changes);
  await addMissingIndexes(context, wanted, altered, { indexes });
  const names = wanted.table.getColumns().map(({ name }) => name);
  await followComments(context, live, [old, wanted], { columns: names, table: true, renames });
}

/** Whether an index was named after its columns, and gets another name with them by itself. */
function nameFollows({ editor }: OperationContext, { em, table }: Wanted, indexes: readonly IndexDef[]): boolean {
  const derived = ({ columnNames, unique }: IndexDef) =>
    em.getPlatform().getIndexName(table.name, columnNames, unique ? 'unique' : 'index');
  return editor.derivedNamesFollow && indexes.every(index => index.keyName === derived(index));
}

/** The columns that change their names, and those that go: declared before, and no longer. */
function columnMoves(
  context: OperationContext,
  live: LiveTable,
  [old, wanted]: readonly [Wanted, Wanted],
  renamed: Readonly<Record<string, string>>,
) {
  const asked = Object.entries(renamed).flatMap(([from, to]) => {
    const [was, is] = [partsOf(context, old, from).columns, partsOf(context, wanted, to).columns];
    if (was.length === is.length) return was.map(({ name }, index) => ({ from: name, to: is[index]?.name ?? name }));
    throw new OperationError(
      `${from} has ${was.length} columns and ${to} has ${is.length}, so this cannot be a rename. Add ${to}, fill it, and drop ${from}.`,
      { guid: context.guid, table: showName(live) },
    );
  });
  const isThere = (name: string) => live.columns.some(column => column.name === name);
  const declaredBefore = old.table.getColumns().filter(({ name }) => isThere(name));
  const names = declaredBefore.map(({ name }) => name);
  const renames = pendingRenames(context, live, asked, names);
  const stays = (name: string) =>
    renames.some(({ from }) => from === name) ||
    (wanted.table.getColumn(name) !== undefined && !renames.some(({ to }) => to === name));
  return { renames, dropped: declaredBefore.filter(({ name }) => !stays(name)) };
}

/** What new rows get, by column. @throws {@link OperationError} for a function */
function fillsOf(context: OperationContext, wanted: Wanted, fill: Readonly<Record<string, Fill>>): Map<string, string> {
  const fills = Object.entries(fill).map(([name, value]) => {
    const sql = fillSql(wanted.em, propertyOf(context, wanted, name), value);
    if (sql) return [...sql];
    throw new OperationError(
      `fill.${name} is a function, but alterStorage() fills with SQL. Use addProperty(), or call fill() afterwards.`,
      { guid: context.guid, table: showName(wanted.name) },
    );
  });
  return new Map(fills.flat());
}

interface MovedColumns {
  readonly renames: readonly ColumnRename[];
  readonly fills: ReadonlyMap<string, string>;
  /** The table without what goes, under its new names. */
  readonly left: LiveTable;
  /** The entity as it was. */
  readonly before: Wanted;
}

/** The columns that are new, and those that are other than wanted; the rows are looked at as they are now. */
async function columnChanges(
  context: OperationContext,
  live: LiveTable,
  wanted: Wanted,
  { renames, fills, left, before }: MovedColumns,
): Promise<Change[]> {
  const changes: Change[] = [];
  for (const column of wanted.table.getColumns()) {
    const { name } = column;
    const fill = fills.get(name);
    if (left.columns.some(there => there.name === name)) {
      const was = renames.find(({ to }) => to === name)?.from ?? name;
      const there = live.columns.find(candidate => candidate.name === was);
      if (there) changes.push(...(await columnChange(context, wanted, live, there, column, { fill, before })));
    } else {
      if (needsFill(column) && fill === undefined) await assertNoRows(context, live, name);
      changes.push({ kind: 'add column', column, fill });
    }
  }
  // The columns in the expression of a generated column may be declared after it.
  return changes.toSorted((one, other) => Number(addsComputed(one)) - Number(addsComputed(other)));
}

function addsComputed(one: Change): boolean {
  return one.kind === 'add column' && Boolean(one.column.generated);
}

/** The table with those columns alone whose names mean now what they are about to mean. */
function keepingNames(live: LiveTable, renames: readonly ColumnRename[]): LiveTable {
  return { ...live, columns: live.columns.filter(({ name }) => !renames.some(({ to }) => to === name)) };
}

/** A key that neither entity declares otherwise stays. */
function keyChanges(
  left: LiveTable,
  [old, wanted]: readonly [Wanted, Wanted],
  renames: readonly ColumnRename[],
): Change[] {
  const key = wanted.table.getPrimaryKey()?.columnNames ?? [];
  const was = old.table.getPrimaryKey()?.columnNames ?? [];
  const now = was.map(name => renames.find(({ from }) => from === name)?.to ?? name);
  const isOther = key.length > 0 && key.join() !== now.join() && key.join() !== left.primaryKey.join();
  return isOther ? [{ kind: 'set primary key', columns: key }] : [];
}

/** What a table declares over columns that keep their names: what follows a new name still says the old one. */
function untouched(wanted: Wanted, renames: readonly ColumnRename[]): AskedParts {
  const stays = (column: string) => !renames.some(({ from, to }) => from === column || to === column);
  const { checks, indexes, foreignKeys } = declared(wanted);
  return {
    checks: checks.filter(({ expression }) => columnsIn(String(expression)).every(stays)),
    indexes: indexes
      .filter(index => !index.primary && !(index.expression && renames.length > 0))
      .filter(({ columnNames }) => columnNames.every(stays)),
    foreignKeys: foreignKeys.filter(({ columnNames }) => columnNames.every(stays)),
  };
}

/** Everything a table declares in addition to its columns. */
function declared({ table }: Wanted) {
  const foreignKeys = Object.values(table.getForeignKeys());
  return { checks: table.getChecks(), indexes: table.getIndexes(), foreignKeys };
}
