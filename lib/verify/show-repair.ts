import { showDifferences } from '../drift/difference-tree.ts';
import type { Repaired, Unrepaired } from './repair-parts.ts';

interface Shown {
  readonly guid: string;
  readonly version: number;
  readonly dryRun: boolean;
  readonly created: readonly Repaired[];
  readonly left: readonly Unrepaired[];
}

/** Shows the created parts, and those that were not repaired. */
export function showRepair({ guid, version, dryRun, created, left }: Shown) {
  if (created.length + left.length === 0) return `${guid}: the storage matches version ${version}.`;
  const missing = `${guid}: ${dryRun ? 'would create' : 'created'} missing parts of version ${version}:`;
  const lines = [
    ...(created.length > 0 ? [missing, ...created.map(({ difference: { path } }) => `  ${path.join(' ')}`)] : []),
    ...(left.length > 0 ? [`${guid}: not repaired:`, ...left.flatMap(showLeft)] : []),
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
