import { ANSWERS, LOCKS } from '../../lib/store/opening/time-limits.ts';

/**
 * Lets a statement of ours wait hardly at all for a lock that it will not get, and a waiter give up its idle connection at
 * once; `using` gives them their time back.
 */
export function hurryLocks(): Disposable {
  const { timeoutMs, keepIdleMs } = LOCKS;
  Object.assign(LOCKS, { timeoutMs: 20, keepIdleMs: 0 });
  return { [Symbol.dispose]: () => void Object.assign(LOCKS, { timeoutMs, keepIdleMs }) };
}

/** Does the same for the answer of a database that will not come. */
export async function withoutPatience<T>(work: () => Promise<T>): Promise<T> {
  const { shortestMs } = ANSWERS;
  ANSWERS.shortestMs = 200;
  try {
    return await work();
  } finally {
    ANSWERS.shortestMs = shortestMs;
  }
}
