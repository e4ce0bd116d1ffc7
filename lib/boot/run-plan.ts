import { isSchemaError, PermissionDeniedError, StepFailedError, reasonOf } from '../errors.ts';
import type { HeldConnection } from '../store/connection.ts';
import { assertBackup, backUp } from '../store/backup.ts';
import { readRow, type Database } from '../store/database.ts';
import { isRefused } from '../store/faults.ts';
import { completeTables } from '../store/complete-tables.ts';
import { announce, assertHistory, takeRow, withdraw } from '../store/row-lock.ts';
import { Busy } from '../store/poll.ts';
import { moveRow, type LogLine } from '../store/record.ts';
import type { DeployedRow } from '../store/row.ts';
import { holdDatabase, transact, UnknownCommit } from '../store/transaction.ts';
import type { Call } from './call.ts';
import { planTransactions, type PlannedStep } from './planned-steps.ts';
import type { Journal, StepReport } from './report.ts';
import { runTask, withEntityManager } from './run-step.ts';
import { describeViolations, findViolations, newViolations } from '../store/violations.ts';

/**
 * Runs a plan under the row: announces it, takes the row in each transaction, and moves it with every step.
 *
 * @returns the version reached, or {@link Busy} if somebody else is at it; what was committed before stays
 */
export async function runPlan(
  call: Call,
  row: DeployedRow,
  plan: readonly PlannedStep[],
  journal: Journal,
): Promise<number | Busy> {
  const { database } = call;
  const first = plan[0] as PlannedStep;
  const target = (plan.at(-1) as PlannedStep).to;
  let under: readonly PlannedStep[] = [];
  let left: string | undefined;
  if (call.backup !== undefined && journal.backup === undefined) assertBackup(database, call.backup);
  try {
    return await holdDatabase(database, call, async held => {
      await assertMayChange(held, database, first);
      if (!(await completeTables(held, database))) return new Busy({ holder: row.holder });
      const epoch = await announce(held, database, row, { stage: first.to, target });
      if (epoch === undefined) return new Busy({ holder: row.holder });
      try {
        for (const steps of planTransactions(plan, call.transaction)) {
          under = steps;
          const done = await runTransaction(held, call, { steps, epoch, target, journal });
          if (done instanceof Busy) {
            await withdraw(held, database, epoch);
            return done;
          }
          journal.steps.push(...done);
        }
        return target;
      } catch (error) {
        if (!(await withdraw(held, database, epoch))) left = epoch;
        throw error;
      }
    });
  } catch (error) {
    if (left !== undefined) await withdrawAnew(database, left);
    if (error instanceof UnknownCommit) return await afterUnknownCommit(call, error, { plan, steps: under, journal });
    throw error;
  } finally {
    call.onStage(undefined);
  }
}

/** Takes an announcement back that was left behind when its connection died. */
async function withdrawAnew(database: Database, epoch: string): Promise<void> {
  await holdDatabase(database, { waitMs: 0 }, held => withdraw(held, database, epoch)).catch(() => {});
}

interface TransactionTask {
  readonly steps: readonly PlannedStep[];
  readonly epoch: string;
  readonly target: number;
  readonly journal: Journal;
}

/** Runs steps that are committed together. */
async function runTransaction(held: HeldConnection, call: Call, task: TransactionTask): Promise<StepReport[] | Busy> {
  const { database } = call;
  const { steps, epoch, journal } = task;
  const first = steps[0] as PlannedStep;
  const last = steps.at(-1) as PlannedStep;

  await database.dialect.setForeignKeys(held, first.foreignKeys);
  const work = async () => {
    const row = await takeRow(held, database, epoch);
    if (!row || row.version !== first.from) return new Busy({ holder: row?.holder });
    await assertHistory(held, database, row);
    const orphans = await findViolations(held, database);
    journal.orphans = Math.max(journal.orphans, orphans.length);
    if (call.backup !== undefined && journal.steps.length === 0) {
      journal.backup = await backUp(database, call.backup, journal.backup);
    }
    const reports = await runSteps(held, call, task);
    const violations = newViolations(orphans, await findViolations(held, database));
    if (violations.length > 0) throw failure(call, task, last, { reason: describeViolations(violations) });
    return reports;
  };
  try {
    return await transact(held, database, call, work);
  } catch (error) {
    // not by a step, which says so itself, but when its version was recorded or at the commit
    if (isSchemaError(error) || !isRefused(error)) throw error;
    throw failure(call, task, last, { cause: error, reason: reasonOf(error) });
  }
}

