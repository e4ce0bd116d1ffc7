import type { SqlEntityManager } from '@mikro-orm/sql';
import { isSchemaError, PermissionDeniedError, reasonOf, type StepFailedError } from '../errors.ts';
import type { HeldConnection } from '../store/connection.ts';
import type { Database } from '../store/database.ts';
import { isRefused } from '../store/faults.ts';
import { Busy } from '../store/poll.ts';
import type { LogLine } from '../store/version-log.ts';
import type { DeployedRow } from '../store/deployed-row.ts';
import { assertHistory, withRow, type OwnRow, type TakenRow } from '../store/row-lock.ts';
import { UnknownCommit } from '../store/transaction.ts';
import { describeViolations, findViolations, newViolations, type Violation } from '../store/violations.ts';
import { loadBackups } from './back-up.ts';
import type { Call } from './call.ts';
import { differs, isLookedAt, lookAfter, lookBefore, type StorageLook } from './frozen/storage-look.ts';
import type { Before } from '../drift/two-looks.ts';
import type { StepRecord } from '../drift/step-record.ts';
import { planTransactions, type PlannedStep } from './planned-steps.ts';
import type { Journal, StepReport } from './report.ts';
import { afterUnknownCommit, askedAgain } from './outcome/unknown-commit.ts';
import {
  ENDED,
  failureOf,
  forkEntityManager,
  orFail,
  runTask,
  withEntityManager,
  type Failure,
  type StepObserver,
} from './run-step.ts';

/** A plan while it is run. */
interface Course {
  readonly call: Call;
  readonly journal: Journal;
  /** The version it ends at. */
  readonly target: number;
  /** Whether foreign keys were left on by the steps before. */
  foreignKeys: PlannedStep['foreignKeys'];
  /** Serves all steps: each begins with nothing in it. */
  readonly em: SqlEntityManager;
  /** The orphans that the steps before left behind, while no other connection writes. */
  known: Orphans | undefined;
  /** The storage that the steps before led to. */
  storage: Before | undefined;
}

interface Orphans {
  readonly rows: readonly Violation[];
  /** Changes whenever another connection writes; `undefined` where that is unknown. */
  readonly writes: unknown;
}

/**
 * Runs a part of a plan under the row and records what it reached. This is where steps that commit as they go find their
 * place: they run next to the row, and keep a cursor of what they did.
 */
type Runner = (own: OwnRow, course: Course, steps: readonly PlannedStep[]) => Promise<readonly StepReport[] | Busy>;

/**
 * Runs a plan under the row: announces it, takes the row in each transaction, and moves it with every step.
 *
 * @returns the version reached, or {@link Busy} if another process is working on it; earlier commits stay
 */
export async function runPlan(
  call: Call,
  row: DeployedRow,
  plan: readonly PlannedStep[],
  journal: Journal,
): Promise<number | Busy> {
  const { database } = call;
  const [first, target] = [plan[0] as PlannedStep, lastOf(plan).to];
  const em = forkEntityManager(call);
  const course: Course = { call, journal, target, em, foreignKeys: 'off', known: undefined, storage: undefined };
  const run: Runner = runTransaction;
  let under: readonly PlannedStep[] = plan;
  if (call.backup !== undefined) (await loadBackups()).assertBackup(call, first.from);
  try {
    const check = (held: HeldConnection) => assertMayChange(held, database, first);
    return await withRow(database, call, { row, stage: first.to, target, check }, async own => {
      for (const steps of planTransactions(plan, call.transaction, database.dialect.foreignKeyCheck !== undefined)) {
        under = steps;
        const done = await run(own, course, steps);
        if (done instanceof Busy) return done;
        journal.steps.push(...done);
      }
      return target;
    });
  } catch (error) {
    if (error instanceof UnknownCommit) return await goOn(course, error, { plan, under });
    throw await askedAgain(call, error, journal);
  } finally {
    call.onStage(undefined);
  }
}

/** Goes on from where the row is, if the steps whose commit got no answer were committed. */
async function goOn(
  { call, journal }: Course,
  error: UnknownCommit,
  { plan, under }: { plan: readonly PlannedStep[]; under: readonly PlannedStep[] },
): Promise<number | Busy> {
  const { from, to, method } = lastOf(under);
  const way = Math.sign(to - from);
  const row = await afterUnknownCommit(
    call,
    error,
    { method, version: to },
    { journal, isDone: ({ version }) => (version - to) * way >= 0, next: 'Call again: it continues from there.' },
  );
  journal.steps.push(...under.map(step => ({ version: step.to, ms: 0 })));
  const rest = plan.filter(step => (step.from - row.version) * way >= 0);
  return rest.length > 0 ? runPlan(call, row, rest, journal) : row.version;
}

