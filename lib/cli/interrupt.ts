import { DeclinedError, Interruption } from './exit-codes.ts';

export const SIGNALS = ['SIGINT', 'SIGTERM'] as const;

/** Runs work while `listener` handles signals. Until the work ends, no signal ends the process. */
export async function hearing<T>(listener: (signal: 'SIGINT' | 'SIGTERM') => void, work: () => Promise<T>): Promise<T> {
  for (const name of SIGNALS) process.on(name, listener);
  try {
    return await work();
  } finally {
    deaf(listener);
  }
}

function deaf(listener: (signal: 'SIGINT' | 'SIGTERM') => void): void {
  for (const name of SIGNALS) process.off(name, listener);
}

/**
 * Runs work that a signal stops at a whole version. The first signal requests the stop. The second ends the process at once.
 * So does the first if a synchronous database call keeps the process from handling it.
 */
export async function interruptible<T>(
  say: (text: string) => void,
  work: (signal: AbortSignal) => Promise<T>,
): Promise<T> {
  const controller = new AbortController();
  const stop = (name: 'SIGINT' | 'SIGTERM') => {
    deaf(stop);
    say(
      'Stopping at a whole version. Press Ctrl-C again to end at once; the database then rolls back uncommitted work.\n',
    );
    controller.abort(new Interruption(name));
  };
  return hearing(stop, () => work(controller.signal));
}

/** Runs work that writes only at its very end, so that a signal may end it at any time. Throws then. */
export async function stoppable<T>(work: () => Promise<T>): Promise<T> {
  const { promise: stopped, reject } = Promise.withResolvers<never>();
  const stop = (name: 'SIGINT' | 'SIGTERM') =>
    reject(new DeclinedError('Stopped by a signal. Nothing was written.', { cause: new Interruption(name) }));
  return hearing(stop, () => Promise.race([work(), stopped]));
}
