import { showDifferences } from '../../drift/difference-tree.ts';
import type { AllowReport, DowngradeReport, StorageReport, UpgradeReport } from '../report.ts';
import { showCount, showDuration } from '../../quantities.ts';

/**
 * Gives a report its text: `String(report)` and `${report}` read as a few plain lines. The method is not enumerable, so a
 * report stays plain data for `JSON.stringify()`, `structuredClone()`, a spread and a comparison.
 */
export function withText<T extends object>(report: T, show: (report: T) => string): T {
  return Object.defineProperty(report, 'toString', { value: () => show(report), configurable: true, writable: true });
}

/** Shows what `upgrade()` or `adopt()` did. */
export function showUpgrade(report: UpgradeReport): string {
  const { guid, from, to, outcome, steps } = report;
  const ran = steps.length === 0 ? '' : `, ${showSteps(steps)}`;
  const done = {
    installed: `installed at version ${to}`,
    adopted: steps.length > 0 ? `adopted and upgraded to version ${to}${ran}` : `adopted at version ${to}`,
    upgraded: `upgraded from version ${from} to ${to}${ran}`,
    level: `level at version ${to}, nothing to do`,
    ahead: `ahead at version ${to}, which this code may use: nothing to do`,
  }[outcome];
  return [`${guid}: ${done}`, ...showConsequences(report)].join('\n');
}

/** Shows what `downgrade()` did. */
export function showDowngrade(report: DowngradeReport): string {
  const { guid, from, to, outcome, steps, lost } = report;
  const went = `downgraded from version ${from} to ${to}, ${showSteps(steps)}`;
  // A step back is named by the version it leaves. What an operation dropped with data in it is in both lists.
  const gone = report.dropped.map(({ version, what }) => ({ version: version + 1, what }));
  const rest = gone.filter(one => !lost.some(other => other.what === one.what && other.version === one.version));
  const losses = lost.map(
    ({ version, what, rows }) => `  dropped with version ${version}: ${what}, ${showCount(rows, 'row')}`,
  );
  const first = `${guid}: ${outcome === 'level' ? `level at version ${to}, nothing to do` : went}`;
  return [first, ...showConsequences({ ...report, dropped: rest }), ...losses].join('\n');
}

/** Shows what `assertStorage()` did. */
export function showStorage({ guid, version, outcome, created }: StorageReport): string {
  const done = {
    installed: `installed at version ${version}`,
    completed: `level at version ${version}, created ${created.join(', ')}`,
    level: `level at version ${version}, nothing is missing`,
    ahead: `ahead at version ${version}, which this code may use: nothing to do`,
  }[outcome];
  return `${guid}: ${done}`;
}

/** Shows what `allow()` did. */
export function showAllow({ guid, deployed, from, to }: AllowReport): string {
  const before = from === to ? ', as before' : `; before, from version ${from} on`;
  return `${guid}: the database at version ${deployed} allows code from version ${to} on${before}`;
}

/** Shows how many steps ran, and how long they took: `2 steps in 1.5 s`. */
export function showSteps(steps: UpgradeReport['steps']): string {
  return `${showCount(steps.length, 'step')} in ${showDuration(steps.reduce((sum, { ms }) => sum + ms, 0))}`;
}

function showConsequences({
  to,
  backup,
  dropped,
  orphans,
  drift,
}: Pick<UpgradeReport, 'to' | 'backup' | 'dropped' | 'orphans' | 'drift'>): string[] {
  return [
    ...(backup === undefined ? [] : [`  backup: ${backup}`]),
    ...dropped.map(({ version, what }) => `  dropped with version ${version}: ${what}`),
    ...showOrphans(orphans),
    ...showDrift({ drift, to }),
  ];
}

/** Shows how many rows had a missing parent before. Foreign keys were off, so nothing else reports them. */
function showOrphans(orphans: number): string[] {
  if (orphans === 0) return [];
  const rows = showCount(orphans, 'row has', 'rows have');
  return [`  ${rows} a missing parent. ${orphans === 1 ? 'It' : 'They'} did before, too.`];
}

/** Shows how the storage differs from the frozen version, as a tree. */
export function showDrift({ drift, to }: Pick<UpgradeReport, 'drift' | 'to'>): string[] {
  if (drift.length === 0) return [];
  const lines = showDifferences(drift).split('\n');
  return [`  the storage differs from the frozen version ${to}:`, ...lines.map(line => `    ${line}`)];
}
