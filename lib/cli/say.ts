import type { UpgradeReport } from '../boot/report.ts';

/** Rows without their parents were there before; it is told, since nobody else will. */
export function sayOrphans({ orphans }: Pick<UpgradeReport, 'orphans'>): string[] {
  if (orphans === 0) return [];
  return [`  ${orphans} ${orphans === 1 ? 'row refers' : 'rows refer'} to nothing, as before`];
}
