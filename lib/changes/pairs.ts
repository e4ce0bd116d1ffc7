import type { EntityDescription, PropertyDescription, StorageDescription } from '../models/description.ts';
import { placeOf, type Renames } from './apply-renames.ts';

/** Entities that are one, before and after: by name, as it was told, or in the same table. */
export function pairEntities(before: StorageDescription, after: StorageDescription, { entities }: Renames) {
  const pairs = before.entities.flatMap((old): (readonly [EntityDescription, EntityDescription])[] => {
    const name = entities[old.name] ?? old.name;
    const isTold = Object.hasOwn(entities, old.name);
    const now = after.entities.find(entity => entity.name === name);
    // A name that was given to another is not this one's any more.
    return now && (isTold || !Object.values(entities).includes(name)) ? [[old, now]] : [];
  });
  return [
    ...pairs,
    ...samePlace(before.entities, after.entities, pairs, entity => (hasTable(entity) ? placeOf(entity) : undefined)),
  ];
}

/** Entities that share a table cannot be told from each other by it. */
function hasTable({ inheritance, view }: EntityDescription): boolean {
  return inheritance !== 'single table' && view === undefined;
}

/** Properties that are one, before and after: by name, as it was told, or in the same columns. */
export function pairProperties(old: EntityDescription, now: EntityDescription, told: Readonly<Record<string, string>>) {
  const newName = (name: string): string => {
    const [from, to] =
      Object.entries(told)
        .filter(([path]) => name === path || name.startsWith(`${path}.`))
        .toSorted(([a], [b]) => b.length - a.length)[0] ?? [];
    return from === undefined || to === undefined ? name : to + name.slice(from.length);
  };
  const given = new Set(Object.values(told));
  const pairs = old.properties.flatMap((property): (readonly [PropertyDescription, PropertyDescription])[] => {
    const name = newName(property.name);
    const found = now.properties.find(candidate => candidate.name === name);
    return found && (name !== property.name || !given.has(name)) ? [[property, found]] : [];
  });
  pairs.push(...samePlace(old.properties, now.properties, pairs, columnsOf));
  pairs.push(
    ...samePlace(
      old.properties,
      now.properties,
      pairs,
      property => holdsColumns(property) && `around ${insideOf(property)}`,
    ),
  );
  return pairs;

  /** The columns inside an embedded property, as far as all of them stay. */
  function insideOf(property: PropertyDescription): string {
    const inside = [...old.properties, ...now.properties].filter(({ name }) => name.startsWith(`${property.name}.`));
    return inside
      .flatMap(({ columns = [] }) => columns)
      .toSorted()
      .join();
  }
}

function holdsColumns({ kind, columns }: PropertyDescription): boolean {
  return kind === 'embedded' && columns === undefined;
}

function columnsOf({ columns, pivot }: PropertyDescription): string | undefined {
  if (pivot) return `in ${placeOf(pivot)}`;
  return columns?.join();
}

/** Pairs what is left on both sides and stays in its place, where the place is that of one on each side. */
function samePlace<T>(
  before: readonly T[],
  after: readonly T[],
  pairs: readonly (readonly [T, T])[],
  place: (item: T) => string | undefined | false,
): (readonly [T, T])[] {
  const gone = before.filter(item => !pairs.some(([old]) => old === item));
  const added = after.filter(item => !pairs.some(([, now]) => now === item));
  return gone.flatMap((old): (readonly [T, T])[] => {
    const where = place(old);
    if (!where || gone.filter(item => place(item) === where).length > 1) return [];
    const [now, ...others] = added.filter(item => place(item) === where);
    return now && others.length === 0 ? [[old, now]] : [];
  });
}
