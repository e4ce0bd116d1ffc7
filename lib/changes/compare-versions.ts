import { by } from '../models/compact.ts';
import type {
  EntityDescription,
  IndexDescription,
  PropertyDescription,
  StorageDescription,
} from '../models/description.ts';
import { canonical } from '../models/fingerprint.ts';
import type {
  Changes,
  EntityAttribute,
  EntityChange,
  PartChanges,
  PropertyAttribute,
  PropertyChange,
} from './storage-changes.ts';
import { pairEntities, pairProperties } from './pairs.ts';
import { noRenames, withNewNames, type Pair, type Renames } from './apply-renames.ts';
import { sizeOf } from './property-shape.ts';

/**
 * Finds in what two versions of the same storage differ. What has another name is what was told to have it, and what
 * keeps its place: an entity in the same table, a property in the same columns. Nothing else is taken for renamed.
 *
 * Both sides are read with the same driver: what it makes of a property (a length) counts, as far as nothing else tells
 * of it.
 */
export function compare(before: StorageDescription, after: StorageDescription, renames: Renames = noRenames): Changes {
  const pairs = pairEntities(before, after, renames);
  const withProperties = pairs.map(([old, now]): Pair => ({
    before: old,
    after: now,
    properties: pairProperties(old, now, renames.properties[old.name] ?? {}),
  }));
  const renamed = withNewNames(before, withProperties);
  const [kept, taken] = [new Set(pairs.map(([old]) => old)), new Set(pairs.map(([, now]) => now))];
  return {
    created: after.entities.filter(entity => !taken.has(entity)),
    dropped: before.entities.filter(entity => !kept.has(entity)),
    altered: withProperties
      .map(pair => entityChange(pair, renamed.get(pair.before.name) ?? pair.before))
      .filter(isChange)
      .toSorted(by(change => change.after.name)),
  };
}

/** @param renamed the old one, with its new names. */
function entityChange({ before, after, properties: pairs }: Pair, renamed: EntityDescription): EntityChange {
  const olds = new Set(pairs.map(([old]) => old));
  const nows = new Set(pairs.map(([, now]) => now));
  const altered = pairs
    .map(([old, now]): PropertyChange => {
      const index = before.properties.indexOf(old);
      return { before: old, after: now, changed: propertyAttributes(old, renamed.properties[index] ?? old, now) };
    })
    .filter(({ changed }) => changed.length > 0);
  return {
    before,
    after,
    changed: entityAttributes(before, renamed, after),
    properties: {
      added: after.properties.filter(property => !nows.has(property)),
      dropped: before.properties.filter(property => !olds.has(property)),
      altered: altered.toSorted(by(change => change.after.name)),
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
  ];
}

const attributes = [
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
  const changed: PropertyAttribute[] = attributes.filter(key => canonical(renamed[key]) !== canonical(after[key]));
  if (before.name !== after.name) changed.unshift('name');
  if (canonical(before.columns) !== canonical(after.columns)) changed.push('columns');
  if (columnTypesOf(before) !== columnTypesOf(after)) changed.push('columnTypes');
  return changed;
}

/** What the driver at hand makes of it, and a length: one that keeps none must not hide it from one that does. */
function columnTypesOf(property: PropertyDescription): string {
  return canonical([property.hints?.columnTypes, sizeOf(property)]);
}

function partChanges<T extends { readonly hints?: unknown }>(
  before: readonly T[] = [],
  renamed: readonly T[] = [],
  after: readonly T[] = [],
): PartChanges<T> {
  const meaning = ({ hints: _hints, ...part }: T) => canonical(part);
  const [was, is] = [new Set(renamed.map(meaning)), new Set(after.map(meaning))];
  return {
    added: after.filter(part => !was.has(meaning(part))),
    dropped: before.filter((_part, index) => !is.has(meaning(renamed[index] as T))),
  };
}

/** The plain index on a relation is a matter of the driver at hand: some make it by themselves, others if somebody asks. */
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

function isChange({ changed, properties, indexes, uniques, checks, triggers, policies }: EntityChange): boolean {
  const parts = [properties, indexes, uniques, checks, triggers, policies];
  return (
    changed.length > 0 ||
    properties.altered.length > 0 ||
    parts.some(({ added, dropped }) => added.length + dropped.length > 0)
  );
}
