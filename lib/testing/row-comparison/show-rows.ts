import type { CapturedRows } from './captured-rows.ts';
import { compareRows, type RowDifference } from './compare-rows.ts';
import { pairKnown, pairSame } from './pair-tables.ts';

interface RowComparison {
  /**
   * The rows of the version before, if only their columns are compared: values that a step adds may come from the clock or be
   * random. The rows of new tables are counted.
   */
  readonly known?: CapturedRows;
}

/** Compares all rows of two states of one version. @returns the differences, one line each */
export async function showRowDifferences(
  before: CapturedRows,
  after: CapturedRows,
  { known }: RowComparison = {},
): Promise<string[]> {
  const lines: string[] = [];
  for (const pair of known ? pairKnown(before, known) : pairSame(before)) {
    const difference = await compareRows(before, after, pair);
    if (difference) lines.push(...showDifference(difference));
  }
  return lines;
}

/** Shows how the rows of a table differ. */
export function showDifference(found: RowDifference): string[] {
  const { table, rows, lost, added, doubled, changed, firstLost, firstAdded } = found;
  const counted = [
    ...(lost > 0 ? [`${showCount(lost)} lost (${showRows(firstLost)})`] : []),
    ...(added > 0 ? [`${showCount(added)} added (${showRows(firstAdded)})`] : []),
    ...(doubled > 0 ? [`${showCount(doubled)} doubled`] : []),
  ];
  return [
    ...(counted.length > 0 ? [`${table}: ${counted.join(', ')}; ${rows.before} rows before, ${rows.after} after`] : []),
    ...changed.map(
      ({ column, rows: count, first }) =>
        `${column}: ${showCount(count)} changed, the first is row ${first.key}: ${showChange(first.before, first.after)}`,
    ),
  ];
}

function showCount(rows: number): string {
  return rows === 1 ? '1 row' : `${rows} rows`;
}

/** Names rows by their keys. */
function showRows(keys: readonly string[]): string {
  return keys.map(key => `row ${cut(key)}`).join('; ');
}

const LONGEST = 80;

/** The number of equal characters that are shown before a difference. */
const BEFORE = 20;

/** Shows two values from a little before the place where they begin to differ, if they are long. */
function showChange(before: string, after: string): string {
  const points = [Array.from(before), Array.from(after)] as const;
  const at = points[0].findIndex((point, index) => point !== points[1][index]);
  const from = Math.max(0, (at < 0 ? points[0].length : at) - BEFORE);
  const isLong = Math.max(before.length, after.length) > LONGEST;
  if (!isLong || from === 0) return `${cut(before)} became ${cut(after)}`;
  const [was, is] = points.map(all => `…${cut(all.slice(from).join(''))}`);
  return `${was} became ${is}`;
}

function cut(text: string): string {
  return text.length > LONGEST ? `${text.slice(0, LONGEST)}…` : text;
}
