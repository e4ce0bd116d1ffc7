import { showWait } from '../../quantities.ts';

/**
 * How long a statement of ours may wait for a lock, and how long a call that waits for others keeps its idle connection; a
 * spec cannot wait that long, and makes it shorter.
 */
export const LOCKS = { timeoutMs: 5000, keepIdleMs: 2000 };

/**
 * How long a call that does not wait for others waits for an answer: a database that slept has to wake up first, and a
 * connection over TLS takes several round trips. A spec makes it shorter where no answer will come.
 */
export const ANSWERS = { shortestMs: 5000 };

const SHORTEST_LOCK_MS = 1000;

/** How long to wait for a lock, of the time left of the whole wait, in milliseconds. */
export function lockMsOf(leftMs: number): number {
  return Math.round(Math.min(LOCKS.timeoutMs, Math.max(leftMs, SHORTEST_LOCK_MS)));
}

const LONGEST_TIMER_MS = 2 ** 31 - 1;

const NO_ANSWER = 'DEJAVU_NO_ANSWER';

/** Whether an error says so, or one that was made of it. */
export function isNoAnswer({ code }: { readonly code?: unknown }): boolean {
  return code === NO_ANSWER;
}

/** The database did not answer for as long as we were to wait, or until the signal ended the waiting. */
export class NoAnswer extends Error {
  /** MikroORM copies what it wraps, and its class is lost. */
  readonly code = NO_ANSWER;

  constructor(waitedMs: number) {
    super(`the database did not answer within ${showWait(waitedMs)}`);
  }
}

/** How long a call waits for an answer, in milliseconds. */
export function answerMs(waitMs: number): number {
  return Math.min(Math.max(waitMs, ANSWERS.shortestMs), LONGEST_TIMER_MS);
}

/** What ends the waiting for one answer. */
interface AnswerLimits {
  readonly signal?: AbortSignal | undefined;
  /** From the beginning; without one it is waited for as long as it takes. */
  readonly limitMs?: number | undefined;
  /** From the abort of the signal on: a running statement may still end well. */
  readonly graceMs: number;
}

/**
 * Waits for an answer of the database, but not for ever.
 *
 * @param giveUp throws the connection away, on which nothing else can be sent
 * @throws {@link NoAnswer}
 */
export async function answerOf<T>(
  answer: Promise<T>,
  { signal, limitMs, graceMs }: AnswerLimits,
  giveUp: () => void,
): Promise<T> {
  if (limitMs === undefined && !signal) return answer;
  const began = performance.now();
  const { promise, reject } = Promise.withResolvers<never>();
  const timers: NodeJS.Timeout[] = [];
  const end = (ms: number) =>
    timers.push(
      setTimeout(() => {
        giveUp();
        reject(new NoAnswer(performance.now() - began));
      }, ms),
    );
  const onAbort = () => end(graceMs);
  if (limitMs !== undefined) end(limitMs);
  if (signal?.aborted) onAbort();
  else signal?.addEventListener('abort', onAbort, { once: true });
  try {
    return await Promise.race([answer, promise]);
  } finally {
    answer.catch(() => {});
    signal?.removeEventListener('abort', onAbort);
    for (const timer of timers) clearTimeout(timer);
  }
}
