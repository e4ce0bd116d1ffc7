import type { StorageChanges, EntityChange, PropertyChange } from '../changes/storage-changes.ts';

/** What rows are told from each other by is data: what becomes of it where entities go, or are told by other values. */
export interface DiscriminatorChange {
  readonly column: string;
  /** Values that rows may hold, and no entity is told by any more. */
  readonly gone: readonly string[];
  /** Those of them whose entity is gone as well. */
  readonly homeless: readonly string[];
  /** New values by old ones, where the entity is the same. */
  readonly moved: ReadonlyMap<string, string>;
}

export function discriminatorChange({ before, after }: EntityChange, { altered }: StorageChanges): DiscriminatorChange {
  const nameNow = (name: string) => altered.find(one => one.before.name === name)?.after.name ?? name;
  const [old, now] = [before.discriminator?.values ?? {}, after.discriminator?.values ?? {}];
  const gone = after.discriminator ? Object.keys(old).filter(value => !(value in now)) : [];
  const moved = new Map<string, string>();
  for (const value of gone) {
    const other = Object.keys(now).find(candidate => now[candidate] === nameNow(old[value] ?? ''));
    if (other !== undefined && !(other in old)) moved.set(value, other);
  }
  return {
    column: after.discriminator?.column ?? '',
    gone,
    homeless: gone.filter(value => !moved.has(value)),
    moved,
  };
}

/** SQL that gives the rows of an entity their new value; `undefined` for a property that tells none apart. */
export function newValues({ after }: PropertyChange, { column, moved }: DiscriminatorChange): string | undefined {
  if (moved.size === 0 || after.columns?.join() !== column) return undefined;
  const cases = [...moved].map(([old, now]) => `when ${quoted(old)} then ${quoted(now)}`);
  return `case "${column}" ${cases.join(' ')} else "${column}" end`;
}

function quoted(text: string): string {
  return `'${text.replaceAll("'", "''")}'`;
}
