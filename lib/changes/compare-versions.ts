import {
  by,
  type EntityDescription,
  type IndexDescription,
  type PropertyDescription,
  type StorageDescription,
} from '../models/description.ts';
import { canonical } from '../models/fingerprint.ts';
import type {
  StorageChanges,
  EntityAttribute,
  EntityChange,
  PartChanges,
  PropertyAttribute,
  RenamedParts,
  PropertyChange,
} from './storage-changes.ts';
import { NO_RENAMES, placeOf, withNewNames, type Pair, type Renames } from './apply-renames.ts';
import { sizeOf } from '../models/property-size.ts';
import { carriedAmong, withParts } from './tables/carried-properties.ts';
import { rekeyedAmong } from './tables/rekeyed-relations.ts';
import { sharingOf, type OwnerChange } from './tables/shared-columns.ts';
import type { OwnedProperty } from './tables/stored-tables.ts';

/**
 * Compares two versions of the same storage. Takes two names for the same thing if an answer says so, or if the place is the
 * same: an entity in the same table, a property in the same columns. Takes nothing else for renamed.
 *
 * Both sides must come from the same driver. What the driver derives from a property, such as a length, counts only where no
 * other difference shows it.
 */
export function compareVersions(
  before: StorageDescription,
  after: StorageDescription,
  renames: Renames = NO_RENAMES,
): StorageChanges {
  const found = pairEntities(before, after, renames).map(([old, now]): Pair => ({
    before: old,
    after: now,
    properties: pairProperties(old, now, renames.properties[old.name] ?? {}),
  }));
  const rekeyed = rekeyedAmong(before, after, found);
  const turned = Object.entries(renames.relations).flatMap(([from, to]): OwnerChange[] => {
    const [old, now] = [ownedAt(before, from), ownedAt(after, to)];
    return old && now ? [{ from: old, to: now }] : [];
  });
  const { pairs, copied, moved, shared, unbound, kept } = sharingOf(before, after, found, { apart: rekeyed, turned });
  const renamed = withNewNames(before, pairs);
  const renamedProperty = ({ entity, property }: OwnedProperty) =>
    renamed.get(entity.name)?.properties[entity.properties.indexOf(property)] ?? property;
  const [stay, taken] = [new Set(pairs.map(pair => pair.before)), new Set(pairs.map(pair => pair.after))];
  const change = (entity: EntityDescription, [old, now]: Pair['properties'][number]): PropertyChange => {
    const was = renamedProperty({ entity, property: old });
    return { before: old, after: now, changed: propertyAttributes(old, was, now) };
  };
  const carried = carriedAmong(before, after, pairs, {
    taken: new Set([
      ...[...pairs.map(({ properties }) => properties), ...copied, ...rekeyed].flat(2),
      ...moved.flatMap(({ from, to }) => [from.property, to.property]),
      ...shared,
    ]),
    notMoved: renames.notMoved,
    isSame: (from, to) => holdsSame(withParts(from), withParts(to), one => change(from.entity, one)),
  });
  const elsewhere = new Set([
    ...moved.flatMap(({ from, to }) => [from.property, to.property]),
    ...carried.flatMap(({ from, to }) => [...from, ...to].flatMap(withParts)),
  ]);
  const changes: StorageChanges = {
    created: after.entities.filter(entity => !taken.has(entity)),
    dropped: before.entities.filter(entity => !stay.has(entity)),
    altered: pairs
      .map((pair, index) =>
        entityChange(pair, renamed.get(pair.before.name) ?? pair.before, {
          copied: copied[index] ?? [],
          rekeyed: rekeyed[index] ?? [],
          elsewhere,
          change,
        }),
      )
      .filter(isChange)
      .toSorted(by(({ after: entity }) => entity.name)),
    renamed: pairs.flatMap(renamedParts),
    moved: moved.map(({ from, to }) => ({
      ...change(from.entity, [from.property, to.property]),
      from: from.entity,
      to: to.entity,
    })),
    carried,
    shared,
    unbound,
    kept,
  };
  return isCommentOnly(changes) ? { ...changes, altered: [] } : changes;
}

/** Finds a property by the path `Keeper.animals`. */
function ownedAt({ entities }: StorageDescription, path: string): OwnedProperty | undefined {
  const dot = path.indexOf('.');
  const entity = entities.find(({ name }) => name === path.slice(0, dot));
  const property = entity?.properties.find(({ name }) => name === path.slice(dot + 1));
  return entity && property && { entity, property };
}

