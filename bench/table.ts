import type { Result } from './harness.ts';

const COLUMNS = [
  'what',
  'on',
  'ours',
  'by hand',
  'ratio',
  'budget',
  'Migrator',
  'Migrator / ours',
  'others / ours',
] as const;

/** Draws the results as a table that Markdown understands. */
export function table(results: readonly Result[]): string {
  const rows = [COLUMNS, ...results.map(cells)];
  const widths = COLUMNS.map((_, column) => Math.max(...rows.map(row => row[column]?.length ?? 0)));
  const lines = rows.map(row => `| ${row.map((cell, column) => cell.padEnd(widths[column] ?? 0)).join(' | ')} |`);
  const rule = `|${widths.map(width => '-'.repeat(width + 2)).join('|')}|`;
  return [lines[0], rule, ...lines.slice(1)].join('\n');
}

function cells({ what, on, ours, byHand, migrator, peers = {}, budget }: Result): string[] {
  return [
    what,
    on,
    milliseconds(ours),
    byHand === undefined ? '' : milliseconds(byHand),
    byHand === undefined ? '' : times(ours / byHand),
    typeof budget === 'string' ? budget : `≤ ${times(budget)}${byHand && ours / byHand > budget ? ', over' : ''}`,
    milliseconds(migrator),
    times(migrator / ours),
    Object.entries(peers)
      .map(([name, ms]) => `${name} ${times(ms / ours)}`)
      .join(', '),
  ];
}

function milliseconds(ms: number): string {
  return `${ms.toFixed(ms < 1 ? 3 : ms < 100 ? 1 : 0)} ms`;
}

function times(ratio: number): string {
  return `${ratio.toFixed(ratio < 10 ? 2 : 0)} ×`;
}
