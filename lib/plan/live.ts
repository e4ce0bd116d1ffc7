import { StepFailedError } from '../errors.ts';
import type { Call } from '../boot/call.ts';
import { assertMayChange } from '../boot/run-plan.ts';
import type { PlannedStep } from '../boot/planned-steps.ts';
import { runTask, withEntityManager } from '../boot/run-step.ts';
import { describeViolations, findViolations, newViolations } from '../store/violations.ts';
import type { HeldConnection } from '../store/connection.ts';
import { assertHistory, takeRow } from '../store/row-lock.ts';
import { Busy } from '../store/poll.ts';
import { holdDatabase, LOCKS } from '../store/transaction.ts';
import { hasOnInstall, installSql } from './install-sql.ts';
import { Recorder } from './recorder.ts';
import type { Rehearsal } from './rehearse.ts';
import type { Route } from './route.ts';

/**
 * Runs a whole route on the database itself, in one transaction that holds the row as an upgrade does, and rolls it back.
 * Nothing is announced, since that would be a commit. What a rollback does not turn back, as sequences, stays.
 *
 * @throws {@link StepFailedError} as `upgrade()` would
 */
export async function runLive(call: Call, route: Route): Promise<readonly Rehearsal[] | Busy> {
  const { database } = call;
  const { dialect } = database;
  return holdDatabase(database, call, async held => {
    const [first] = route.steps;
    if (first) await assertMayChange(held, database, first);
    await dialect.setForeignKeys(held, first?.foreignKeys ?? 'off');
    await held.begin(dialect.begin);
    try {
      await dialect.settle(held, { lockTimeoutMs: LOCKS.timeoutMs });
      if (!(await takeOver(held, call, route))) return new Busy({ holder: route.row?.holder });
      return await (first ? runSteps(held, call, route) : runInstall(held, call, route.to));
    } finally {
      await held.rollback();
      call.onStage(undefined);
    }
  });
}

/** Becomes the only one at work here; without a row by what an installation or an adoption takes. */
async function takeOver(held: HeldConnection, { database }: Call, { row }: Route): Promise<boolean> {
  if (!row) return database.dialect.tryInstallLock(held);
  const mine = await takeRow(held, database, row.epoch);
  if (mine?.version !== row.version) return false;
  await assertHistory(held, database, mine);
  return true;
}

async function runSteps(held: HeldConnection, call: Call, { steps }: Route): Promise<Rehearsal[]> {
  const { database } = call;
  const possible = inOneTransaction(call, steps);
  const orphans = await findViolations(held, database);
  const done: Rehearsal[] = [];
  await withEntityManager(held, call, async em => {
    for (const [index, step] of possible.entries()) {
      call.onStage(step.to);
      const meter = await meterOf(held, call);
      const recorder = new Recorder({ meter, each: 'operation' });
      const ms = await runTask(held, call, em, {
        ...step,
        version: step.to,
        deployed: steps[0]?.from,
        isLater: index > 0,
        more: index < possible.length - 1,
        done: [],
        observer: recorder,
      });
      await recorder.finish();
      done.push({ operations: recorder.operations, names: meter.names(), unseen: undefined, ms });
    }
  });
  const violations = newViolations(orphans, await findViolations(held, database));
  if (violations.length > 0) throw violated(call, possible.at(-1) as PlannedStep, describeViolations(violations));
  return [...done, ...steps.slice(possible.length).map(step => later(step))];
}

async function runInstall(held: HeldConnection, call: Call, version: number): Promise<Rehearsal[]> {
  const began = performance.now();
  const created = await installSql(held, call, version);
  await held.executeBatch(created.flatMap(({ sql }) => sql));
  const meter = await meterOf(held, call);
  const recorder = new Recorder({ meter, each: 'operation' });
  if (hasOnInstall(call, version)) {
    await withEntityManager(held, call, em =>
      runTask(held, call, em, { method: 'onInstall', version, deployed: undefined, done: [], observer: recorder }),
    );
    await recorder.finish();
  }
  const operations = [...created, ...recorder.operations];
  return [{ operations, names: meter.names(), unseen: undefined, ms: performance.now() - began }];
}

async function meterOf(held: HeldConnection, { database }: Call) {
  const metering = await database.dialect.load.metering();
  return metering.begin(held);
}

/** The steps that one transaction can hold: SQLite cannot change its mind about foreign keys inside of one. */
function inOneTransaction({ database }: Call, steps: readonly PlannedStep[]): readonly PlannedStep[] {
  if (database.dialect.foreignKeyCheck === undefined) return steps;
  const other = steps.findIndex(({ foreignKeys }) => foreignKeys !== steps[0]?.foreignKeys);
  return other < 0 ? steps : steps.slice(0, other);
}

function later({ method }: PlannedStep): Rehearsal {
  const reason = `${method} was not run: what comes before it has to be committed first, since one of them wants foreign keys on`;
  return { operations: [], names: new Map(), unseen: { why: 'later', reason } };
}

function violated({ database }: Call, { method, to, from }: PlannedStep, reason: string): StepFailedError {
  return new StepFailedError({ guid: database.guid, method, version: to, done: [], deployed: from, reason });
}