/** Tells whether only comments changed. That makes no version, but a step for other changes includes it. */
function isCommentOnly({ created, dropped, moved, carried, altered }: StorageChanges): boolean {
  const said = altered.flatMap(({ changed, properties }) => [
    ...changed,
    ...properties.altered.flatMap(property => property.changed),
  ]);
  return (
    created.length + dropped.length + moved.length + carried.length === 0 &&
    said.every(attribute => attribute === 'comment') &&
    !altered.some(hasOtherParts)
  );
}

function hasOtherParts({ properties, indexes, uniques, checks, triggers, policies }: EntityChange): boolean {
  const parts = [properties, indexes, uniques, checks, triggers, policies];
  return (
    properties.copied.length + properties.rekeyed.length > 0 ||
    parts.some(({ added, dropped }) => added.length + dropped.length > 0)
  );
}

interface EntityParts {
  readonly copied: Pair['properties'];
  readonly rekeyed: Pair['properties'];
  /** Properties that belong to another entity now, or did before. */
  readonly elsewhere: ReadonlySet<PropertyDescription>;
  readonly change: (entity: EntityDescription, pair: Pair['properties'][number]) => PropertyChange;
}

/** @param renamed the entity before, under its new names. */
function entityChange(
  { before, after, properties: pairs }: Pair,
  renamed: EntityDescription,
  { copied, rekeyed, elsewhere, change }: EntityParts,
): EntityChange {
  const olds = new Set([...pairs, ...copied, ...rekeyed].map(([old]) => old));
  const nows = new Set([...pairs, ...copied, ...rekeyed].map(([, now]) => now));
  const altered = pairs.map(one => change(before, one)).filter(({ changed }) => changed.length > 0);
  return {
    before,
    after,
    changed: entityAttributes(before, renamed, after),
    properties: {
      added: after.properties.filter(property => !nows.has(property) && !elsewhere.has(property)),
      dropped: before.properties.filter(property => !olds.has(property) && !elsewhere.has(property)),
      altered: altered.toSorted(by(one => one.after.name)),
      copied: copied.map(one => change(before, one)),
      rekeyed: rekeyed.map(one => change(before, one)),
    },
    indexes: withRelations(partChanges(before.indexes, renamed.indexes, after.indexes), pairs),
    uniques: partChanges(before.uniques, renamed.uniques, after.uniques),
    checks: partChanges(before.checks, renamed.checks, after.checks),
    triggers: partChanges(before.triggers, renamed.triggers, after.triggers),
    policies: partChanges(before.policies, renamed.policies, after.policies),
  };
}

function entityAttributes(
  before: EntityDescription,
  renamed: EntityDescription,
  after: EntityDescription,
): EntityAttribute[] {
  const same = [
    'extends',
    'inheritance',
    'discriminator',
    'primaryKey',
    'rowLevelSecurity',
    'partitions',
    'view',
  ] as const;
  return [
    ...(['name', 'table', 'namespace'] as const).filter(key => before[key] !== after[key]),
    ...same.filter(key => canonical(renamed[key]) !== canonical(after[key])),
    ...(before.hints?.comment === after.hints?.comment ? [] : (['comment'] as const)),
  ];
}

const ATTRIBUTES = [
  'kind',
  'type',
  'items',
  'nativeEnum',
  'array',
  'key',
  'nullable',
  'default',
  'primary',
  'autoincrement',
  'version',
  'generated',
  'collation',
  'embeddable',
  'object',
  'target',
  'discriminator',
  'references',
  'pivot',
] as const satisfies (PropertyAttribute & keyof PropertyDescription)[];

function propertyAttributes(
  before: PropertyDescription,
  renamed: PropertyDescription,
  after: PropertyDescription,
): PropertyAttribute[] {
  const changed: PropertyAttribute[] = ATTRIBUTES.filter(key => canonical(renamed[key]) !== canonical(after[key]));
  if (before.name !== after.name) changed.unshift('name');
  if (canonical(before.columns) !== canonical(after.columns)) changed.push('columns');
  if (before.hints?.comment !== after.hints?.comment) changed.push('comment');
  if (columnTypesOf(before) !== columnTypesOf(after)) changed.push('columnTypes');
  return changed;
}

/** The facts of a property that may change while its values move to another table as they are. */
const CARRYING: ReadonlySet<PropertyAttribute> = new Set<PropertyAttribute>([
  'columns',
  'comment',
  'default',
  'nullable',
]);

/** Tells whether two properties, each with those inside it, hold the same values under the same names. */
function holdsSame(
  olds: readonly PropertyDescription[],
  nows: readonly PropertyDescription[],
  change: (pair: Pair['properties'][number]) => PropertyChange,
): boolean {
  return (
    olds.length === nows.length &&
    olds.every(old => {
      const now = nows.find(({ name }) => name === old.name);
      return (
        now !== undefined &&
        old.columns?.length === now.columns?.length &&
        change([old, now]).changed.every(key => CARRYING.has(key))
      );
    })
  );
}

