import type { Difference } from '../difference.ts';
import { literalPattern } from '../sql/literal-pattern.ts';

/**
 * Which differences are meant to be: paths such as `animal.index.my_index`, in which `*` stands for anything, or a function.
 * A named part is ignored with all its parts.
 */
export type Ignore = readonly string[] | ((difference: Difference) => boolean);

/** Whether a difference is meant to be. */
export function isIgnored(difference: Difference, ignore: Ignore): boolean {
  if (typeof ignore === 'function') return ignore(difference);
  const path = difference.path.join('.');
  return ignore.some(pattern => patternOf(pattern).test(path));
}

/** Whether something extra is meant to be there, as a Schema says by paths. Missing or different parts never are. */
export function isMeant(difference: Difference, extra: readonly string[]): boolean {
  return difference.kind === 'extra' && isIgnored(difference, extra);
}

function patternOf(pattern: string): RegExp {
  const literals = pattern.split('*').map(literalPattern);
  return new RegExp(`^${literals.join('.*')}(?:\\..*)?$`, 'isu');
}
