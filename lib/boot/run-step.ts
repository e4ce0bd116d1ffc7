import { TransactionContext } from '@mikro-orm/core';
import type { SqlEntityManager } from '@mikro-orm/sql';
import { isErrorLike, reasonOf, StepFailedError, UpgradeAbortedError } from '../errors.ts';
import type { Difference } from '../difference.ts';
import type { HeldConnection, Watch } from '../store/connection.ts';
import { faultOf, isLost, isUnanswered } from '../store/faults.ts';
import { inTurn, StepWatch } from '../store/steps/step-watch.ts';
import type { StepRecord } from '../drift/step-record.ts';
import type { Operating } from '../operations/context.ts';
import type { Call } from './call.ts';
import type { Journal, Loss } from './report.ts';

/** A method that is run, or what stands for one: what an error says of it. */
export interface Method {
  readonly method: string;
  /** The version it leads to. */
  readonly version: number;
  /** The version the database is at once everything is rolled back. */
  readonly deployed: number | undefined;
}

/** One method to be run. */
export interface Task extends Method {
  readonly journal: Pick<Journal, 'steps' | 'backup'>;
  /** The version it starts from; an installation starts from none. */
  readonly from?: number | undefined;
  /** What follows in the same transaction: another method, or the row is moved. By default neither. */
  readonly next?: 'step' | 'move' | undefined;
  /** Learns what operations drop with something in it. */
  readonly onLoss?: ((loss: Omit<Loss, 'version'>) => void) | undefined;
  /** Receives each dropped table or column, with or without data. */
  readonly onDrop?: ((what: string) => void) | undefined;
  /** Sees from within what it does. */
  readonly observer?: StepObserver | undefined;
  /** Records what it names and renames, for the look at the storage that follows. */
  readonly record?: StepRecord | undefined;
}

/** Looks at a step from within while it runs, to report what it does. */
export interface StepObserver extends Watch {
  /** Carries out an operation of the step, when its turn has come. */
  operate<R>(operating: Operating, call: () => Promise<R>): Promise<R>;
  /** Learns that rows are handed to code of the step from now on, and until when. */
  onRows(handing: boolean): void;
  /** Receives each dropped table or column, with or without data: `animal`, `animal.legs`. */
  onDrop(what: string): void;
}

let method: Promise<typeof import('./run-method.ts')> | undefined;
const NEVER = new AbortController().signal;

/** An EntityManager on the live entities. */
export function forkEntityManager({ database: { orm, namespace } }: Pick<Call, 'database'>): SqlEntityManager {
  return orm.em.fork(namespace === undefined ? {} : { schema: namespace }) as unknown as SqlEntityManager;
}

/** Puts an EntityManager into the transaction under way, which `orm.em` joins while `work` runs. */
export async function withEntityManager<T>(
  held: HeldConnection,
  call: Pick<Call, 'database'>,
  work: (em: SqlEntityManager) => Promise<T>,
  em: SqlEntityManager = forkEntityManager(call),
): Promise<T> {
  if (held.transaction) em.setTransactionContext(held.transaction);
  return TransactionContext.create(em, () => work(em));
}

/**
 * Runs one method in the transaction under way. Its end tells whether that is still the one we began, unless the row is
 * moved right after it, which tells the same.
 *
 * @returns how long it took, in milliseconds
 * @throws {@link StepFailedError}, {@link UpgradeAbortedError}; an error that means a lock did not come in time, as it is
 */
