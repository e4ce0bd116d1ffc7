import type { PropertyDescription, StorageDescription } from '../../models/description.ts';
import { placeOf, type Pair, type PropertyPair } from '../apply-renames.ts';
import { isReplaced } from '../property-shape.ts';
import { cellsOf, StoredTables, type OwnedProperty, type PlaceNow, type PlacedProperty } from './stored-tables.ts';

/** A property that belongs to another entity now, in the same columns. */
export interface OwnerChange {
  readonly from: OwnedProperty;
  readonly to: OwnedProperty;
}

/** The consequences for columns that several properties share, in one entity or in several. */
interface Sharing {
  /** The pairs of entities, without copied properties and without properties that stand apart. */
  readonly pairs: readonly Pair[];
  /** For each pair, the properties that get new columns, because another property uses the old or the new ones. */
  readonly copied: readonly (readonly PropertyPair[])[];
  readonly moved: readonly OwnerChange[];
  /** Old cells that the new version still uses. Their tables have new names. */
  readonly kept: ReadonlySet<string>;
  /** Removed or new properties whose cells all exist before and after. */
  readonly shared: ReadonlySet<PropertyDescription>;
  /** Those of them that were relations, where no other relation keeps the foreign key on the same columns. */
  readonly unbound: ReadonlySet<PropertyDescription>;
}

/**
 * Decides which shared columns are dropped or added. A column is dropped if no property of the new version uses it, and added if
 * no property of the old version did.
 *
 * @param found pairs of entities and properties
 * @param apart those pairs of properties whose values differ
 * @param turned relations that the other side owns now, in any table
 */
export function sharingOf(
  before: StorageDescription,
  after: StorageDescription,
  found: readonly Pair[],
  { apart, turned }: { readonly apart: readonly (readonly PropertyPair[])[]; readonly turned: readonly OwnerChange[] },
): Sharing {
  const placeNow = placesNow(found, turned);
  const [was, is] = [new StoredTables(before, placeNow), new StoredTables(after)];
  const alike = without(found, apart);
  const copied = copiesAmong(alike, was, is, new Partners(alike, placeNow));
  const pairs = without(alike, copied);
  const partners = new Partners(pairs, placeNow);
  const moved = movesAmong(was, is, partners, { copied: new Set([...copied, ...apart].flat(2)), turned });
  for (const { from, to } of moved) partners.add(from, to);

  const isStored = (cell: string, except?: PropertyDescription) =>
    is.hasTable(cell) ||
    is.holdersOf(cell).some(({ property }) => property !== except && !partners.isBroughtInto(property, cell));
  const wasStored = (cell: string, except?: PropertyDescription) =>
    was.holdersOf(cell).some(({ property }) => property !== except && !partners.isTakenFrom(property, cell));
  const left = was.holders.filter(
    ({ property, cells }) =>
      !partners.hasNow(property) &&
      cells.length > 0 &&
      cells.every(cell => isStored(cell, partners.replacedBy.get(property))),
  );
  const joined = is.holders.filter(
    ({ property, cells }) =>
      !partners.hasOld(property) &&
      cells.length > 0 &&
      cells.every(cell => wasStored(cell, partners.replacing.get(property))),
  );
  return {
    pairs,
    copied,
    moved,
    kept: new Set(was.holders.flatMap(({ cells }) => cells.filter(cell => isStored(cell)))),
    shared: new Set([...withInside(left, was), ...withInside(joined, is)]),
    unbound: new Set(left.filter(one => one.property.references && !isBound(one, is)).map(({ property }) => property)),
  };
}

function without(pairs: readonly Pair[], left: readonly (readonly PropertyPair[])[]): Pair[] {
  return pairs.map((pair, index) => ({
    ...pair,
    properties: pair.properties.filter(one => !left[index]?.includes(one)),
  }));
}

function isBound({ cells }: PlacedProperty, is: StoredTables): boolean {
  return is.holders.some(one => one.property.references !== undefined && one.cells.join() === cells.join());
}

/** Pairs properties before and after. The same object may be on both sides. */
class Partners {
  readonly #placeNow: PlaceNow;
  readonly #names: ReadonlyMap<string, string>;
  /** The new cells of an old property, and the old cells of a new one. */
  readonly #to = new Map<PropertyDescription, readonly string[]>();
  readonly #from = new Map<PropertyDescription, readonly string[]>();
  /** Properties replaced by one of the same name that has no room for their values; and the inverse. */
  readonly replacedBy = new Map<PropertyDescription, PropertyDescription>();
  readonly replacing = new Map<PropertyDescription, PropertyDescription>();

  constructor(pairs: readonly Pair[], placeNow: PlaceNow) {
    this.#placeNow = placeNow;
    this.#names = new Map(pairs.map(({ before, after }) => [before.name, after.name]));
    for (const { before, after, properties } of pairs) {
      for (const [old, now] of properties)
        this.add({ entity: before, property: old }, { entity: after, property: now });
    }
  }

  add(old: OwnedProperty, now: OwnedProperty): void {
    const isOtherTarget = this.#targetsNow(old.property) !== targetsOf(now.property);
    if (isReplaced({ before: old.property, after: now.property, changed: isOtherTarget ? ['target'] : [] })) {
      this.replacedBy.set(old.property, now.property);
      this.replacing.set(now.property, old.property);
      return;
    }
    this.#to.set(old.property, cellsOf(now));
    this.#from.set(now.property, cellsOf(old, this.#placeNow));
  }

