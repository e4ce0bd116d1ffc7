import { TransactionContext } from '@mikro-orm/core';
import type { SqlEntityManager } from '@mikro-orm/sql';
import { isErrorLike, reasonOf, StepFailedError, UpgradeAbortedError } from '../errors.ts';
import type { HeldConnection } from '../store/connection.ts';
import { faultOf, isLost } from '../store/faults.ts';
import type { Call } from './call.ts';
import type { StepObserver } from './observer.ts';
import type { Loss } from './report.ts';
import { inTurn, StepWatch } from '../store/step-watch.ts';

/** One method to be run, and what to say of it if it fails. */
export interface Task {
  /** The version it leads to. */
  readonly version: number;
  readonly method: string;
  /** The version the database is at once everything is rolled back. */
  readonly deployed: number | undefined;
  /** The versions this call reached, and the database kept. */
  readonly done: readonly number[];
  /** The version it starts from; an installation starts from none. */
  readonly from?: number | undefined;
  /** Whether the same transaction has run another before. Default: false. */
  readonly isLater?: boolean | undefined;
  /** Whether the same transaction has another to run. Default: false. */
  readonly more?: boolean | undefined;
  readonly backup?: string | undefined;
  /** Learns what operations drop with something in it. */
  readonly onLoss?: ((loss: Omit<Loss, 'version'>) => void) | undefined;
  /** Sees from within what it does. */
  readonly observer?: StepObserver | undefined;
}

let method: Promise<typeof import('./run-method.ts')> | undefined;
const NEVER = new AbortController().signal;

/** An EntityManager on the live entities, in the transaction under way, which `orm.em` joins while `work` runs. */
export async function withEntityManager<T>(
  held: HeldConnection,
  { database }: Call,
  work: (em: SqlEntityManager) => Promise<T>,
): Promise<T> {
  const { orm, namespace } = database;
  const em = orm.em.fork(namespace === undefined ? {} : { schema: namespace }) as unknown as SqlEntityManager;
  if (held.transaction) em.setTransactionContext(held.transaction);
  return TransactionContext.create(em, () => work(em));
}

/**
 * Runs one method inside the savepoint of its transaction. Releasing that, where the dialect does so after each step and
 * always after the last, tells whether the transaction is still the one we began.
 *
 * @returns how long it took, in milliseconds
 * @throws {@link StepFailedError}, {@link UpgradeAbortedError}; an error that means a lock did not come in time, as it is
 */
export async function runTask(held: HeldConnection, call: Call, em: SqlEntityManager, task: Task): Promise<number> {
  const { guid, dialect } = call.database;
  const signal = call.signal ?? NEVER;
  const watch = new StepWatch(signal);
  const began = performance.now();
  const fail = (cause: unknown, more: { reason?: string; next?: string } = {}) =>
    new StepFailedError({ guid, ...task, cause, ...more });
  const wentOn = () =>
    fail(watch.failure, {
      reason: `it went on after a statement that failed: ${reasonOf(watch.failure)}`,
      next: 'let the error through, or put that statement into em.transactional(), which takes it back',
    });
  const aborted = (cause: unknown) => new UpgradeAbortedError({ guid, deployed: task.deployed, cause });

  if (signal.aborted) throw aborted(signal.reason);
  // the operations are most of this library: a boot without a step to run does without them
  const { callMethod } = await (method ??= import('./run-method.ts'));
  call.onProgress({ type: 'started', guid, version: task.version, method: task.method });
  held.deferrable ??= await dialect.hasDeferrable(held);
  if (!task.isLater) await held.execute('savepoint dejavu_step');
  try {
    const watching = task.observer ? inTurn(watch, task.observer) : watch;
    await held.watched(watching, () => callMethod(held, call, em, task, signal));
  } catch (error) {
    if (watch.interrupted || (signal.aborted && isAbort(error, signal))) throw aborted(signal.reason);
    if (isLost(error)) throw error;
    if (faultOf(error) === 'doomed' && watch.failure !== undefined) throw wentOn();
    throw fail(error);
  }
  if (signal.aborted) throw aborted(signal.reason);
  if (watch.failure !== undefined) throw wentOn();
  try {
    if (watch.defers) held.deferrable = true;
    await dialect.endStep(held, 'dejavu_step', { deferrable: held.deferrable, more: task.more === true });
  } catch (error) {
    if (!isSavepointGone(error)) throw fail(error);
    throw fail(error, {
      reason: 'it ended its transaction itself',
      next: 'send no commit and no rollback, look at what it left behind, and call again',
    });
  }
  const ms = performance.now() - began;
  call.onProgress({ type: 'finished', guid, version: task.version, method: task.method, ms });
  return ms;
}

/** A step that looks at its signal throws the reason itself, or what a library makes of it. */
function isAbort(error: unknown, { reason }: AbortSignal): boolean {
  return error === reason || (error instanceof Error && error.name === 'AbortError');
}

/** The savepoint is gone, and with it the transaction it was in. */
function isSavepointGone(error: unknown): boolean {
  const code = isErrorLike(error) ? Reflect.get(error, 'code') : undefined;
  return (
    ['25P01', '25P02', '3B001'].includes(String(code)) ||
    /no such savepoint|no transaction is active/.test(String(error))
  );
}
