import type { UpgradeReport } from '../../lib/index.ts';
import type { Boot } from './bank.ts';
import { type Line, type Runtime, spawnWorker, type Worker } from './processes.ts';

/** How one process' boot ended: with what `upgrade()` returned, or with what it threw. */
export interface Booted {
  readonly report?: UpgradeReport;
  readonly error?: { readonly code: string; readonly message: string } | string;
}

/** Real processes that boot together, once for each of the boots they were started for; `await using` kills what is left. */
export interface Fleet extends AsyncDisposable {
  readonly workers: readonly Worker[];
  /** Waits until every process is ready for its next boot. */
  ready(): Promise<void>;
  /** Lets them all go at once, and returns how it went. */
  boot(): Promise<Booted[]>;
  /**
   * Lets the first one go, which is to pause in the middle of its work, and once it does all the others; and lets it finish
   * when every one of them waits.
   */
  bootBehindFirst(): Promise<Booted[]>;
}

/**
 * Starts n processes.
 *
 * @param boots what each does, one after the other, made from its number, from 0.
 * @param runtimeOf what each runs on, by its number. Default: Node.
 */
export function startFleet(
  n: number,
  boots: (number: number) => readonly Boot[],
  runtimeOf: (number: number) => Runtime = () => 'node',
): Fleet {
  const workers = Array.from({ length: n }, (_, number) =>
    spawnWorker('boot.ts', { boots: boots(number) }, runtimeOf(number)),
  );
  let round = 0;
  const booted = async () => (await Promise.all(workers.map(worker => worker.line('booted')))).map(bootedOf);
  return {
    workers,
    async ready() {
      await Promise.all(workers.map(worker => worker.line('ready')));
    },
    async boot() {
      for (const worker of workers) worker.say(`go ${round}`);
      round += 1;
      return booted();
    },
    async bootBehindFirst() {
      const [first, ...others] = workers;
      first?.say(`go ${round}`);
      await first?.line('working');
      for (const worker of others) worker.say(`go ${round}`);
      await Promise.all(others.map(worker => worker.line(`waiting ${round}`)));
      first?.say('finish');
      round += 1;
      return booted();
    },
    async [Symbol.asyncDispose]() {
      await Promise.all(workers.map(worker => worker[Symbol.asyncDispose]()));
    },
  };
}

/** What a process said of its boot. */
export function bootedOf(line: Line): Booted {
  return line as Booted & Line;
}
