import { oncePerProcess } from '../one-copy.ts';
import { setTimeout as sleep } from 'node:timers/promises';
import { HeldConnection, type Patience } from './connection.ts';
import type { Database } from './database.ts';
import { faultOf, isLost } from './faults.ts';
import { LOCKS } from './opening/time-limits.ts';
import { Busy } from './poll.ts';

/** The commit was sent and got no answer: it may have happened. */
class UnknownCommitClass extends Error {}

/** Pins a connection and makes it ours while `work` runs; always returns it as it was. */
export async function holdDatabase<T>(
  { orm, dialect }: Database,
  patience: Patience,
  work: (held: HeldConnection) => Promise<T>,
): Promise<T> {
  return HeldConnection.hold(orm, patience, async held => {
    const restore = await dialect.prepare(held);
    held.settings = dialect.settings;
    held.isUnderWay = () => dialect.isUnderWay(held);
    try {
      return await work(held);
    } finally {
      await held.takeBackSettings().catch(() => held.throwAway());
      // A connection that died has nothing to restore.
      await restore().catch(() => {});
    }
  });
}

interface TransactionOptions {
  /** Whether steps run in it, which must not end it. Default: false. */
  readonly withSteps?: boolean;
  /** Whether it is rolled back in any case. Default: false. */
  readonly isTrial?: boolean;
  /** A statement that is sent as it begins, with the rest of it. */
  readonly first?: string | undefined;
}

/**
 * One transaction of ours: begins without waiting, lets no lock wait for longer than five seconds, commits, and rolls back
 * if `work` throws or finds another process working on it.
 *
 * @returns what `work` returns, or {@link Busy} if a lock did not come in time.
 * @throws {@link UnknownCommit} if it is unknown whether it was committed.
 */
export async function transact<T>(
  held: HeldConnection,
  { dialect }: Database,
  patience: Patience,
  work: () => Promise<T | Busy>,
  { withSteps = false, isTrial = false, first }: TransactionOptions = {},
): Promise<T | Busy> {
  const { lockMs = LOCKS.timeoutMs } = patience;
  let began = performance.now();
  try {
    const begins = dialect.begin({ lockTimeoutMs: lockMs, withSteps, known: held.steps ?? held.known });
    await held.begin(first === undefined ? begins : [...begins, first]);
    const result = await work();
    if (isTrial || result instanceof Busy) await held.rollback();
    else if (held.transaction) {
      began = performance.now();
      await commit(held, patience);
    }
    return result;
  } catch (error) {
    await held.rollback();
    if (isLost(error)) return new Busy({ cause: error, lockedMs: lockedMs(error, performance.now() - began, lockMs) });
    throw error;
  }
}

/** The error of a commit, which may have happened if the connection was lost. */
export function commitError(error: unknown): unknown {
  if (faultOf(error) !== 'unavailable') return error;
  return new UnknownCommit('the connection was lost during the commit', { cause: error });
}

/** How long a lock was waited for at most, where one was. */
function lockedMs(error: unknown, ms: number, lockMs: number): number {
  return ['lock timeout', 'busy'].includes(faultOf(error)) ? Math.min(ms, lockMs) : 0;
}

/** SQLite refuses to commit while another connection reads; that is over soon, and the transaction stands until then. */
async function commit(held: HeldConnection, { signal, lockMs = LOCKS.timeoutMs }: Patience): Promise<void> {
  const began = performance.now();
  for (;;) {
    try {
      await held.commit();
      return;
    } catch (error) {
      // New readers are kept out meanwhile, and for them this is a lock as any other.
      if (faultOf(error) !== 'busy' || signal?.aborted || performance.now() - began > lockMs) {
        throw commitError(error);
      }
      await sleep(5 + Math.random() * 20);
    }
  }
}

/** {@link UnknownCommitClass}, the same in every copy of this file. */
export const UnknownCommit = oncePerProcess('UnknownCommit', () => UnknownCommitClass);
export type UnknownCommit = UnknownCommitClass;
