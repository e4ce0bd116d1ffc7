import { setTimeout as sleep } from 'node:timers/promises';
import type { Holder } from '../errors.ts';

/** Somebody else is at it: an attempt that neither worked nor failed. */
export class Busy {
  readonly holder: Holder | undefined;
  /** The lock that did not come in time, where a step waited for one. */
  readonly cause: unknown;

  /** How long the attempt itself waited, for a connection, in milliseconds. */
  readonly waitedMs: number;

  constructor(fields: { holder?: Holder | undefined; cause?: unknown; waitedMs?: number } = {}) {
    this.holder = fields.holder;
    this.cause = fields.cause;
    this.waitedMs = fields.waitedMs ?? 0;
  }
}

interface Waiting {
  readonly holder: Holder | undefined;
  /** How long this call has waited so far, in milliseconds. */
  readonly waitedMs: number;
}

interface PollOptions {
  readonly waitMs: number;
  readonly signal?: AbortSignal | undefined;
  readonly onWait?: (waiting: Waiting) => void;
  readonly giveUp: (busy: Busy, waitedMs: number) => Promise<Error>;
  readonly aborted: () => Promise<Error>;
}

const FIRST_PAUSE_MS = 10;
const LONGEST_PAUSE_MS = 250;

/**
 * Tries until an attempt is not {@link Busy}, pausing between attempts for longer and longer, with jitter.
 * Waiting happens here and nowhere else: never inside a statement, where a waiter holds a snapshot that the holder's
 * own `create index concurrently` would wait for.
 */
export async function poll<T>(
  options: PollOptions,
  attempt: () => Promise<T | Busy>,
): Promise<{ value: T; waitedMs: number }> {
  let waitedMs = 0;
  for (let round = 0; ; round += 1) {
    if (options.signal?.aborted) throw await options.aborted();
    const began = performance.now();
    const value = await attempt();
    if (!(value instanceof Busy)) return { value, waitedMs };

    const longest = Math.min(LONGEST_PAUSE_MS, FIRST_PAUSE_MS * 2 ** Math.min(round, 10));
    const pause = longest * (0.5 + Math.random() / 2);
    const waited = waitedMs + value.waitedMs;
    if (waited + pause > options.waitMs && !options.signal?.aborted) throw await options.giveUp(value, waited);
    options.onWait?.({ holder: value.holder, waitedMs });
    await sleep(pause, undefined, options.signal ? { signal: options.signal } : {}).catch(() => {});
    waitedMs += performance.now() - began;
  }
}
