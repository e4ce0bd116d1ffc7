import { showDifferences } from '../drift/difference-tree.ts';
import type { Repaired, Unrepaired } from './repair-parts.ts';

interface Shown {
  readonly guid: string;
  readonly version: number;
  readonly dryRun: boolean;
  readonly created: readonly Repaired[];
  readonly left: readonly Unrepaired[];
}

/** Shows what was put back, and what was not, as a text to be read. */
export function showRepair({ guid, version, dryRun, created, left }: Shown) {
  if (created.length + left.length === 0) return `${guid}: the storage is what version ${version} says.`;
  const missing = `${guid}: ${dryRun ? 'would create' : 'created'} what version ${version} has:`;
  const lines = [
    ...(created.length > 0 ? [missing, ...created.map(({ difference: { path } }) => `  ${path.join(' ')}`)] : []),
    ...(left.length > 0 ? [`${guid}: left as it is:`, ...left.flatMap(showLeft)] : []),
  ];
  return lines.join('\n');
}

function showLeft({ difference, why, sql }: Unrepaired): string[] {
  return [
    ...indent(showDifferences([difference])),
    `    ${why}`,
    ...sql.flatMap(statement => statement.split('\n')).map(line => `    ${line}`),
  ];
}

function indent(text: string): string[] {
  return text.split('\n').map(line => `  ${line}`);
}
