import { isRaw } from '@mikro-orm/core';
import type { Column } from '@mikro-orm/sql';
import type { Change, LiveColumn, LiveTable } from '../dialects/table-changes.ts';
import { showName } from '../dialects/table-names.ts';
import { OperationError } from '../errors.ts';
import { sqlLiteral } from '../rows/sql-literal.ts';
import { fillSql, type Fill } from '../rows/values.ts';
import type { OperationContext } from './context.ts';
import { fillRows, type FillOptions } from './fill.ts';
import { dropOthers, otherThanAsked } from './table/as-asked.ts';
import { assertFits, assertNoNulls, assertRowsPass } from './table/assess-rows.ts';
import { dropsOf, isAmong, missingConstraints, obsoleteParts, withoutDropped } from './table/derive-changes.ts';
import { followComments } from './table/comments.ts';
import { underFollowedNames } from './table/followed-names.ts';
import { claimsOf, outdatedEnumChecks } from './table/live-checks.ts';
import { assertNoStrangers } from './table/strangers.ts';
import { addMissingIndexes, change, readTable } from './table/open-table.ts';
import {
  columnNames,
  editContext,
  findProperty,
  partsOf,
  partsOfTable,
  propertyOf,
  wantedOf,
  type Parts,
  type Wanted,
} from './table/wanted.ts';

export interface AlterPropertyOptions extends Pick<FillOptions, 'batch'> {
  /** The value for rows that are null where null is no longer allowed: a value, SQL made with `raw()`, or a function of the row. */
  readonly fill?: Fill;
  /**
   * SQL made with `raw()` that makes the new value from the old one: `raw('round(price)')`. By default PostgreSQL casts,
   * and SQLite stores what MikroORM stores for the new type. If rows would lose data, the step stops and says how many.
   */
  readonly using?: unknown;
}

/**
 * Changes a property to the definition in the entity: type, nullability, default, generated expression, enum items,
 * foreign key, and the indexes and checks over nothing else; for a many-to-many, the table between both sides. Given the
 * earlier entity too, drops what only that one declares. Parts that neither declares stay.
 */
export async function alterProperty(
  context: OperationContext,
  before: object | undefined,
  after: object,
  property: string,
  options: AlterPropertyOptions = {},
): Promise<void> {
  const entity = wantedOf(context, after);
  const prop = propertyOf(context, entity, property);
  const own = partsOf(context, entity, property);
  const wanted = own.pivot ?? entity;
  const parts = own.pivot ? partsOfTable(own.pivot) : own;
  const was = before && wantedBefore(context, before, property);
  const old = was && oldParts(context, was, property);
  const live = await readTable(context, wanted, own.pivot ? undefined : was);
  const hasFill = 'fill' in options && options.fill !== undefined;
  const same = hasFill ? fillSql(wanted.em, prop, options.fill) : undefined;
  if (hasFill && !same) {
    // row by row, where nulls stand, before the column becomes NOT NULL
    const nulls = parts.columns.map(column => `${context.dialect.quoteName(column.name)} is null`).join(' and ');
    await fillRows(context, wanted, live, prop, options.fill, { ...options, where: nulls });
  }
  const obsolete = old && obsoleteParts(old, parts);
  if (old && obsolete) {
    // Others over the same columns may be declared, though they are not the property's.
    const known = [old, parts, partsOfTable(wanted), ...(own.pivot || !was ? [] : [partsOfTable(was)])];
    assertNoStrangers(context, wanted, live, obsolete, known);
  }
  const claims = claimsOf(context, live, [...(was && !own.pivot ? [was] : []), wanted]);
  const declared = obsolete ? dropsOf(live, obsolete, claims) : outdatedEnumChecks(live, parts);
  // An existing part with the same name may have been made in another way
  const others = dropOthers(live, await otherThanAsked(context, wanted, live, parts));
  const gone = [...declared, ...others.filter(one => !isAmong(declared, one))];
  const missing = missingConstraints(withoutDropped(live, gone), parts, claims);
  // The column may be what it was, and what its values have to be another: enum items are a check.
  const isDue = gone.length + missing.length > 0;
  const using = usingSql(wanted, options.using);
  const changes = [
    ...gone,
    ...(await columnChanges(context, wanted, live, parts.columns, { same, using, isDue, before: was })),
    ...(own.pivot ? pivotKeyChange(own.pivot, live) : []),
    ...missing,
  ];
  await assertRowsPass(context, wanted, live, changes, was);
  await change(context, wanted, changes, was);
  await addMissingIndexes(context, wanted, withoutDropped(live, changes), parts);
  const columns = parts.columns.map(({ name }) => name);
  await followComments(context, live, [was, wanted], { columns, table: false });
}

