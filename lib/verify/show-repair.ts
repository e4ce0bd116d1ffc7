import { isUnproven } from '../difference.ts';
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
  const parts = created.filter(({ difference }) => !isUnproven(difference));
  const proven = created.filter(({ difference }) => isUnproven(difference));
  const lines = [
    ...listed(`${guid}: ${dryRun ? 'would create' : 'created'} missing parts of version ${version}:`, parts),
    ...listed(`${guid}: ${dryRun ? 'would validate' : 'validated'} constraints of version ${version}:`, proven),
    ...(left.length > 0 ? [`${guid}: not repaired:`, ...left.flatMap(showLeft)] : []),
  ];
  return lines.join('\n');
}

function listed(heading: string, parts: readonly Repaired[]): string[] {
  const names = parts.map(({ difference: { path } }) => path.slice(0, 3).join(' '));
  return names.length === 0 ? [] : [heading, ...names.map(name => `  ${name}`)];
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
