import { LOCKS } from '../../lib/store/opening/answers.ts';

/** Lets a statement of ours wait hardly at all for a lock that it will not get; `using` gives it its time back. */
export function hurryLocks(): Disposable {
  const { timeoutMs } = LOCKS;
  LOCKS.timeoutMs = 20;
  return { [Symbol.dispose]: () => void (LOCKS.timeoutMs = timeoutMs) };
}