async function runSteps(held: HeldConnection, call: Call, task: TransactionTask): Promise<StepReport[]> {
  const { database, definition } = call;
  const { steps, epoch, target, journal } = task;
  const first = steps[0] as PlannedStep;
  const last = steps.at(-1) as PlannedStep;
  const reports: StepReport[] = [];
  const lines: LogLine[] = [];
  await withEntityManager(held, call, async em => {
    for (const step of steps) {
      const { from, to, direction } = step;
      call.onStage(to);
      const ms = await runTask(held, call, em, {
        ...step,
        version: to,
        deployed: first.from,
        isLater: step !== first,
        more: step !== last,
        done: journal.steps.map(done => done.version),
        backup: journal.backup,
        onLoss: direction === 'downgrade' ? loss => journal.lost.push({ version: from, ...loss }) : undefined,
      });
      reports.push({ version: to, ms });
      lines.push({ from, to, how: direction, at: new Date(), tookMs: ms, release: call.release });
    }
  });
  // nobody sees the versions between: what is committed at once is written at once
  const stage = last.to === target ? undefined : last.to + Math.sign(last.to - last.from);
  const fingerprint = definition.fingerprintOf(last.to);
  const move = { epoch, from: first.from, to: last.to, compatible: last.compatible, fingerprint, stage };
  if (await moveRow(held, database, move, lines)) return reports;
  throw failure(call, task, last, {
    reason: 'the row of deployed_version was changed under it, which only the step itself can do',
    next: 'keep steps away from deployed_version, and call again',
  });
}

function failure(
  { database }: Call,
  { steps, journal }: TransactionTask,
  step: PlannedStep,
  more: { reason: string; next?: string; cause?: unknown },
): StepFailedError {
  return new StepFailedError({
    guid: database.guid,
    method: step.method,
    version: step.to,
    done: journal.steps.map(done => done.version),
    deployed: (steps[0] as PlannedStep).from,
    backup: journal.backup,
    ...more,
  });
}

/** The row alone knows whether a commit happened that nobody answered; if it did, the plan goes on. */
async function afterUnknownCommit(
  call: Call,
  error: UnknownCommit,
  { plan, steps, journal }: { plan: readonly PlannedStep[]; steps: readonly PlannedStep[]; journal: Journal },
): Promise<number | Busy> {
  const { database } = call;
  const last = steps.at(-1) as PlannedStep;
  let unknown = false;
  const row = await readRow(database, { waitMs: 0 }).catch(() => void (unknown = true));
  const way = Math.sign(last.to - last.from);
  if (row && (row.version - last.to) * way >= 0) {
    journal.steps.push(...steps.map(step => ({ version: step.to, ms: 0 })));
    const rest = plan.filter(step => (step.from - row.version) * way >= 0);
    return rest.length > 0 ? runPlan(call, row, rest, journal) : row.version;
  }
  throw new StepFailedError({
    guid: database.guid,
    method: last.method,
    version: last.to,
    done: journal.steps.map(step => step.version),
    deployed: row?.version,
    unknown,
    cause: error.cause,
    backup: journal.backup,
    reason: `the connection was lost at commit: ${reasonOf(error.cause)}`,
    next: 'call again, it goes on from there',
  });
}

/** Tells before step 1, not in the middle of it, that the role can create and alter nothing at all. */
export async function assertMayChange(held: HeldConnection, database: Database, first: PlannedStep): Promise<void> {
  const sql = database.dialect.mayChange(database.namespace);
  if (sql === undefined) return;
  const [row] = await held.execute(sql);
  if (row?.allowed === true) return;
  throw new PermissionDeniedError(
    `${first.method} has to run in ${database.place}, where this role may neither create nor alter a table: upgrade with a role that owns the tables`,
    { guid: database.guid },
  );
}
