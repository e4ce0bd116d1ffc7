import { asSentence, reasonOf, StepFailedError } from '../../errors.ts';
import { readRow } from '../../store/database.ts';
import type { DeployedRow } from '../../store/deployed-row.ts';
import { faultOf, isLost } from '../../store/faults.ts';
import { LOCKS } from '../../store/opening/time-limits.ts';
import { Busy, poll } from '../../store/poll.ts';
import { holdDatabase, transact, type UnknownCommit } from '../../store/transaction.ts';
import type { Call } from '../call.ts';
import type { Journal } from '../report.ts';
import { failureOf, type Method } from '../run-step.ts';

// The waiting for others may be over, but the outcome of our work must still be found out.
const BRIEFLY = { waitMs: 0 };

/** Work whose commit got no answer. */
interface Doubt {
  readonly journal: Journal;
  /** Whether the row says that it was done. */
  readonly isDone: (row: DeployedRow) => boolean | Promise<boolean>;
  readonly next: string;
}

/**
 * Finds out whether a commit happened that was not answered. The row alone knows, and only once the transaction is over:
 * the server may still be working on it, and holds the row meanwhile, or the right to install.
 *
 * @returns the row, if `isDone` says so of it
 * @throws {@link StepFailedError} if it did not happen, or if that cannot be found out
 */
export async function afterUnknownCommit(
  call: Call,
  { cause }: UnknownCommit,
  failed: Omit<Method, 'deployed'>,
  { journal, isDone, next }: Doubt,
): Promise<DeployedRow> {
  const reason = `the connection was lost during the commit: ${reasonOf(cause)}`;
  const unknown = (why: unknown) =>
    failureOf(call, { ...failed, deployed: undefined }, journal, {
      unknown: true,
      cause,
      reason,
      next: why === undefined ? next : `${asSentence(reasonOf(why))} ${next}`,
    });
  const underWay = async () => unknown(new Error('The transaction is still running on the server'));
  const { guid } = call.database;
  const { value } = await poll<{ row: DeployedRow | undefined; isOurs: boolean }>(
    {
      waitMs: Math.max(call.waitMs, LOCKS.timeoutMs),
      signal: call.signal,
      onWait: waiting => call.onProgress({ type: 'waiting', guid, ...waiting }),
      giveUp: underWay,
      aborted: underWay,
    },
    async () => {
      try {
        const row = await readRow(call.database, BRIEFLY);
        if (row && (await isDone(row))) return { row, isOurs: true };
        return (await isOver(call, row)) ? await settled(call, isDone) : new Busy();
      } catch (error) {
        if (isLost(error)) return new Busy({ cause: error });
        throw unknown(undefined);
      }
    },
  );
  const { row, isOurs } = value;
  if (row && isOurs) return row;
  throw failureOf(call, { ...failed, deployed: row?.version }, journal, { cause, reason, next });
}

/** Once the transaction is over, the row says the last of it. */
async function settled(
  call: Call,
  isDone: Doubt['isDone'],
): Promise<{ row: DeployedRow | undefined; isOurs: boolean }> {
  const row = await readRow(call.database, BRIEFLY);
  return { row, isOurs: row !== undefined && (await isDone(row)) };
}

/** Whether no transaction holds the row any more, or, where there is none, the right to install one. */
async function isOver({ database }: Call, row: DeployedRow | undefined): Promise<boolean> {
  return holdDatabase(database, BRIEFLY, async held => {
    if (row) return (await database.dialect.row.readFree(held, database)) !== undefined;
    const attempt = async () => (await database.dialect.tryInstallLock(held)).isOurs;
    return (await transact(held, database, BRIEFLY, attempt, { isTrial: true })) === true;
  });
}

/**
 * Asks again what the database is at, if a step failed because its connection was lost: the step is rolled back, but
 * another process may have gone on since.
 */
export async function askedAgain(call: Call, error: unknown, journal: Journal): Promise<unknown> {
  if (!(error instanceof StepFailedError) || faultOf(error.cause) !== 'unavailable') return error;
  const { method, version, cause } = error;
  let unknown = false;
  const row = await readRow(call.database, BRIEFLY).catch(() => void (unknown = true));
  return failureOf(call, { method, version, deployed: row?.version }, journal, { cause, unknown });
}
