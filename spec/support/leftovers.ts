import { execFileSync } from 'node:child_process';
import { existsSync, readdirSync, readFileSync, rmSync, statfsSync } from 'node:fs';
import { platform, tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';

/** What the folder of a run begins with; the number of the process that keeps it follows. */
export const RUN = 'dejavu-run-';

/** Where Linux keeps files in memory. */
const MEMORY = '/dev/shm';

/** Room that the data of a server may come to need, in bytes. */
const ROOM = 6 * 1024 ** 3;

/** Finds where files are in memory, with room for a server; `undefined` where there is none, or where `TMPDIR` says where they belong. */
export function memoryWithRoom(): string | undefined {
  if (process.env['TMPDIR'] !== undefined || !existsSync(MEMORY)) return undefined;
  const { bavail, bsize } = statfsSync(MEMORY);
  return bavail * bsize >= ROOM ? MEMORY : undefined;
}

/** Ends what is left of runs whose keeper is gone, and removes their folders. */
export async function sweepRuns(): Promise<void> {
  const places = [tmpdir(), ...(process.env['TMPDIR'] === undefined && existsSync(MEMORY) ? [MEMORY] : [])];
  for (const folder of places.flatMap(place => readdirSync(place).map(name => join(place, name)))) {
    const keeper = new RegExp(`^${RUN}(\\d+)-`).exec(basename(folder))?.[1];
    // The number may have gone to another process since, whose command line tells.
    if (keeper === undefined || /\bkeeper\.ts\b/.test(commandLine(Number(keeper)))) continue;
    try {
      await endProcesses(folder);
      rmSync(folder, { recursive: true, force: true });
    } catch {
      // Another user's, or another run sweeps it at this moment.
    }
  }
}

/** Ends every process that was started with this folder in its command line or its environment, as all of a run are. */
export async function endProcesses(folder: string): Promise<void> {
  for (let round = 1, found = processesOf(folder); found.length > 0; round += 1, found = processesOf(folder)) {
    for (const pid of found) {
      try {
        // First in a way that lets tmux remove its socket, and PostgreSQL end the processes that it started.
        process.kill(pid, round === 1 ? 'SIGTERM' : round > 10 ? 'SIGKILL' : 'SIGQUIT');
      } catch {
        // It ended by itself.
      }
    }
    await sleep(20);
  }
}

/** Finds the processes that were started with this folder in their command line or their environment. */
export function processesOf(folder: string): number[] {
  const pids =
    platform() === 'linux'
      ? readdirSync('/proc').filter(pid => /^\d+$/.test(pid) && readProcess(pid).includes(folder))
      : execFileSync('ps', ['-axEww', '-o', 'pid=,command='], { encoding: 'utf8' })
          .split('\n')
          .filter(line => line.includes(folder))
          .map(line => line.trim().split(' ')[0]);
  return pids.map(Number).filter(pid => pid !== process.pid);
}

function readProcess(pid: string): string {
  return readIfThere(`/proc/${pid}/cmdline`) + readIfThere(`/proc/${pid}/environ`);
}

/** What a process was started with; empty when there is no such process any more. */
function commandLine(pid: number): string {
  if (platform() === 'linux') return readIfThere(`/proc/${pid}/cmdline`);
  try {
    return execFileSync('ps', ['-o', 'args=', '-p', String(pid)], { encoding: 'utf8' });
  } catch {
    return '';
  }
}

/** Reads a file of another process; empty where it has ended, or is somebody else's. */
function readIfThere(path: string): string {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return '';
  }
}
