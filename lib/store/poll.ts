import { oncePerProcess } from '../one-copy.ts';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Holder } from '../errors.ts';
import { LOCKS } from './opening/time-limits.ts';

/** An attempt that neither worked nor failed: another process is working on the database. */
class BusyClass {
  readonly holder: Holder | undefined;
  /** The lock that did not come in time, where a step waited for one. */
  readonly cause: unknown;

  /** How long the attempt itself waited, for a connection, in milliseconds. */
  readonly waitedMs: number;

  /** How long it waited in a line for a lock, behind which all that came later waited too, in milliseconds. */
  readonly lockedMs: number;

  constructor(
    fields: { holder?: Holder | undefined; cause?: unknown; waitedMs?: number; lockedMs?: number | undefined } = {},
  ) {
    this.holder = fields.holder;
    this.cause = fields.cause;
    this.waitedMs = fields.waitedMs ?? 0;
    this.lockedMs = fields.lockedMs ?? 0;
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
/** Once connections are given up in a pause, opening them again has its price. */
const LONGEST_PAUSE_WITHOUT_CONNECTION_MS = 1000;

/** What an attempt may know of the waiting so far, in milliseconds. */
interface Waited {
  readonly leftMs: number;
  /** Whether it is to leave no idle connection behind, for which others may be waiting. */
  readonly letsGo: boolean;
}

/**
 * Tries until an attempt is not {@link Busy}, pausing between attempts for longer and longer, with jitter.
 * Waiting happens here and nowhere else: never inside a statement, where a waiter holds a snapshot that the holder's
 * own `create index concurrently` would wait for.
 */
export async function poll<T>(
  options: PollOptions,
  attempt: (waited: Waited) => Promise<T | Busy>,
): Promise<{ value: T; waitedMs: number }> {
  let waitedMs = 0;
  for (let round = 0; ; round += 1) {
    if (options.signal?.aborted) throw await options.aborted();
    const began = performance.now();
    const letsGo = waitedMs > LOCKS.keepIdleMs;
    const value = await attempt({ leftMs: options.waitMs - waitedMs, letsGo });
    if (!(value instanceof Busy)) return { value, waitedMs };

    const { lockedMs } = value;
    const waited = waitedMs + value.waitedMs + lockedMs;
    const pause = pauseAfter(round, { lockedMs, leftMs: options.waitMs - waited, letsGo });
    if (waited + pause > options.waitMs && !options.signal?.aborted) throw await options.giveUp(value, waited);
    options.onWait?.({ holder: value.holder, waitedMs });
    await sleep(pause, undefined, options.signal ? { signal: options.signal } : {}).catch(() => {});
    // Work that is lost to a lock at its end was no waiting.
    waitedMs += lockedMs > 0 ? lockedMs + pause : performance.now() - began;
  }
}

/**
 * How long to pause. After a wait for a lock twice as long: others stood behind us, and are to get on meanwhile; but not so
 * long that nothing is left for another attempt.
 */
export function pauseAfter(
  round: number,
  { lockedMs, leftMs, letsGo }: { readonly lockedMs: number; readonly leftMs: number; readonly letsGo: boolean },
): number {
  const limit = letsGo ? LONGEST_PAUSE_WITHOUT_CONNECTION_MS : LONGEST_PAUSE_MS;
  const longest = Math.min(limit, FIRST_PAUSE_MS * 2 ** Math.min(round, 10));
  const pause = longest * (0.5 + Math.random() / 2);
  return Math.max(pause, Math.min(2 * lockedMs, leftMs / 2));
}

/** {@link BusyClass}, the same in every copy of this file. */
export const Busy = oncePerProcess('Busy', () => BusyClass);
export type Busy = BusyClass;
