import { Interruption } from './exit-codes.ts';
import { DeclinedError } from './usage.ts';

const SIGNALS = ['SIGINT', 'SIGTERM'] as const;

/**
 * Runs work that a signal stops at a whole version. The first signal asks for that; the second finds nobody listening
 * and ends the process, as it does when the first cannot be heard because a database is busy inside this process.
 */
export async function interruptible<T>(
  say: (text: string) => void,
  work: (signal: AbortSignal) => Promise<T>,
): Promise<T> {
  const controller = new AbortController();
  const ignore = () => {
    for (const name of SIGNALS) process.off(name, stop);
  };
  const stop = (name: 'SIGINT' | 'SIGTERM') => {
    ignore();
    say('stopping at a whole version; once more ends the process at once, and what is not committed is rolled back\n');
    controller.abort(new Interruption(name));
  };
  for (const name of SIGNALS) process.on(name, stop);
  try {
    return await work(controller.signal);
  } finally {
    ignore();
  }
}

/**
 * Runs work that writes nothing before its very end, so that a signal may end it anywhere.
 *
 * @throws DeclinedError when the signal comes
 */
export async function stoppable<T>(work: () => Promise<T>): Promise<T> {
  const { promise: stopped, reject } = Promise.withResolvers<never>();
  const stop = (name: 'SIGINT' | 'SIGTERM') =>
    reject(new DeclinedError('stopped, and nothing was written', { cause: new Interruption(name) }));
  for (const name of SIGNALS) process.on(name, stop);
  try {
    return await Promise.race([work(), stopped]);
  } finally {
    for (const name of SIGNALS) process.off(name, stop);
  }
}