/**
 * Compares what the driver derives, a length, and the form a moment is stored in. A driver that keeps no length must not hide
 * it from one that does.
 */
function columnTypesOf(property: PropertyDescription): string {
  return canonical([property.hints?.columnTypes, sizeOf(property), property.hints?.runtimeType]);
}

type PartWithName = { readonly hints?: { readonly name?: string } };

/** Pairs parts that mean the same. Of several equal parts, pairs those with the same name. */
function samePartsOf<T extends PartWithName>(before: readonly T[] = [], after: readonly T[] = []): (readonly [T, T])[] {
  const meaning = ({ hints: _hints, ...part }: T) => canonical(part);
  const [gone, left] = [new Set(before), new Set(after)];
  const pairs: (readonly [T, T])[] = [];
  for (const isSame of [(one: T, other: T) => one.hints?.name === other.hints?.name, () => true]) {
    for (const old of gone) {
      const now = [...left].find(part => meaning(part) === meaning(old) && isSame(part, old));
      if (!now) continue;
      pairs.push([old, now]);
      gone.delete(old);
      left.delete(now);
    }
  }
  return pairs;
}

function hasOtherName([old, now]: readonly [PartWithName, PartWithName]): boolean {
  return old.hints?.name !== now.hints?.name;
}

/** Finds indexes and checks of an entity that got another name, except by renames of entity or property. */
function renamedParts({ before, after }: Pair): RenamedParts[] {
  if (before.table !== after.table || before.namespace !== after.namespace) return [];
  const indexes = [
    ...samePartsOf(before.indexes, after.indexes).filter(hasOtherName),
    ...samePartsOf(before.uniques, after.uniques).filter(hasOtherName),
  ];
  const checks = samePartsOf(before.checks, after.checks).filter(hasOtherName);
  return indexes.length + checks.length > 0 ? [{ before, after, indexes, checks }] : [];
}

/** Tells whether each part equals one before, under any name. */
function partChanges<T extends PartWithName>(
  before: readonly T[] = [],
  renamed: readonly T[] = [],
  after: readonly T[] = [],
): PartChanges<T> {
  const same = samePartsOf(renamed, after);
  const [olds, nows] = [new Set(same.map(([old]) => old)), new Set(same.map(([, now]) => now))];
  return {
    added: after.filter(part => !nows.has(part)),
    dropped: before.filter((_part, index) => !olds.has(renamed[index] as T)),
  };
}

/** The plain index on a relation depends on the driver: some create it by default, others only on request. */
function withRelations(
  { added, dropped }: PartChanges<IndexDescription>,
  pairs: Pair['properties'],
): PartChanges<IndexDescription> {
  const relations = pairs.filter(([old, now]) => old.references && now.references);
  return {
    added: [...added, ...relations.flatMap(([old, now]) => (old.hints?.index ? [] : relationIndex(now)))],
    dropped: [...dropped, ...relations.flatMap(([old, now]) => (now.hints?.index ? [] : relationIndex(old)))],
  };
}

function relationIndex({ columns = [], hints }: PropertyDescription): IndexDescription[] {
  if (hints?.index === undefined) return [];
  return [{ columns, ...(hints.index !== true && { hints: { name: hints.index } }) }];
}

function isChange(change: EntityChange): boolean {
  return change.changed.length + change.properties.altered.length > 0 || hasOtherParts(change);
}

/** Pairs entities before and after: by answer, by name, or by table. */
function pairEntities(before: StorageDescription, after: StorageDescription, { entities }: Renames) {
  const pairs = before.entities.flatMap((old): (readonly [EntityDescription, EntityDescription])[] => {
    const name = entities[old.name] ?? old.name;
    const isTold = Object.hasOwn(entities, old.name);
    const now = after.entities.find(entity => entity.name === name);
    // A name that was given to another entity no longer belongs to this one.
    return now && (isTold || !Object.values(entities).includes(name)) ? [[old, now]] : [];
  });
  return [
    ...pairs,
    ...samePlace(before.entities, after.entities, pairs, entity => (hasTable(entity) ? placeOf(entity) : undefined)),
  ];
}

/** Entities that share a table cannot be identified by it. */
function hasTable({ inheritance, view }: EntityDescription): boolean {
  return inheritance !== 'single table' && view === undefined;
}

/** Pairs properties before and after: by answer, by name, or by columns. */
function pairProperties(old: EntityDescription, now: EntityDescription, told: Readonly<Record<string, string>>) {
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

  /** Returns the columns inside an embedded property if all of them stay. */
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

/** Pairs the rest of both sides by place, where a place is that of one item on each side. */
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
