import { showFirst } from '../../drift/show-difference.ts';
import type { AllowReport, DowngradeReport, StorageReport, UpgradeReport } from '../report.ts';

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
    installed: `installed at version ${to}${ran}`,
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
  const losses = lost.map(({ what, rows }) => `  lost: ${what}, ${rows} ${rows === 1 ? 'row' : 'rows'}`);
  const first = `${guid}: ${outcome === 'level' ? `level at version ${to}, nothing to do` : went}`;
  return [first, ...showConsequences(report), ...losses].join('\n');
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
  const before = from === to ? 'as before' : `before, from version ${from} on`;
  return `${guid}: the database at version ${deployed} allows code from version ${to} on; ${before}`;
}

/** Shows how many steps ran: `1 step`, `2 steps`. */
function showSteps({ length }: UpgradeReport['steps']): string {
  return length === 1 ? '1 step' : `${length} steps`;
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
    ...(orphans === 0 ? [] : [`  rows with a missing parent, from before: ${orphans}`]),
    ...(drift.length === 0 ? [] : [`  the storage differs from the frozen version ${to}: ${showFirst(drift)}`]),
  ];
}
