import type { EntityDescription, PropertyDescription, StorageDescription } from '../../models/description.ts';
import { placeOf } from '../apply-renames.ts';

/** A property and its entity. */
export interface OwnedProperty {
  readonly entity: EntityDescription;
  readonly property: PropertyDescription;
}

/** A property with the cells it uses, in order. A property inside a document has none. */
export interface PlacedProperty extends OwnedProperty {
  readonly cells: readonly string[];
}

/** The new name of a table by its old place. */
export type PlaceNow = (place: string) => string;

/**
 * The tables of a whole version, by cells, because several entities or properties may use the same one. A cell is a column of a
 * table, or a whole table between two entities without an entity. A view has no cells.
 */
export class StoredTables {
  readonly holders: readonly PlacedProperty[];
  readonly #byCell = new Map<string, OwnedProperty[]>();
  readonly #tables: ReadonlySet<string>;

  constructor({ entities }: StorageDescription, now: PlaceNow = place => place) {
    const stored = entities.filter(({ view }) => view === undefined);
    this.#tables = new Set(stored.map(entity => now(placeOf(entity))));
    this.holders = stored
      .flatMap(entity => entity.properties.map(property => ({ entity, property })))
      .map(holder => ({ ...holder, cells: cellsOf(holder, now) }));
    for (const holder of this.holders) {
      for (const cell of holder.cells) {
        const others = this.#byCell.get(cell);
        if (others) others.push(holder);
        else this.#byCell.set(cell, [holder]);
      }
    }
  }

  /** Tells whether an entity uses a table. */
  hasTable(place: string): boolean {
    return this.#tables.has(place);
  }

  holdersOf(cell: string): readonly OwnedProperty[] {
    return this.#byCell.get(cell) ?? [];
  }
}

/** Returns the cells that a property uses. */
export function cellsOf({ entity, property }: OwnedProperty, now: PlaceNow = place => place): string[] {
  const { pivot, columns = [] } = property;
  if (pivot) return pivot.entity === undefined ? [now(placeOf(pivot))] : [];
  return columns.map(column => cellOf(now(placeOf(entity)), column));
}

/** Names a column of a table: `animal (legs)`. */
export function cellOf(place: string, column: string): string {
  return `${place} (${column})`;
}