/** The key of a table between two entities begins with the side that owns it. */
function pivotKeyChange({ table }: Wanted, { primaryKey }: LiveTable): Change[] {
  const columns = table.getPrimaryKey()?.columnNames ?? [];
  const isTurned = columns.join() !== primaryKey.join() && columns.toSorted().join() === primaryKey.toSorted().join();
  return isTurned ? [{ kind: 'set primary key', columns }] : [];
}

/** The entity as it was, if it had the property: a child with a separate table has none of those of its parent. */
function wantedBefore(context: OperationContext, before: object, property: string): Wanted | undefined {
  const wanted = wantedOf(context, before);
  const prop = findProperty(wanted, property);
  if (!prop) return undefined;
  const isElsewhere = wanted.meta.tptParent && !prop.pivotTable && !columnNames(prop).some(hasColumn);
  return isElsewhere ? undefined : wanted;

  function hasColumn(name: string): boolean {
    return wanted.table.getColumn(name) !== undefined;
  }
}

function oldParts(context: OperationContext, was: Wanted, property: string): Parts {
  const own = partsOf(context, was, property);
  const parts = own.pivot ? partsOfTable(own.pivot) : own;
  return { ...parts, ...underFollowedNames(own.pivot ?? was, parts) };
}

function usingSql({ em }: Wanted, using: unknown): string | undefined {
  if (using === undefined) return undefined;
  return isRaw(using) ? em.getPlatform().formatQuery(using.sql, using.params) : sqlLiteral(em, using);
}

/** The columns that differ from the entity, once it is sure that the rows allow the change. */
async function columnChanges(
  context: OperationContext,
  wanted: Wanted,
  live: LiveTable,
  columns: readonly Column[],
  { same, ...options }: Omit<ColumnChangeOptions, 'fill'> & { same: ReadonlyMap<string, string> | undefined },
): Promise<Change[]> {
  const changes: Change[] = [];
  for (const column of columns) {
    const there = live.columns.find(candidate => candidate.name === column.name);
    if (!there) {
      throw new OperationError(
        `the column ${column.name} of ${showName(live)} does not exist, so it cannot be altered. Add it with addProperty().`,
        {
          guid: context.guid,
          table: showName(live),
        },
      );
    }
    const fill = same?.get(column.name);
    changes.push(...(await columnChange(context, wanted, live, there, column, { ...options, fill })));
  }
  return changes;
}

interface ColumnChangeOptions {
  readonly fill?: string | undefined;
  readonly using?: string | undefined;
  /** Whether something else about the column changes. */
  readonly isDue?: boolean;
  /** The entity as it was. */
  readonly before?: Wanted | undefined;
}

/** The change of a column that differs from the entity, maybe in its name too, once it is sure that the rows allow it. */
export async function columnChange(
  context: OperationContext,
  wanted: Wanted,
  live: LiveTable,
  there: LiveColumn,
  column: Column,
  { fill, using, isDue = false, before }: ColumnChangeOptions,
): Promise<Change[]> {
  const { editor } = context;
  const edit = editContext(context, wanted, before);
  const isMadeAnew = isDue && using !== undefined;
  if (!isMadeAnew && (await editor.difference(edit, live, there, column)) === undefined) return [];
  if (using === undefined && !column.generated) {
    await assertFits(context, live, there.name, column.type, await editor.misfit(edit, live, there, column));
  }
  if (there.nullable && !column.nullable && !column.generated && fill === undefined) {
    await assertNoNulls(context, live, there.name);
  }
  return [{ kind: 'alter column', name: column.name, column, fill, using }];
}
