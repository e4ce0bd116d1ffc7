import type { LiveColumn, LiveTable, TableName } from '../dialects/table-changes.ts';
import { showName } from '../dialects/table-names.ts';
import { isChosen } from './choices.ts';
import type { EntityModel, TableLeftOut } from './entity-model.ts';
import { findJoins, type JoinTable } from './find-joins.ts';
import { modelTable } from './model-table.ts';
import { columnsOut, nameReason, type ModelingContext, type NamedTable } from './modeling-context.ts';
import { classNameOf, FreeNames } from './entity-names.ts';

/** The entities for the tables of a database, and the tables without one. */
export interface DatabaseModel {
  readonly entities: readonly EntityModel[];
  readonly leftOut: readonly TableLeftOut[];
  /** The tables that are a many-to-many of an entity. */
  readonly joins: readonly JoinTable[];
}

/** Makes entities from tables. Pure: `choices` holds the results of earlier attempts. */
export function modelTables(context: ModelingContext, tables: readonly LiveTable[]): DatabaseModel {
  const leftOut: TableLeftOut[] = [];
  const names = new FreeNames();
  const named: NamedTable[] = [];
  for (const table of tables.filter(({ kind }) => kind === 'table')) {
    const reason = reasonAgainst(context, table);
    if (reason === undefined) named.push({ table, className: classNameFor(table, names, context) });
    else leftOut.push({ table, reason });
  }
  const joins = findJoins(context, named);
  const entities = named.filter(
    ({ table }) => !joins.some(join => join.table === table && join.className === undefined),
  );
  return { entities: entities.map(one => modelTable(context, one, { all: entities, joins })), leftOut, joins };
}

/** Says why a table becomes no entity. */
function reasonAgainst(context: ModelingContext, table: LiveTable): string | undefined {
  const { surroundings, choices } = context;
  const unsuitable = surroundings.unsuitable.find(one => isSameTable(one, table));
  if (unsuitable) return unsuitable.kind;
  if (table.primaryKey.length === 0) return 'no primary key';
  const ofName = nameReason(table.name);
  if (ofName !== undefined) return ofName;
  const out = columnsOut(context, table);
  const needed = table.columns.filter(isNeeded(table)).find(({ name }) => out.has(name));
  if (needed) return out.get(needed.name);
  return isChosen(choices, [showName(table)], 'left out') ? 'no entity can describe it' : undefined;
}

/** Whether an entity cannot do without a column. */
function isNeeded({ primaryKey }: LiveTable) {
  return ({ name, nullable, default: byDefault, generated }: LiveColumn) =>
    primaryKey.includes(name) || !(nullable || byDefault !== undefined || generated !== undefined);
}

function isSameTable(one: TableName, other: TableName): boolean {
  return one.name === other.name && one.namespace === other.namespace;
}

function classNameFor(table: LiveTable, names: FreeNames, { namespace }: ModelingContext): string {
  const name = classNameOf(table.name);
  const isElsewhere = table.namespace !== namespace && table.namespace !== undefined;
  return isElsewhere ? names.take(name, `${classNameOf(table.namespace)}${name}`) : names.take(name);
}
