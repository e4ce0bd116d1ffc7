import type { LiveForeignKey, LiveTable } from '../dialects/table-changes.ts';
import { showName } from '../dialects/table-names.ts';
import type { Difference } from '../difference.ts';
import { isChosen } from './choices.ts';
import { FreeNames, propertyNameOf } from './entity-names.ts';
import type { CollectionModel, PropertyModel } from './entity-model.ts';
import { nameReason, type ModelingContext, type NamedTable } from './modeling-context.ts';
import { relatedKeys, type RelatedKey } from './related-keys.ts';

/** A table that only joins two entities: it becomes a many-to-many of the first. */
export interface JoinTable {
  readonly table: LiveTable;
  /** The class of the table, if it must have one: a many-to-many by itself would not say all that the table has. */
  readonly className: string | undefined;
  readonly owner: RelatedKey;
  readonly target: RelatedKey;
}

/**
 * Finds the tables that only join two others: two foreign keys to two entities, which together are all columns and the
 * primary key, and nothing that refers to the table.
 */
export function findJoins(context: ModelingContext, named: readonly NamedTable[]): JoinTable[] {
  const referred = new Set(
    named.flatMap(({ table }) => table.foreignKeys.map(({ references }) => showName(references))),
  );
  const found = named.flatMap(({ table, className }): JoinTable[] => {
    if (referred.has(showName(table)) || !isBare(context, table)) return [];
    const [owner, target, ...more] = relatedKeys(context, table, named).toSorted(
      (one, other) => placeInKey(table, one.key) - placeInKey(table, other.key),
    );
    if (!owner || !target || more.length > 0 || table.foreignKeys.length > 2) return [];
    if (owner.target === target.target) return [];
    const columns = [...owner.key.columns, ...target.key.columns];
    const isWhole = columns.length === table.columns.length && columns.join('\n') === table.primaryKey.join('\n');
    const isEntity = !hasSameRules(owner.key, target.key) || isChosen(context.choices, [showName(table)], 'an entity');
    return isWhole && isInOrder(owner) && isInOrder(target)
      ? [{ table, className: isEntity ? className : undefined, owner, target }]
      : [];
  });
  // A table that joins another table like it would lose its entity.
  const tables = new Set(found.map(({ table }) => table));
  return found.filter(({ owner, target }) => !tables.has(owner.target.table) && !tables.has(target.target.table));
}

/** Whether a table has nothing that only an entity can declare. */
function isBare({ namespace }: ModelingContext, table: LiveTable): boolean {
  const isPlain = table.columns.every(({ default: byDefault, generated, comment }) =>
    [byDefault, generated, comment].every(one => one === undefined),
  );
  return (
    isPlain &&
    table.checks.length === 0 &&
    table.comment === undefined &&
    table.namespace === namespace &&
    nameReason(table.name) === undefined
  );
}

function placeInKey({ primaryKey }: LiveTable, { columns }: LiveForeignKey): number {
  return primaryKey.indexOf(columns[0] ?? '');
}

/** A many-to-many has one rule for both of its foreign keys. */
function hasSameRules(one: LiveForeignKey, other: LiveForeignKey): boolean {
  return rulesOf(one) === rulesOf(other) && one.deferMode === undefined && other.deferMode === undefined;
}

function rulesOf({ onDelete = 'no action', onUpdate = 'no action' }: LiveForeignKey): string {
  return `${onDelete} ${onUpdate}`;
}

/** Whether a foreign key names the columns of the key in their order. */
function isInOrder({ key, target }: RelatedKey): boolean {
  return key.referencedColumns.join('\n').toLowerCase() === target.table.primaryKey.join('\n').toLowerCase();
}

/** Lists the many-to-many relations of an entity. */
export function collectionsOf(
  { table, className }: NamedTable,
  properties: readonly PropertyModel[],
  joins: readonly JoinTable[],
): CollectionModel[] {
  const names = new FreeNames();
  for (const { name } of properties) names.take(name);
  return joins
    .filter(({ owner }) => owner.target.table === table && owner.target.className === className)
    .map(({ table: join, className: pivotEntity, owner, target }) => ({
      name: names.take(propertyNameOf(target.target.table.name), propertyNameOf(join.name)),
      target: target.target.className,
      pivotEntity,
      pivotTable: join.name,
      joinColumns: owner.key.columns,
      inverseJoinColumns: target.key.columns,
      deleteRule: owner.key.onDelete ?? 'no action',
      updateRule: owner.key.onUpdate ?? 'no action',
      index: join.indexes.find(index => isOver(index.columns, target.key.columns) && !index.unique)?.name ?? false,
    }));
}

/**
 * Finds the joins that must be entities after all, because a many-to-many does not say what their table has. An index over
 * the first columns of the primary key may be missing in a new database: the key serves as one.
 */
export function unsuitableJoins(differences: readonly Difference[], joins: readonly JoinTable[]): JoinTable[] {
  return joins.filter(
    ({ table, className }) =>
      className === undefined &&
      differences.some(({ kind, path: [name, part], live }) => {
        if (name !== showName(table)) return false;
        return kind !== 'extra' || part !== 'index' || !isOver(columnsOf(live), table.primaryKey);
      }),
  );
}

function columnsOf(index: unknown): readonly string[] {
  const columns: unknown = typeof index === 'object' && index !== null ? Reflect.get(index, 'columns') : undefined;
  return Array.isArray(columns) ? columns.map(String) : [];
}

/** Whether columns are the first of a list. */
function isOver(columns: readonly string[], all: readonly string[]): boolean {
  return columns.length > 0 && columns.every((column, index) => column === all[index]);
}