/** Runs steps that are committed together. */
async function runTransaction(
  own: OwnRow,
  course: Course,
  steps: readonly PlannedStep[],
): Promise<readonly StepReport[] | Busy> {
  const { call, journal } = course;
  const [first, last] = [steps[0] as PlannedStep, lastOf(steps)];
  if (first.foreignKeys !== course.foreignKeys) {
    await call.database.dialect.setForeignKeys(own.held, first.foreignKeys);
    course.foreignKeys = first.foreignKeys;
  }
  const [lost, dropped] = [journal.lost.length, journal.dropped.length];
  try {
    const work = (row?: TakenRow) => runUnderRow(own, course, steps, row);
    // More is to be known of the transaction where something follows the step and precedes the move.
    const done = await (steps.length === 1 && !isLookedAt(call, last.to)
      ? own.transactAt(first.from, work)
      : own.transact(async row => (row.version === first.from ? work(row) : new Busy({ holder: row.holder }))));
    // What was dropped by an attempt that was rolled back is there again.
    if (done instanceof Busy) {
      journal.lost.splice(lost);
      journal.dropped.splice(dropped);
    }
    return done;
  } catch (error) {
    // Not by a step, which says so itself, but when its version was recorded or at the commit.
    if (isSchemaError(error) || !isRefused(error)) throw error;
    throw failed(call, steps, journal, last, { cause: error, reason: reasonOf(error) });
  }
}

async function runUnderRow(
  own: OwnRow,
  course: Course,
  steps: readonly PlannedStep[],
  row: TakenRow | undefined,
): Promise<readonly StepReport[]> {
  const { call, journal } = course;
  const { database, backup } = call;
  const { held } = own;
  if (row) await assertHistory(held, database, row);
  const writes = held.steps?.writes;
  const orphans = await orphansBefore(held, course);
  journal.orphans = Math.max(journal.orphans, orphans.length);
  if (backup !== undefined && journal.steps.length === 0) {
    const { takeBackup } = await loadBackups();
    const { from: version } = steps[0] as PlannedStep;
    journal.backup = await takeBackup(held, call, { to: backup, version, earlier: journal.backup });
  }
  const way = { from: (steps[0] as PlannedStep).from, to: lastOf(steps).to, em: course.em, known: course.storage };
  const look = await orFail(call, failing(steps, steps[0] as PlannedStep), journal, lookBefore(held, call, way));
  // Where the storage is looked at, the transaction must still be ours before: otherwise the row finds out when it is moved.
  const next = look ? 'step' : 'move';
  const ran = await runSteps(held, call, steps, { journal, em: course.em, next, record: look?.record ?? call.record });
  // Where there were none, the row looks itself when it is moved.
  const hasOrphans = orphans.length > 0;
  const looksItself = !hasOrphans && !look;
  const left = looksItself ? [] : await assertNoNewOrphans(held, call, steps, { journal, orphans });
  if (look) await assertStorage(held, course, steps, look);
  await moveRow(own, course, ran, looksItself);
  course.known = { rows: left, writes };
  return ran.map(({ step: { to: version }, ms }) => ({ version, ms }));
}

/** @throws {@link StepFailedError} if the steps led to other storage than that of the frozen version */
async function assertStorage(
  held: HeldConnection,
  course: Course,
  steps: readonly PlannedStep[],
  look: StorageLook,
): Promise<void> {
  const { call, journal, em } = course;
  const last = lastOf(steps);
  const looking = lookAfter(held, call, look, { to: last.to, em });
  const { made, kept, after } = await orFail(call, failing(steps, last), journal, looking);
  if (made.length > 0 && call.verify === 'fail') throw failed(call, steps, journal, last, differs(last.to, made));
  journal.drift = [...kept, ...made];
  course.storage = after;
}

/** The existing orphans; known from before while no other connection writes. */
async function orphansBefore(held: HeldConnection, { call, known }: Course): Promise<readonly Violation[]> {
  const writes = held.steps?.writes;
  return known && writes !== undefined && known.writes === writes ? known.rows : findViolations(held, call.database);
}

/** What a part of a plan is run with. */
interface Running {
  readonly journal: Journal;
  readonly em?: SqlEntityManager | undefined;
  /** What follows the last step in the same transaction. */
  readonly next?: 'step' | 'move' | undefined;
  /** Records what the steps name and rename. */
  readonly record?: StepRecord | undefined;
  /** Looks at each step from within. */
  readonly observe?: ((step: PlannedStep) => Promise<Observation>) | undefined;
}

/** A step that was run. */
interface RanStep {
  readonly step: PlannedStep;
  readonly ms: number;
  /** When it was done. */
  readonly at: Date;
}

