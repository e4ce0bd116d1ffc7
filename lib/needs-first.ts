/** Sorts items so that each comes after those that it needs, as far as there are no circles, and otherwise keeps their order. */
export function needsFirst<T>(items: readonly T[], needsOf: (item: T) => readonly T[]): T[] {
  const sorted = new Set<T>();
  const begun = new Set<T>();
  const visit = (item: T): void => {
    if (begun.has(item)) return;
    begun.add(item);
    for (const needed of needsOf(item)) visit(needed);
    sorted.add(item);
  };
  for (const item of items) visit(item);
  return [...sorted];
}
