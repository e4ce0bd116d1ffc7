import type { LiveColumn, LiveForeignKey, LiveTable } from '../dialects/table-changes.ts';
import { showName } from '../dialects/table-names.ts';
import { isChosen } from './choices.ts';
import { columnsOut, type ModelingContext, type NamedTable } from './modeling-context.ts';

/** A foreign key that becomes a relation. */
export interface RelatedKey {
  readonly key: LiveForeignKey;
  readonly target: NamedTable;
}

/**
 * Lists the foreign keys that become relations: to the primary key of another entity, over columns that belong to no relation
 * before them. The others stay, and their columns hold plain values.
 */
export function relatedKeys(context: ModelingContext, table: LiveTable, all: readonly NamedTable[]): RelatedKey[] {
  const taken = new Set<string>();
  const { sameName } = context.likeness;
  const out = columnsOut(context, table);
  const keys = table.foreignKeys.toSorted((one, other) => one.columns.length - other.columns.length);
  return keys.flatMap((key): RelatedKey[] => {
    const { references, columns } = key;
    const path = [showName(table), 'foreign key', columns.join(', ')];
    const target = all.find(
      one => sameName(one.table.name, references.name) && one.table.namespace === references.namespace,
    );
    const keyColumns = target?.table.primaryKey ?? [];
    const referenced = key.referencedColumns.length > 0 ? key.referencedColumns : keyColumns;
    const isToKey =
      referenced.length === keyColumns.length &&
      referenced.every(name => keyColumns.some(other => sameName(name, other)));
    const isPartOfKey = columns.some(column => table.primaryKey.includes(column));
    const isWhole = !isPartOfKey || columns.every(column => table.primaryKey.includes(column));
    const isFree = columns.every(column => !taken.has(column));
    // A foreign key may spell a column in another case on SQLite
    const own = columns.flatMap(column => table.columns.find(({ name }) => sameName(name, column))?.name ?? []);
    if (
      !target ||
      !isToKey ||
      !isWhole ||
      !isFree ||
      own.length < columns.length ||
      own.some(column => out.has(column))
    )
      return [];
    if (isChosen(context.choices, path, 'left out') || table.columns.some(isComputed(own))) return [];
    for (const column of own) taken.add(column);
    return [{ key: { ...key, columns: own, referencedColumns: referenced }, target }];
  });
}

function isComputed(columns: readonly string[]) {
  return ({ name, generated }: LiveColumn) => columns.includes(name) && generated !== undefined;
}
