import type {
  EntityDescription,
  IndexDescription,
  PropertyDescription,
  StorageDescription,
} from '../models/description.ts';
import type { BlockChanges } from '../version-file/entity-block.ts';

/**
 * A rename for which no release has to stop. In the first version both properties exist, and the application writes both. In
 * the second it reads only the new one, and the old one is nullable. In the third the old one is dropped.
 */
export interface RenameOverThree {
  /** The name of the entity before and after. */
  readonly entity: string;
  readonly from: string;
  readonly to: string;
}

/** Tells whether a rename can be spread over three versions: a plain value, in an entity that keeps its name. */
export function canTakeThree(
  { before, after }: { readonly before: EntityDescription; readonly after: EntityDescription },
  from: PropertyDescription,
  to: PropertyDescription,
): boolean {
  const isSamePlace = before.name === after.name && before.table === after.table;
  return isSamePlace && isPlain(from) && isPlain(to) && !from.primary && from.generated === undefined;
}

function isPlain({ kind, columns, name }: PropertyDescription): boolean {
  return (kind === 'scalar' || kind === 'enum') && columns !== undefined && !name.includes('.');
}

/** Describes the storage of the first version: both properties exist, and the new one is nullable. */
export function withBoth(
  before: StorageDescription,
  after: StorageDescription,
  renames: readonly RenameOverThree[],
): StorageDescription {
  return {
    entities: after.entities.map(entity => {
      const own = renames.filter(rename => rename.entity === entity.name);
      const old = before.entities.find(({ name }) => name === entity.name);
      return own.length > 0 && old ? entityWithBoth(old, entity, own) : entity;
    }),
  };
}

function entityWithBoth(
  old: EntityDescription,
  entity: EntityDescription,
  renames: readonly RenameOverThree[],
): EntityDescription {
  const kept = old.properties.filter(({ name }) => renames.some(({ from }) => from === name));
  const columns = new Set(kept.flatMap(property => property.columns ?? []));
  const back = (indexes: readonly IndexDescription[] = []) =>
    indexes.filter(index => index.columns.some(column => columns.has(column)));
  const checks = (old.checks ?? []).filter(({ hints }) => kept.some(({ name }) => name === hints?.property));
  return {
    ...entity,
    properties: inOrder(
      [
        ...entity.properties.map(property =>
          renames.some(({ to }) => to === property.name) ? { ...property, nullable: true as const } : property,
        ),
        ...kept,
      ],
      property => property.name,
    ),
    ...some('indexes', inOrder([...(entity.indexes ?? []), ...back(old.indexes)], meaningOf)),
    ...some('uniques', inOrder([...(entity.uniques ?? []), ...back(old.uniques)], meaningOf)),
    ...some(
      'checks',
      inOrder([...(entity.checks ?? []), ...checks], check => check.expression),
    ),
  };
}

/** Describes the version file of the first version: the old property stays, and the new one is nullable. */
export function fileChanges(renames: readonly RenameOverThree[]): Record<string, BlockChanges> {
  const changes: Record<string, { kept: string[]; nullable: string[] }> = {};
  for (const { entity, from, to } of renames) {
    const change = (changes[entity] ??= { kept: [], nullable: [] });
    change.kept.push(from);
    change.nullable.push(to);
  }
  return changes;
}

function some<K extends string, T>(key: K, items: readonly T[]): { readonly [Key in K]?: readonly T[] } {
  return (items.length > 0 ? { [key]: items } : {}) as { readonly [Key in K]?: readonly T[] };
}

function meaningOf({ hints: _hints, ...meaning }: IndexDescription): string {
  return JSON.stringify(meaning);
}

/** Sorts items by a text and removes duplicates, as the parts of a description are sorted. */
function inOrder<T>(items: readonly T[], text: (item: T) => string): T[] {
  const byText = new Map(items.map(item => [text(item), item]));
  return [...byText].toSorted(([a], [b]) => (a < b ? -1 : 1)).map(([, item]) => item);
}
