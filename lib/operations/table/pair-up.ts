/**
 * Pairs parts that are there with wanted ones, each with one at most.
 *
 * @param same what makes two of them the same one, the surest first.
 * @returns the parts that are there, by the wanted ones
 */
export function pairUp<L, W>(
  live: readonly L[],
  wanted: readonly W[],
  same: readonly ((live: L, wanted: W) => boolean)[],
): Map<W, L> {
  const pairs = new Map<W, L>();
  const left = new Set(live);
  for (const isSame of same) {
    for (const asked of wanted.filter(one => !pairs.has(one))) {
      const found = [...left].find(is => isSame(is, asked));
      if (found === undefined) continue;
      pairs.set(asked, found);
      left.delete(found);
    }
  }
  return pairs;
}
