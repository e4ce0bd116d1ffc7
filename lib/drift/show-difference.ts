import type { Difference } from '../difference.ts';

const SHOWN = 3;

/** Shows one difference in a line: `animal column legs is missing`. */
function showDifference({ kind, path, live, wanted, fix }: Difference): string {
  const what = path.join(' ');
  if (kind !== 'different') return `${what} is ${kind}`;
  const next = fix === undefined ? '' : ` (run \`${fix}\`)`;
  return `${what} is ${showSide(live)} and should be ${showSide(wanted)}${next}`;
}

/** Shows the first differences in a line, and how many more there are. */
export function showFirst(differences: readonly Difference[]): string {
  const shown = differences.slice(0, SHOWN).map(showDifference).join('; ');
  const more = differences.length - SHOWN;
  return more > 0 ? `${shown}; and ${more} more` : shown;
}

function showSide(value: unknown): string {
  if (value === undefined || value === null) return 'none';
  if (Array.isArray(value)) return `(${value.join(', ')})`;
  return typeof value === 'string' ? `'${value}'` : JSON.stringify(value);
}
