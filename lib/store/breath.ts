import { setImmediate } from 'node:timers/promises';

const EVERY_MS = 10;

/**
 * Makes what lets the rest of the process have its turn, each time it had none for 10 ms.
 *
 * better-sqlite3 answers without going back to the event loop: a step of many statements would keep timers, requests and
 * SIGTERM waiting until it ends, and with them the signal that is to stop it.
 */
export function breathing(): () => Promise<void> {
  let last = performance.now();
  return async () => {
    if (performance.now() - last < EVERY_MS) return;
    await setImmediate();
    last = performance.now();
  };
}
