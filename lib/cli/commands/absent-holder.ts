import { hostname } from 'node:os';
import { describeHolder, type Holder } from '../../errors.ts';
import { isAlive } from '../../store/opening/this-host.ts';
import { isRowHeld } from '../../store/row-lock.ts';
import type { SchemaStatus } from '../../boot/report.ts';
import type { Target } from '../project/project-schemas.ts';

/**
 * Tells whether the process that announced an upgrade works on it. A killed process leaves its announcement behind, until
 * the next upgrade. Writes nothing.
 *
 * @returns `undefined` if no process announced an upgrade, or if that cannot be seen
 */
export async function isAtWork({ database }: Target, { holder }: SchemaStatus): Promise<boolean | undefined> {
  if (!holder) return undefined;
  const isHeld = await isRowHeld(database, { waitMs: 0 });
  // Between two transactions a process that works holds nothing.
  return isHeld === false && isRunning(holder) === true ? undefined : isHeld;
}

/** Whether a process of this host runs; `undefined` for other hosts. */
function isRunning({ host, pid }: Holder): boolean | undefined {
  return host !== hostname() || pid === undefined ? undefined : isAlive(pid);
}

/** Says of a process that announced itself and does not work. */
export function sayAbsent(holder: Holder): string {
  const why =
    isRunning(holder) === false ? 'That process has ended.' : 'If it does so later as well, that process has ended.';
  return `${describeHolder(holder)} announced an upgrade, but holds no lock. ${why} Run npx dejavu upgrade: it does not wait.`;
}
