import type { Call } from '../boot/call.ts';
import type { PlannedStep } from '../boot/planned-steps.ts';
import { unmetNeeds } from '../boot/modules/needs.ts';
import { readWithOthers } from '../boot/modules/others.ts';
import { newJournal } from '../boot/report.ts';
import { assertMayChange, assertNoNewOrphans, runSteps, type Observation } from '../boot/run-plan.ts';
import { runTask, withEntityManager } from '../boot/run-step.ts';
import type { HeldConnection } from '../store/connection.ts';
import { Busy } from '../store/poll.ts';
import { assertHistory, takeRow } from '../store/row-lock.ts';
import { holdDatabase, transact } from '../store/transaction.ts';
import { findViolations } from '../store/violations.ts';
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
export async function runLive(call: Call, { steps, ...rest }: Route): Promise<readonly Rehearsal[] | Busy> {
  const { ready, waiting } = await sortByNeeds(call, steps);
  if (ready.length === 0 && waiting.length > 0) return waiting;
  const done = await runReady(call, { ...rest, steps: ready });
  return done instanceof Busy ? done : [...done, ...waiting];
}

/** Finds the steps whose needs of other Schemas are met as these are now: the others cannot run before those were brought up. */
async function sortByNeeds(call: Call, steps: readonly PlannedStep[]) {
  const { needsAt } = call.definition;
  if (steps.every(({ to }) => needsAt(to).size === 0)) return { ready: steps, waiting: [] };
  const { others } = await readWithOthers(call, call);
  const missingAt = (version: number) => unmetNeeds(needsAt(version), guid => others.deployed.get(guid));
  // A need never goes down on the way up.
  const first = steps.findIndex(({ to, direction }) => direction === 'upgrade' && missingAt(to).length > 0);
  if (first < 0) return { ready: steps, waiting: [] };
  const waiting = steps.slice(first).map(({ method, to }) => {
    const needs = missingAt(to).map(
      ({ guid, needs: version, deployed }) =>
        `${guid} at version ${version}, and it ${deployed === undefined ? 'has no version' : `is at version ${deployed}`}`,
    );
    return notRun(`${method} did not run: it needs ${needs.join('; ')}. Bring that up first.`);
  });
  return { ready: steps.slice(0, first), waiting };
}

async function runReady(call: Call, route: Route): Promise<readonly Rehearsal[] | Busy> {
  const { database } = call;
  const [first] = route.steps;
  const run = async (held: HeldConnection) => {
    if (!(await takeOver(held, call, route))) return new Busy({ holder: route.row?.holder });
    return first ? runPossible(held, call, route.steps) : runInstall(held, call, route.to);
  };
  try {
    return await holdDatabase(database, call, async held => {
      if (first) await assertMayChange(held, database, first);
      await database.dialect.setForeignKeys(held, first?.foreignKeys ?? 'off');
      return transact(held, database, call, () => run(held), { withSteps: first !== undefined, isTrial: true });
    });
  } finally {
    call.onStage(undefined);
  }
}

/** Becomes the only one at work here; without a row by what an installation or an adoption takes. */
async function takeOver(held: HeldConnection, { database }: Call, { row }: Route): Promise<boolean> {
  if (!row) return (await database.dialect.tryInstallLock(held)).isOurs;
  const mine = await takeRow(held, database, row.epoch);
  if (mine?.version !== row.version) return false;
  await assertHistory(held, database, mine);
  return true;
}

/** Runs the steps that one transaction can hold, by the engine of an upgrade, and writes down what each of them does. */
async function runPossible(
  held: HeldConnection,
  call: Call,
  steps: readonly PlannedStep[],
): Promise<readonly Rehearsal[]> {
  const { database } = call;
  const possible = inOneTransaction(call, steps);
  const journal = newJournal();
  const orphans = await findViolations(held, database);
  const done: Rehearsal[] = [];
  const observe = async (): Promise<Observation> => {
    const meter = await meterOf(held, call);
    const observer = new Recorder({ meter, each: 'operation' });
    const finish = async (ms: number) => {
      await observer.finish();
      done.push({ operations: observer.operations, names: meter.names(), unseen: undefined, ms });
    };
    return { observer, finish };
  };
  await runSteps(held, call, possible, { journal, observe });
  await assertNoNewOrphans(held, call, possible, { journal, orphans });
  return [...done, ...steps.slice(possible.length).map(step => later(step))];
}

async function runInstall(held: HeldConnection, call: Call, version: number): Promise<Rehearsal[]> {
  const began = performance.now();
  const created = await installSql(held, call, version);
  await held.executeBatch(created.flatMap(({ sql }) => sql));
  const meter = await meterOf(held, call);
  const recorder = new Recorder({ meter, each: 'operation' });
  if (hasOnInstall(call, version)) {
    const task = { method: 'onInstall', version, deployed: undefined, journal: newJournal(), observer: recorder };
    await withEntityManager(held, call, em => runTask(held, call, em, task));
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
  return notRun(
    `${method} did not run: the steps before it must be committed first, because foreignKeys differs between them`,
  );
}

function notRun(reason: string): Rehearsal {
  return { operations: [], names: new Map(), unseen: { why: 'later', reason } };
}
