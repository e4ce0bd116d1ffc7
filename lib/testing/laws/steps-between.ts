import type { Subject } from '../law.ts';

/** The versions that a step leads to from another frozen version. */
export function stepsBetweenFrozen({ definition }: Subject): readonly number[] {
  const { baseline, frozen } = definition;
  return frozen.filter(version => version > baseline && frozen.includes(version - 1));
}
