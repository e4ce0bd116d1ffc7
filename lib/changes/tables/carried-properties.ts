import type { EntityDescription, PropertyDescription, StorageDescription } from '../../models/description.ts';
import type { Pair } from '../apply-renames.ts';
import { outermost } from '../property-shape.ts';
import type { PropertyCarry } from '../storage-changes.ts';
import type { OwnedProperty } from './stored-tables.ts';

/** A property that has no partner in its own entity, and the one it may be in another entity of its tree. */
interface Edge {
  readonly from: OwnedProperty;
  readonly to: OwnedProperty;
  readonly direction: 'up' | 'down';
}

interface CarryOptions {
  /** Properties that are something else: kept, renamed, or stored in columns that stay. */
  readonly taken: ReadonlySet<PropertyDescription>;
  /** Properties, as `Animal.legs`, that an answer says are dropped; or all of them. */
  readonly notMoved: readonly string[] | 'all';
  /** Tells whether two properties hold the same values. */
  readonly isSame: (from: OwnedProperty, to: OwnedProperty) => boolean;
}

/**
 * Pairs properties that left an entity with new ones of the same name in its parents or children, where each entity has a table.
 * The rows of such tables share their primary key, so the values can follow. No question is needed.
 */
export function carriedAmong(
  before: StorageDescription,
  after: StorageDescription,
  pairs: readonly Pair[],
  { taken, notMoved, isSame }: CarryOptions,
): PropertyCarry[] {
  if (notMoved === 'all') return [];
  const trees = pairs.filter(pair => hasOwnTable(pair.before) && hasOwnTable(pair.after));
  const isAbove = (one: Pair, other: Pair) =>
    extending(before, one.before, other.before) && extending(after, one.after, other.after);
  const isTold = (pair: Pair, { name }: PropertyDescription) =>
    [pair.before.name, pair.after.name].some(entity => notMoved.includes(`${entity}.${name}`));

  const edges = trees.flatMap(source =>
    freeOf(source.before, taken).flatMap(old =>
      trees.flatMap((target): Edge[] => {
        const direction = isAbove(target, source) ? 'up' : isAbove(source, target) ? 'down' : undefined;
        const now = direction && freeOf(target.after, taken).find(({ name }) => name === old.name);
        if (!direction || !now || isTold(source, old) || isTold(target, now)) return [];
        const [from, to] = [
          { entity: source.before, property: old },
          { entity: target.after, property: now },
        ];
        return isSame(from, to) ? [{ from, to, direction }] : [];
      }),
    ),
  );
  return [...carries(edges, 'up', 'to'), ...carries(edges, 'down', 'from')];
}

/** Joins edges: all that lead up to one property, or down from one. */
function carries(edges: readonly Edge[], direction: Edge['direction'], side: 'from' | 'to'): PropertyCarry[] {
  const own = edges.filter(edge => edge.direction === direction);
  const groups = Map.groupBy(own, edge => edge[side].property);
  return [...groups.values()].map(group => ({
    from: [...new Map(group.map(({ from }) => [from.property, from])).values()],
    to: [...new Map(group.map(({ to }) => [to.property, to])).values()],
    direction,
  }));
}

/** Lists a property of an entity, and those inside it. */
export function withParts({ entity, property }: OwnedProperty): PropertyDescription[] {
  return entity.properties.filter(({ name }) => name === property.name || name.startsWith(`${property.name}.`));
}

/** Finds the whole properties without a partner whose values are in columns. */
function freeOf(entity: EntityDescription, taken: ReadonlySet<PropertyDescription>): PropertyDescription[] {
  return outermost(entity.properties).filter(property => {
    const parts = withParts({ entity, property });
    return (
      parts.some(({ columns }) => columns !== undefined) &&
      parts.every(one => !taken.has(one) && !one.primary && !one.pivot && one.generated === undefined)
    );
  });
}

function hasOwnTable({ inheritance }: EntityDescription): boolean {
  return inheritance === 'table per type';
}

/** Tells whether an entity extends another, or one that does. */
function extending({ entities }: StorageDescription, parent: EntityDescription, child: EntityDescription): boolean {
  const above = entities.find(({ name }) => name === child.extends);
  return above !== undefined && (above === parent || extending({ entities }, parent, above));
}

/** Lists the properties that an entity gets from another table of its tree. */
export function arriving(carried: readonly PropertyCarry[], entity: EntityDescription): PropertyDescription[] {
  return carried.flatMap(({ to }) => to.filter(one => one.entity === entity).map(({ property }) => property));
}

/** Lists the properties that an entity hands to another table of its tree. */
export function leaving(carried: readonly PropertyCarry[], entity: EntityDescription): PropertyDescription[] {
  return carried.flatMap(({ from }) => from.filter(one => one.entity === entity).map(({ property }) => property));
}
