import { OperationError } from '../../errors.ts';
import { fillSql, type Fill } from '../../rows/values.ts';
import type { Change, LiveTable } from '../../dialects/table-changes.ts';
import { showName, sqlName } from '../../dialects/table-names.ts';
import type { OperationContext } from '../context.ts';
import { fillRows, type FillOptions } from '../fill.ts';
import { assertAsAsked } from '../table/as-asked.ts';
import { assertNoNulls, countRows } from '../table/assess-rows.ts';
import { dropChanges, missingConstraints } from '../table/derive-changes.ts';
import { claimsOf } from '../table/live-checks.ts';
import { addMissingIndexes, assertSame, change, findTable, readTable } from '../table/open-table.ts';
import { columnsStillStored } from '../table/still-stored.ts';
import { columnNames, partsOf, propertyOf, wantedOf, type Parts, type Wanted } from '../table/wanted.ts';

export interface MovePropertyOptions extends Pick<FillOptions, 'batch'> {
  /** The value for rows that have no row in a table the property comes from: a value, SQL made with `raw()`, or a function of the row. */
  readonly fill?: Fill;
  /**
   * Gives up the values of rows that have no row in a table the property goes to.
   *
   * @defaultValue `false`: the operation refuses and says how many rows
   */
  readonly discard?: boolean;
}

/** A table of an inheritance tree, with a property of it. */
interface PropertyTable {
  readonly wanted: Wanted;
  readonly parts: Parts;
  readonly live: LiveTable;
  /** The columns of the property, in the order of its declaration: those of two entities correspond. */
  readonly names: readonly string[];
  /** Those of them that are neither in the key nor used by another property. */
  readonly columns: readonly string[];
}

/**
 * Moves a property between the tables of entities that extend each other, with its values: rows of both tables with the same
 * primary key are one entity. Where the property is already gone, only missing parts are added at its new place.
 *
 * @throws {@link OperationError} if rows hold values and have no row at the new place, or have no value there and need one
 */
export async function moveProperty(
  context: OperationContext,
  sources: readonly object[],
  targets: readonly object[],
  property: string,
  options: MovePropertyOptions = {},
): Promise<void> {
  const from: PropertyTable[] = [];
  for (const source of sources) from.push(...(await findPlace(context, source, property)));
  const to: PropertyTable[] = [];
  for (const target of targets) to.push(await openPlace(context, target, property));

  for (const { live } of [...from, ...to]) assertKey(context, live, to[0]?.live ?? live);
  for (const place of from) await assessLeft(context, place, to, options.discard === true);
  for (const place of to) await bring(context, from, place, property, options);
  for (const { wanted, parts, live, columns } of from) {
    for (const name of columns) context.onDrop?.(`${showName(live)}.${name}`);
    const going = parts.columns.filter(({ name }) => columns.includes(name));
    await change(context, wanted, dropChanges(live, { ...parts, columns: going }, claimsOf(context, live, [wanted])));
  }
}

/** @throws {@link OperationError} for a table whose rows cannot be found by the key of another */
function assertKey({ guid }: OperationContext, live: LiveTable, other: LiveTable): void {
  if (live.primaryKey.length > 0 && live.primaryKey.length === other.primaryKey.length) return;
  throw new OperationError(
    `${showName(live)} has another primary key than ${showName(other)}, or none, so its rows cannot be found there. Copy the values with execute().`,
    { guid, table: showName(live) },
  );
}

/** Finds a place the property is still at. */
async function findPlace(context: OperationContext, entity: object, property: string): Promise<PropertyTable[]> {
  const wanted = wantedOf(context, entity);
  const parts = storedParts(context, wanted, property);
  const live = await findTable(context, wanted);
  const names = columnNames(propertyOf(context, wanted, property));
  const columns = ownColumns(context, wanted, property).filter(name =>
    live?.columns.some(column => column.name === name),
  );
  return live && columns.length > 0 ? [{ wanted, parts, live, names, columns }] : [];
}

async function openPlace(context: OperationContext, entity: object, property: string): Promise<PropertyTable> {
  const wanted = wantedOf(context, entity);
  const parts = storedParts(context, wanted, property);
  const live = await readTable(context, wanted);
  await assertAsAsked(context, wanted, live, parts);
  for (const { name } of parts.columns) await assertSame(context, wanted, live, name);
  const names = columnNames(propertyOf(context, wanted, property));
  return { wanted, parts, live, names, columns: ownColumns(context, wanted, property) };
}

function storedParts(context: OperationContext, wanted: Wanted, property: string): Parts {
  const parts = partsOf(context, wanted, property);
  if (!parts.pivot) return parts;
  throw new OperationError(
    `${wanted.meta.className}.${property} is stored in a table between two entities. Create the new table with addProperty(), copy its rows with execute(), and drop the old one with dropProperty().`,
    { guid: context.guid, table: showName(parts.pivot.name) },
  );
}

