import { DeclinedError, Interruption } from './exit-codes.ts';

export const SIGNALS = ['SIGINT', 'SIGTERM'] as const;

/** Runs work that hears of signals. While it runs, none of them ends the process by itself. */
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
 * Runs work that a signal stops at a whole version. The first signal asks for that; the second finds nobody listening
 * and ends the process, as it does when the first cannot be heard because a database is busy inside this process.
 */
export async function interruptible<T>(
  say: (text: string) => void,
  work: (signal: AbortSignal) => Promise<T>,
): Promise<T> {
  const controller = new AbortController();
  const stop = (name: 'SIGINT' | 'SIGTERM') => {
    deaf(stop);
    say('stopping at a whole version; once more ends the process at once, and what is not committed is rolled back\n');
    controller.abort(new Interruption(name));
  };
  return hearing(stop, () => work(controller.signal));
}

/** Runs work that writes nothing before its very end, so that a signal may end it anywhere: it throws then. */
export async function stoppable<T>(work: () => Promise<T>): Promise<T> {
  const { promise: stopped, reject } = Promise.withResolvers<never>();
  const stop = (name: 'SIGINT' | 'SIGTERM') =>
    reject(new DeclinedError('stopped, and nothing was written', { cause: new Interruption(name) }));
  return hearing(stop, () => Promise.race([work(), stopped]));
}
