import { Interruption } from './exit-codes.ts';

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
