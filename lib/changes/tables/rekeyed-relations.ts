import type { EntityDescription, PropertyDescription, StorageDescription } from '../../models/description.ts';
import { placeOf, type Pair, type PropertyPair } from '../apply-renames.ts';

/**
 * Finds the relations, for each pair, whose target has another key than before. The rows are the same, but foreign keys to
 * them hold other values. A renamed column is not another key.
 */
export function rekeyedAmong(
  before: StorageDescription,
  after: StorageDescription,
  found: readonly Pair[],
): (readonly PropertyPair[])[] {
  // A changed part of a key changes the key of every entity that contains it.
  let rekeyed = rekeyedBut([], before, after, found);
  for (let count = 0; rekeyed.flat().length > count;) {
    count = rekeyed.flat().length;
    rekeyed = rekeyedBut(rekeyed.flat(), before, after, found);
  }
  return rekeyed;
}

/** @param known relations that are known to be rekeyed. */
function rekeyedBut(
  known: readonly PropertyPair[],
  before: StorageDescription,
  after: StorageDescription,
  found: readonly Pair[],
): (readonly PropertyPair[])[] {
  const columns = columnsNow(found, known);
  const keyNow = (entity: EntityDescription, key = keyOf(entity, before)) =>
    key.map(column => columns.get(placeOf(entity))?.get(column) ?? column);

  const isOtherKey = (name: string, nameNow: string, key?: readonly string[], now?: readonly string[]): boolean => {
    const pair = found.find(one => one.before.name === name && one.after.name === nameNow);
    if (!pair || pair.before.view) return false;
    return keyNow(pair.before, key).join() !== (now ?? keyOf(pair.after, after)).join();
  };
  const isRekeyed = (owner: Pair, [old, now]: PropertyPair): boolean => {
    const [[name = '', ...more], [nameNow = '', ...moreNow]] = [targetsOf(old), targetsOf(now)];
    if (more.length + moreNow.length > 0) return false;
    if (old.pivot && now.pivot) {
      if (old.pivot.entity !== undefined || now.pivot.entity !== undefined) return false;
      return (
        isOtherKey(owner.before.name, owner.after.name, old.pivot.owner?.columns, now.pivot.owner?.columns) ||
        isOtherKey(name, nameNow, old.pivot.target?.columns, now.pivot.target?.columns)
      );
    }
    if (!old.columns || !now.columns) return false;
    return isOtherKey(name, nameNow, old.references?.columns, now.references?.columns);
  };
  return found.map(pair => pair.properties.filter(one => isRekeyed(pair, one)));
}

function targetsOf({ target = [] }: PropertyDescription): readonly string[] {
  return [target].flat();
}

/** Returns the key of an entity. Children in one table have that of their root. */
function keyOf({ primaryKey, extends: parent }: EntityDescription, storage: StorageDescription): readonly string[] {
  const root = storage.entities.find(({ name }) => name === parent);
  return primaryKey ?? (root ? keyOf(root, storage) : []);
}

/** Returns new names of columns by their old names, by the old place of their table. */
function columnsNow(
  pairs: readonly Pair[],
  left: readonly PropertyPair[],
): ReadonlyMap<string, ReadonlyMap<string, string>> {
  const places = new Map<string, Map<string, string>>();
  for (const { before, properties } of pairs) {
    const columns = places.get(placeOf(before)) ?? new Map<string, string>();
    places.set(placeOf(before), columns);
    for (const [old, now] of properties.filter(one => !left.includes(one))) {
      if (old.columns?.length !== now.columns?.length) continue;
      for (const [index, column] of (old.columns ?? []).entries()) columns.set(column, now.columns?.[index] ?? column);
    }
  }
  return places;
}