/** What looks at one step. */
export interface Observation {
  readonly observer: StepObserver;
  /** Learns that it is done, and how long it took, in milliseconds. */
  finish(ms: number): Promise<void>;
}

/** Runs steps in the transaction under way: the engine of an upgrade, of a downgrade, and of a plan that looks at them. */
export async function runSteps(
  held: HeldConnection,
  call: Call,
  steps: readonly PlannedStep[],
  { journal, em: shared, next, record, observe }: Running,
): Promise<RanStep[]> {
  const ran: RanStep[] = [];
  const deployed = steps[0]?.from;
  const runOne = async (em: SqlEntityManager, step: PlannedStep) => {
    const { from, to: version, method, direction } = step;
    call.onStage(version);
    const observation = await observe?.(step);
    const ms = await runTask(held, call, em, {
      method,
      version,
      from,
      deployed,
      journal,
      next: step === steps.at(-1) ? next : 'step',
      observer: observation?.observer,
      record,
      onDrop: what => journal.dropped.push({ version, what }),
      onLoss: direction === 'downgrade' ? loss => journal.lost.push({ version: from, ...loss }) : undefined,
    });
    await observation?.finish(ms);
    ran.push({ step, ms, at: new Date() });
  };
  const runAll = async (em: SqlEntityManager) => {
    for (const step of steps) await runOne(em, step);
  };
  await withEntityManager(held, call, runAll, shared);
  return ran;
}

/**
 * Looks whether the steps left rows behind whose parents are missing, where foreign keys are off while they run.
 *
 * @returns those that were there before and still are
 * @throws {@link StepFailedError} naming the others
 */
export async function assertNoNewOrphans(
  held: HeldConnection,
  call: Call,
  steps: readonly PlannedStep[],
  { journal, orphans }: { journal: Journal; orphans: readonly Violation[] },
): Promise<readonly Violation[]> {
  const left = await findViolations(held, call.database);
  const made = newViolations(orphans, left);
  if (made.length > 0) throw failed(call, steps, journal, lastOf(steps), { reason: describeViolations(made) });
  return left;
}

/** Moves the row to where the steps led. No other process sees the versions between: one commit, one write. */
async function moveRow(
  own: OwnRow,
  { call, journal, target }: Course,
  ran: readonly RanStep[],
  withoutOrphans: boolean,
): Promise<void> {
  const { definition, release } = call;
  const steps = ran.map(({ step }) => step);
  const [first, last] = [steps[0] as PlannedStep, lastOf(steps)];
  const lines = ran.map(({ step: { from, to, direction: how }, ms: tookMs, at }): LogLine => ({
    from,
    to,
    how,
    at,
    tookMs,
    release,
    reason: reasonFor(journal, to),
  }));
  const stage = last.to === target ? undefined : last.to + Math.sign(last.to - last.from);
  const fingerprint = definition.fingerprintOf(last.to);
  const { compatible } = last;
  const move = { from: first.from, to: last.to, compatible, fingerprint, stage, withoutOrphans };
  const moved = await own.move(move, lines);
  if (moved === 'moved') return;
  if (moved === 'refused' && withoutOrphans) await assertNoNewOrphans(own.held, call, steps, { journal, orphans: [] });
  throw failed(call, steps, journal, last, moved === 'ended' ? ENDED : CHANGED);
}

/** What a step dropped stands in the log with it: afterwards nothing else tells. */
function reasonFor({ dropped }: Journal, to: number): string | undefined {
  const what = dropped.filter(({ version }) => version === to).map(one => one.what);
  return what.length > 0 ? `dropped ${what.join(', ')}` : undefined;
}

const CHANGED: Failure = {
  reason: 'the step changed the row of deployed_version',
  next: 'Do not write to deployed_version in a step. Then call again.',
};

function failed(
  call: Call,
  steps: readonly PlannedStep[],
  journal: Journal,
  step: PlannedStep,
  why: Failure,
): StepFailedError {
  return failureOf(call, failing(steps, step), journal, why);
}

function failing(steps: readonly PlannedStep[], { method, to: version }: PlannedStep) {
  return { method, version, deployed: steps[0]?.from };
}

function lastOf(steps: readonly PlannedStep[]): PlannedStep {
  return steps.at(-1) as PlannedStep;
}

/** Tells before step 1, not in the middle of it, that the role can create and alter nothing at all. */
export async function assertMayChange(held: HeldConnection, database: Database, first: PlannedStep): Promise<void> {
  const sql = database.dialect.mayChange(database.namespace);
  if (sql === undefined) return;
  const [row] = await held.execute(sql);
  if (row?.allowed === true) return;
  throw new PermissionDeniedError(
    `${first.method} cannot run: this role may not create or alter tables in ${database.place}. Upgrade with a role that owns the tables.`,
    { guid: database.guid },
  );
}
