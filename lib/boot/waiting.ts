import { translate } from '../store/database.ts';
import { faultOf, isLost } from '../store/faults.ts';
import { Busy, poll } from '../store/poll.ts';
import type { Call } from './call.ts';

// who is in nobody's way has no obstacle to name
const obstacles = () => import('./obstacles.ts');

/** Tries again and again while others are at it, within the call's `waitMs`. */
export async function waitingForOthers<T>(
  call: Call,
  attempt: () => Promise<T | Busy>,
): Promise<{ value: T; waitedMs: number }> {
  const { database, waitMs, signal } = call;
  const { guid } = database;
  try {
    return await poll(
      {
        waitMs,
        signal,
        onWait: waiting => call.onProgress({ type: 'waiting', guid, ...waiting }),
        giveUp: async (busy, waitedMs) => (await obstacles()).busyError(call, busy, waitedMs),
        aborted: async () => (await obstacles()).abortedError(call),
      },
      () => unlessBusy(attempt),
    );
  } catch (error) {
    throw translate(database, error);
  } finally {
    call.onStage(undefined);
  }
}

/** A lock that was not free, wherever it was asked for, is a reason to try again. */
async function unlessBusy<T>(attempt: () => Promise<T | Busy>): Promise<T | Busy> {
  const began = performance.now();
  try {
    return await attempt();
  } catch (error) {
    if (!isLost(error)) throw error;
    return new Busy({ cause: error, waitedMs: faultOf(error) === 'no connection' ? performance.now() - began : 0 });
  }
}
