import type {
  EntityDescription,
  IndexDescription,
  PropertyDescription,
  StorageDescription,
} from '../models/description.ts';
import type { BlockChanges } from '../version-file/entity-block.ts';

/**
 * A property that gets another name without a release having to stop. First both are there, and the application writes
 * both; then it reads the new one only and the old one may be null; then the old one goes.
 */
export interface RenameOverThree {
  /** Its name is the same before and after. */
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

/** The storage of the first of the three: both properties are there, and the new one may be null. */
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

/** What the version file says of it: the old property stays, the new one may be null. */
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

/** In the order of a text, each once: a description has its parts so. */
function inOrder<T>(items: readonly T[], text: (item: T) => string): T[] {
  const byText = new Map(items.map(item => [text(item), item]));
  return [...byText].toSorted(([a], [b]) => (a < b ? -1 : 1)).map(([, item]) => item);
}
