import { createHash } from 'node:crypto';
import { hostname } from 'node:os';

/** Stands for this host in names of files. Processes of other containers may share a folder, but not the name of the host. */
export const HOST_DIGEST = createHash('sha256').update(hostname()).digest('hex').slice(0, 8);

/** Tells whether a process of this host runs, also one of another user. */
export function isAlive(pid: number): boolean {
  try {
    return process.kill(pid, 0);
  } catch (error) {
    return (error as NodeJS.ErrnoException).code !== 'ESRCH';
  }
}