function ownColumns(context: OperationContext, wanted: Wanted, property: string): string[] {
  const key = wanted.table.getPrimaryKey()?.columnNames ?? [];
  const still = columnsStillStored(context, wanted, property);
  return columnNames(propertyOf(context, wanted, property)).filter(name => !still.has(name) && !key.includes(name));
}

/** Counts the rows whose values have no place to go to. */
async function assessLeft(
  context: OperationContext,
  { live, columns }: PropertyTable,
  to: readonly PropertyTable[],
  mayDiscard: boolean,
): Promise<void> {
  if (mayDiscard && !context.onLoss) return;
  const { quoteName } = context.dialect;
  const holds = columns.map(name => `${quoteName(name)} is not null`).join(' or ');
  const without = to.map(place => `not ${isIn(context, live, place)}`).join(' and ');
  const rows = await countRows(context, live, `(${holds}) and ${without}`);
  if (rows === 0) return;
  const what = `${showName(live)}.${columns.join(', ')}`;
  if (mayDiscard) {
    context.onLoss?.({ what, rows });
    return;
  }
  const names = to.map(place => showName(place.live)).join(' or ');
  throw new OperationError(
    `${what} cannot move to ${names}: ${rows} ${rows === 1 ? 'row has a value and no row' : 'rows have a value and no row'} there. Move those values first, or give them up: { discard: true }.`,
    { guid: context.guid, table: showName(live), rows },
  );
}

/** Adds the columns, copies the values, and then adds what the values must satisfy. */
async function bring(
  context: OperationContext,
  from: readonly PropertyTable[],
  target: PropertyTable,
  property: string,
  { fill, batch }: MovePropertyOptions,
): Promise<void> {
  const { wanted, parts, live } = target;
  const isThere = (name: string) => live.columns.some(column => column.name === name);
  const missing = parts.columns.filter(({ name }) => !isThere(name));
  await change(
    context,
    wanted,
    // A null stands in until the values are copied.
    missing.map(column => ({ kind: 'add column', column: { ...column, nullable: true } }) as const),
  );
  for (const source of from) await copy(context, source, target);

  const strict = missing.filter(({ nullable }) => !nullable);
  if (fill !== undefined && missing.length > 0) {
    const elsewhere = from.map(source => `not ${isIn(context, live, source)}`);
    const nulls = strict.map(({ name }) => `${context.dialect.quoteName(name)} is null`).join(' or ');
    const where = [elsewhere.join(' and '), nulls].filter(condition => condition !== '').map(text => `(${text})`);
    const prop = propertyOf(context, wanted, property);
    const filled = await readTable(context, wanted);
    const isSame = fillSql(wanted.em, prop, fill) !== undefined;
    // A function reads the row before it answers, and so needs the table as it is now.
    await fillRows(context, wanted, isSame ? live : filled, prop, fill, {
      where: where.length > 0 ? where.join(' or ') : undefined,
      batch,
    });
  }
  for (const { name } of strict) await assertNoNulls(context, live, name);
  const changes: Change[] = [
    ...strict.map(column => ({ kind: 'alter column', name: column.name, column }) as const),
    ...missingConstraints(live, parts, claimsOf(context, live, [wanted])),
  ];
  await change(context, wanted, changes);
  await addMissingIndexes(context, wanted, live, parts);
}

async function copy(
  context: OperationContext,
  source: Pick<PropertyTable, 'live' | 'names'>,
  target: Pick<PropertyTable, 'live' | 'names' | 'columns'>,
): Promise<void> {
  const { quoteName } = context.dialect;
  const from = sqlName(context.dialect, source.live);
  const same = sameKey(context, target.live, source.live);
  const sets = target.columns.map(name => {
    const old = source.names[target.names.indexOf(name)] ?? name;
    return `${quoteName(name)} = (select t.${quoteName(old)} from ${from} as t where ${same})`;
  });
  if (sets.length === 0) return;
  await context.sql.execute(
    `update ${sqlName(context.dialect, target.live)} set ${sets.join(', ')} where ${isIn(context, target.live, source)}`,
  );
}

/** SQL that tells whether a row has one with its key in another table. */
function isIn(context: OperationContext, live: LiveTable, { live: other }: Pick<PropertyTable, 'live'>): string {
  return `exists (select 1 from ${sqlName(context.dialect, other)} as t where ${sameKey(context, live, other)})`;
}

function sameKey({ dialect: { quoteName } }: OperationContext, live: LiveTable, other: LiveTable): string {
  return other.primaryKey
    .map((name, index) => `t.${quoteName(name)} = ${quoteName(live.name)}.${quoteName(live.primaryKey[index] ?? '')}`)
    .join(' and ');
}
