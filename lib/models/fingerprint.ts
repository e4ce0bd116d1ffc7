import { createHash } from 'node:crypto';
import {
  by,
  compact,
  filled,
  type CheckDescription,
  type EntityDescription,
  type IndexDescription,
  type PropertyDescription,
  type StorageDescription,
  type TriggerDescription,
} from './description.ts';

/** Changes whenever the same description would give another hash. */
const ALGORITHM = '1';

/**
 * The fingerprint of what a description means: the algorithm, a colon, and 16 hexadecimal digits of a SHA-256 over its
 * canonical JSON without hints. Equal on every dialect, and in any order of keys or entities.
 *
 * Where there is anything that the first release did not read (what a trigger does, how full an index is), a point and
 * 16 digits over that follow: the digits before the point are the ones that the first release computes.
 */
export function fingerprint(description: StorageDescription): string {
  const { entities } = meaningOf(description);
  const more = entities.flatMap(readLater);
  return `${ALGORITHM}:${digits({ entities: readFirst(entities) })}${more.length > 0 ? `.${digits(more)}` : ''}`;
}

function digits(value: unknown): string {
  return createHash('sha256').update(canonical(value)).digest('hex').slice(0, 16);
}

/** What the first release read of entities. */
function readFirst(entities: readonly EntityDescription[]): EntityDescription[] {
  const byName = new Map(entities.map(entity => [entity.name, entity]));
  return entities.map(({ indexes, checks, ...entity }) => ({
    ...entity,
    properties: entity.properties.filter(property => !isOfParent(property, byName.get(entity.extends ?? ''))),
    ...compact({
      indexes: indexes && filled(firstIndexes(indexes, relationsOf(entity, entities))),
      checks: checks?.filter(check => !isRepeated(check, checks)),
      uniques: entity.uniques && firstIndexes(entity.uniques, new Set()),
      triggers: entity.triggers?.map(firstTrigger).toSorted(by(trigger => JSON.stringify({ ...trigger, hints: {} }))),
    }),
  }));
}

/** A many-to-many of a parent with a separate table has one for each child, which the first release did not read. */
function isOfParent({ kind, name }: PropertyDescription, parent: EntityDescription | undefined): boolean {
  const isShared = ({ kind: other, name: named }: PropertyDescription) => other === 'm:n' && named === name;
  return kind === 'm:n' && parent?.inheritance === 'table per type' && parent.properties.some(isShared);
}

/** What it did not read, by entity. */
function readLater({ name, indexes = [], uniques = [], checks = [], triggers = [] }: EntityDescription) {
  const repeated = checks.filter(check => isRepeated(check, checks));
  const later = [...[...indexes, ...uniques].filter(hasMore), ...repeated, ...triggers];
  return later.length > 0 ? [{ name, later }] : [];
}

/** Whether a check says what one before it says: the first release read one of them. */
function isRepeated(check: CheckDescription, checks: readonly CheckDescription[]): boolean {
  return checks.find(({ expression }) => expression === check.expression) !== check;
}

function firstTrigger({ name: _name, body: _body, ...first }: TriggerDescription): TriggerDescription {
  return first;
}

/** Each once, and none of those that it took for the plain index on a relation. */
function firstIndexes(indexes: readonly IndexDescription[], relations: ReadonlySet<string>): IndexDescription[] {
  const first = indexes
    .filter(index => !hasMore(index) || !relations.has(canonical(firstIndex(index))))
    .map(firstIndex);
  return [...new Map(first.map(index => [canonical(index), index])).values()].toSorted(
    by(index => JSON.stringify(index)),
  );
}

function hasMore(index: IndexDescription): boolean {
  return canonical(firstIndex(index)) !== canonical(index);
}

function firstIndex({
  fillFactor: _fillFactor,
  invisible: _invisible,
  disabled: _disabled,
  clustered: _clustered,
  ...first
}: IndexDescription): IndexDescription {
  return first;
}

/** The plain indexes on the relations of a table. */
function relationsOf(
  { table, namespace }: Pick<EntityDescription, 'table' | 'namespace'>,
  entities: readonly EntityDescription[],
): Set<string> {
  const sharing = entities.filter(other => other.table === table && other.namespace === namespace);
  const relations = sharing.flatMap(other => other.properties).filter(({ kind }) => kind === 'm:1' || kind === '1:1');
  return new Set(relations.map(({ columns }) => canonical({ columns })));
}

/** A description without the hints: the rest is equal on every dialect. */
export function meaningOf(description: StorageDescription): StorageDescription {
  return {
    entities: description.entities.map(({ hints: _hints, ...entity }) => ({
      ...entity,
      properties: withoutHints(entity.properties),
      ...compact({
        indexes: entity.indexes && withoutHints(entity.indexes),
        uniques: entity.uniques && withoutHints(entity.uniques),
        checks: entity.checks && withoutHints(entity.checks),
        triggers: entity.triggers && withoutHints(entity.triggers),
        policies: entity.policies && withoutHints(entity.policies),
      }),
    })),
  };
}

function withoutHints<T extends { readonly hints?: unknown }>(parts: readonly T[]): Omit<T, 'hints'>[] {
  return parts.map(({ hints: _hints, ...meaning }) => meaning);
}

/** JSON with sorted keys: equal text for equal data. */
export function canonical(value: unknown): string {
  return JSON.stringify(typeof value === 'object' ? withSortedKeys(value) : value);
}

function withSortedKeys(value: unknown): unknown {
  if (typeof value !== 'object' || value === null || 'toJSON' in value) return value;
  if (Array.isArray(value)) return value.map(withSortedKeys);
  const entries = Object.entries(value).toSorted(([a], [b]) => (a < b ? -1 : 1));
  return Object.fromEntries(entries.map(([key, entry]) => [key, withSortedKeys(entry)]));
}