  #targetsNow({ target = [] }: PropertyDescription): string {
    return [target]
      .flat()
      .map(name => this.#names.get(name) ?? name)
      .toSorted()
      .join();
  }

  hasNow(old: PropertyDescription): boolean {
    return this.#to.has(old);
  }

  hasOld(now: PropertyDescription): boolean {
    return this.#from.has(now);
  }

  /** Tells whether a new property uses a cell that its old one did not. */
  isBroughtInto(now: PropertyDescription, cell: string): boolean {
    return this.#from.get(now)?.includes(cell) === false;
  }

  /** Tells whether an old property used a cell that its new one does not. */
  isTakenFrom(old: PropertyDescription, cell: string): boolean {
    return this.#to.get(old)?.includes(cell) === false;
  }
}

function targetsOf({ target = [] }: PropertyDescription): string {
  return [target].flat().toSorted().join();
}

/** A column cannot be renamed while another property uses it under the old name, or did under the new one. */
function copiesAmong(found: readonly Pair[], was: StoredTables, is: StoredTables, partners: Partners) {
  const cellsBefore = new Map(was.holders.map(({ property, cells }) => [property, cells]));
  const cellsAfter = new Map(is.holders.map(({ property, cells }) => [property, cells]));
  const isShared = ([old, next]: PropertyPair): boolean => {
    const [from, to] = [cellsBefore.get(old) ?? [], cellsAfter.get(next) ?? []];
    if (!partners.hasNow(old) || old.pivot) return false;
    return from.some((cell, index) => {
      const target = to[index] ?? cell;
      const keeps = ({ property }: OwnedProperty) =>
        property !== next && partners.hasOld(property) && !partners.isBroughtInto(property, cell);
      const had = ({ property }: OwnedProperty) =>
        property !== old && partners.hasNow(property) && !partners.isTakenFrom(property, target);
      return cell !== target && (is.holdersOf(cell).some(keeps) || was.holdersOf(target).some(had));
    });
  };
  return found.map(({ properties }) => properties.filter(isShared));
}

/** Pairs properties without a partner that stay in the same columns, in another entity. No question is needed. */
function movesAmong(
  was: StoredTables,
  is: StoredTables,
  partners: Partners,
  { copied, turned }: { readonly copied: ReadonlySet<PropertyDescription>; readonly turned: readonly OwnerChange[] },
): OwnerChange[] {
  const known = new Map(turned.map(({ from, to }) => [from.property, to.property]));
  const isFree = ({ property, cells }: PlacedProperty) => cells.length > 0 && !copied.has(property);
  const free = new Set(
    is.holders.filter(
      one =>
        isFree(one) &&
        !partners.hasOld(one.property) &&
        !partners.replacing.has(one.property) &&
        !one.cells.every(cell => was.holdersOf(cell).some(({ property }) => partners.hasNow(property))),
    ),
  );
  const moves: OwnerChange[] = [];
  for (const old of was.holders) {
    if (!isFree(old) || partners.hasNow(old.property) || partners.replacedBy.has(old.property)) continue;
    if (old.cells.every(cell => is.holdersOf(cell).some(({ property }) => partners.hasOld(property)))) continue;
    const now = [...free].find(one =>
      known.has(old.property) ? known.get(old.property) === one.property : isSamePlace(old, one),
    );
    if (!now) continue;
    free.delete(now);
    moves.push({ from: old, to: now });
  }
  return moves;
}

function isSamePlace(old: PlacedProperty, now: PlacedProperty): boolean {
  if (old.cells.join() !== now.cells.join()) return false;
  const [was, is] = [old.property.pivot, now.property.pivot];
  if (!was || !is) return !isReplaced({ before: old.property, after: now.property, changed: [] });
  const isTurned = was.columns.join() === is.inverseColumns.join() && was.inverseColumns.join() === is.columns.join();
  const isSame = was.columns.join() === is.columns.join() && was.inverseColumns.join() === is.inverseColumns.join();
  return (isTurned || isSame) && was.order === is.order;
}

/** Includes the properties inside of a document. */
function withInside(found: readonly PlacedProperty[], { holders }: StoredTables): PropertyDescription[] {
  return found.flatMap(({ entity, property }) => [
    property,
    ...holders
      .filter(one => one.entity === entity && one.property.name.startsWith(`${property.name}.`))
      .map(one => one.property)
      .filter(({ columns }) => columns === undefined),
  ]);
}

/** Returns the new places of tables, including tables between two entities. */
function placesNow(pairs: readonly Pair[], turned: readonly OwnerChange[]): PlaceNow {
  const places = new Map<string, string>();
  for (const { from, to } of turned) {
    if (from.property.pivot && to.property.pivot) places.set(placeOf(from.property.pivot), placeOf(to.property.pivot));
  }
  for (const { before, after, properties } of pairs) {
    places.set(placeOf(before), placeOf(after));
    for (const [old, now] of properties) {
      if (old.pivot && now.pivot) places.set(placeOf(old.pivot), placeOf(now.pivot));
    }
  }
  return place => places.get(place) ?? place;
}
