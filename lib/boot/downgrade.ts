import { openDatabase, readRow } from '../store/database.ts';
import type { DeployedRow } from '../store/row.ts';
import { standingOf } from '../version.ts';
import type { Call } from './call.ts';
import type { Definition } from './definition.ts';
import { planSteps, type PlannedStep } from './planned-steps.ts';
import { newJournal, type DowngradeReport } from './report.ts';
import { travel } from './run-plan.ts';
import { targetError, verdictOn } from './verdict.ts';
import { waitingForOthers } from './waiting.ts';

/** Brings the database back to a lower version, if every step on the way has its way back. */
export async function downgrade(call: Call, target: number): Promise<DowngradeReport> {
  const { database, definition } = call;
  const { guid } = definition;
  const journal = newJournal();
  let from: number | undefined;
  await openDatabase(database);
  const { value: to, waitedMs } = await waitingForOthers(call, async () => {
    const row = await readRow(database, call);
    from ??= row?.version;
    if (row && row.version < target && journal.steps.length > 0) return row.version;
    const plan = planWayBack(call, row, target);
    return plan.length === 0 ? target : travel(call, row as DeployedRow, plan, journal);
  });
  const { steps, orphans, lost, backup } = journal;
  const outcome = steps.length > 0 ? 'downgraded' : 'level';
  return { guid, from, to, outcome, steps, waitedMs, orphans, lost, ...(backup !== undefined && { backup }) };
}

/**
 * Decides the way from where a database is back to a lower version; no step if it is there. Looks at the whole path. Pure.
 *
 * @throws what forbids it
 */
export function planWayBack(call: Call, row: DeployedRow | undefined, target: number): PlannedStep[] {
  const { database, definition } = call;
  const { guid, latest } = definition;
  const verdict = verdictOn(row, definition, database);
  const standing = standingOf(row, definition);
  // a database that is behind, or too old to go up from, may still go down
  if (verdict && standing !== 'behind' && standing !== 'too old') throw verdict;
  const { version } = row as DeployedRow;
  if (version < target) {
    const why = `the database is at version ${version}, and downgrade() never goes up: call upgrade()`;
    throw targetError(guid, target, why);
  }
  if (version > latest) {
    const why = `the database is at version ${version}, and only the release that made it knows the way back`;
    throw targetError(guid, target, why);
  }
  const plan = planSteps(definition, version, target);
  if (plan.length > 0) assertWayBack(call, plan);
  return plan;
}

function assertWayBack({ definition, allowLoss }: Call, plan: readonly PlannedStep[]): void {
  const { guid, down } = definition;
  const target = (plan.at(-1) as PlannedStep).to;
  const missing = plan.find(step => !down.has(step.to));
  if (missing) {
    throw targetError(
      guid,
      target,
      `the way back from ${missing.from} to ${missing.to} is missing: write ${missing.method}`,
    );
  }
  const lossy = plan.filter(step => lossOf(definition, step) !== undefined);
  if (lossy.length === 0 || allowLoss) return;
  const losses = lossy.map(step => `${step.method} ${lossOf(definition, step)}`).join(', ');
  throw targetError(
    guid,
    target,
    `the way there loses data: ${losses}; if that is meant, call it with { allowLoss: true }`,
  );
}

function lossOf(definition: Definition, step: PlannedStep): string | undefined {
  return definition.optionsOf(step.from).lossy;
}