export async function runTask(held: HeldConnection, call: Call, em: SqlEntityManager, task: Task): Promise<number> {
  const { guid, dialect } = call.database;
  const signal = call.signal ?? NEVER;
  const watch = new StepWatch(signal);
  const began = performance.now();
  const fail = (why: Failure) => failureOf(call, task, task.journal, why);
  const wentOn = () =>
    fail({
      cause: watch.failure,
      reason: `the step continued after a statement had failed: ${reasonOf(watch.failure)}`,
      next: 'Do not catch the error, or put that statement into `step.em.transactional()`, which rolls it back.',
    });
  const aborted = (cause: unknown) => new UpgradeAbortedError({ guid, deployed: task.deployed, cause });

  if (signal.aborted) throw aborted(signal.reason);
  // The operations are most of this library: a boot without a step to run does without them.
  const { callMethod } = await (method ??= import('./run-method.ts'));
  call.onProgress({ type: 'started', guid, version: task.version, method: task.method });
  held.steps ??= await dialect.openSteps(held);
  try {
    const others = [task.observer, task.record].filter(other => other !== undefined);
    const watching = others.reduce<Watch>(inTurn, watch);
    await held.watched(watching, { guid, method: task.method }, turn =>
      callMethod(held, call, em, { task, signal, turn }),
    );
  } catch (error) {
    if (signal.aborted && isUnanswered(error)) throw error;
    if (watch.interrupted || (signal.aborted && isAbort(error, signal))) throw aborted(signal.reason);
    if (isLost(error)) throw error;
    if (faultOf(error) === 'doomed' && watch.failure !== undefined) throw wentOn();
    throw fail({ cause: error });
  }
  if (signal.aborted) throw aborted(signal.reason);
  if (watch.failure !== undefined) throw wentOn();
  if (watch.defers) held.steps = { ...held.steps, deferrable: true };
  try {
    if (!(await dialect.endStep(held, { steps: held.steps, next: task.next }))) throw fail(ENDED);
  } catch (error) {
    if (error instanceof StepFailedError) throw error;
    if (!isTransactionGone(error)) throw fail({ cause: error });
    throw fail({ cause: error, ...ENDED });
  }
  const ms = performance.now() - began;
  call.onProgress({ type: 'finished', guid, version: task.version, method: task.method, ms });
  return ms;
}

/** Why a method failed, and what to do. */
export interface Failure {
  readonly cause?: unknown;
  /** Replaces the message of the cause. */
  readonly reason?: string;
  /** The next step, as sentences. By default: fix the cause and call again. */
  readonly next?: string;
  /** Whether the database did not answer the question for its version. */
  readonly unknown?: boolean;
  /** How the storage differs from its frozen version. */
  readonly differences?: readonly Difference[];
}

/** A step that sent a commit or a rollback unseen. */
export const ENDED: Failure = {
  reason: 'the step ended its transaction itself',
  next: 'Remove commit and rollback from the step. Check which of its changes the database kept. Then call again.',
};

/** Describes a method that failed. */
export function failureOf(
  { database }: Pick<Call, 'database'>,
  { method: name, version, deployed }: Method,
  { steps, backup }: Pick<Journal, 'steps' | 'backup'>,
  why: Failure,
): StepFailedError {
  const done = steps.map(step => step.version);
  return new StepFailedError({ guid: database.guid, method: name, version, deployed, done, backup, ...why });
}

/** Waits for work of ours, and says what was under way if it fails; a lock that did not come in time is no failure. */
export async function orFail<T>(
  call: Call,
  failing: Method,
  journal: Pick<Journal, 'steps' | 'backup'>,
  work: Promise<T>,
): Promise<T> {
  return work.catch((cause: unknown) => {
    if (isLost(cause)) throw cause;
    throw failureOf(call, failing, journal, { cause });
  });
}

/** A step that looks at its signal throws the reason itself, or what a library makes of it. */
function isAbort(error: unknown, { reason }: AbortSignal): boolean {
  return error === reason || (error instanceof Error && error.name === 'AbortError');
}

/** What tells at the end of a step that its transaction is no more. */
function isTransactionGone(error: unknown): boolean {
  const code = isErrorLike(error) ? Reflect.get(error, 'code') : undefined;
  return (
    ['25P01', '25P02', '3B001'].includes(String(code)) ||
    /no such savepoint|no transaction is active/.test(String(error))
  );
}
