import { createHash } from 'node:crypto';
import { compact, type StorageDescription } from './description.ts';

/** Changes whenever the same description would give another hash. */
const ALGORITHM = '1';

/**
 * The fingerprint of what a description means: the algorithm, a colon, and 16 hexadecimal digits of a SHA-256 over its
 * canonical JSON without hints. Equal on every dialect, and whatever order keys or entities were written in.
 */
export function fingerprint(description: StorageDescription): string {
  const hash = createHash('sha256')
    .update(canonical(meaningOf(description)))
    .digest('hex');
  return `${ALGORITHM}:${hash.slice(0, 16)}`;
}

/** A description without the hints: what is left is equal on every dialect. */
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
  return JSON.stringify(value, (_key, entry: unknown) => {
    if (typeof entry !== 'object' || entry === null || Array.isArray(entry)) return entry;
    return Object.fromEntries(Object.entries(entry).toSorted(([a], [b]) => (a < b ? -1 : 1)));
  });
}
