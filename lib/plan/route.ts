import { existsSync } from 'node:fs';
import type { Call } from '../boot/call.ts';
import { planWayBack } from '../boot/downgrade.ts';
import { assertAdoptable, refusalOf } from '../boot/install.ts';
import { planSteps, type PlannedStep } from '../boot/planned-steps.ts';
import { assertTarget, verdictOn } from '../boot/verdict.ts';
import { fileOf, readRow } from '../store/database.ts';
import type { DeployedRow } from '../store/row.ts';
import { surveyStorage, type Survey } from '../store/survey.ts';
import { standingOf } from '../version.ts';
import type { Plan } from './plan-data.ts';

/** What a database calls for, before anything of it is looked at more closely. */
export interface Route extends Pick<Plan, 'outcome' | 'from' | 'to' | 'adopt'> {
  readonly row: DeployedRow | undefined;
  readonly steps: readonly PlannedStep[];
}

/**
 * Decides what `upgrade()` would do, or `downgrade()` if the target is below the version the database has reached.
 *
 * @throws what they would throw
 */
export async function findRoute(call: Call, target: number | undefined): Promise<Route> {
  const { database, definition } = call;
  const { latest } = definition;
  const to = target ?? latest;
  assertTarget(definition, to);
  const row = await readRow(database, call);
  if (!row) return findRouteWithoutRow(call, to);
  const { version: from } = row;
  const route = { row, from, to, adopt: undefined };
  if (target !== undefined && target < from) {
    // what is lost on the way is told, and forbids nothing yet
    const steps = planWayBack({ ...call, allowLoss: true }, row, target);
    return { ...route, outcome: 'downgrade', steps };
  }
  const verdict = verdictOn(row, definition, database);
  if (verdict && standingOf(row, definition) !== 'behind') throw verdict;
  if (from > latest) return { ...route, to: from, outcome: 'ahead', steps: [] };
  const steps = planSteps(definition, from, to);
  return { ...route, outcome: steps.length > 0 ? 'upgrade' : 'level', steps };
}

/** What a database without a version calls for: an installation, or to be adopted and upgraded. */
async function findRouteWithoutRow(call: Call, to: number): Promise<Route> {
  const { definition, adopt } = call;
  const survey = await surveyDatabase(call);
  const refusal = refusalOf(call, survey, to);
  if (refusal) throw refusal;
  const row = undefined;
  if (survey.own.length === 0 || adopt === undefined) {
    return { row, outcome: 'install', from: undefined, to, adopt: undefined, steps: [] };
  }
  await assertAdoptable(call, adopt);
  const steps = planSteps(definition, adopt, to);
  return { row, outcome: steps.length > 0 ? 'upgrade' : 'level', from: adopt, to, adopt, steps };
}

/** Lists what is there. A file that is not there is not made by looking. */
async function surveyDatabase(call: Call): Promise<Survey> {
  return isMissing(call) ? { own: [], missing: [], other: [] } : surveyStorage(call.database, call.claim, call);
}

/** Whether there is not even a file. */
export function isMissing({ database }: Call): boolean {
  const file = fileOf(database.orm);
  return file !== undefined && !existsSync(file);
}

/** Whether the version a step starts from is that of a database without storage: 0, before the first step made any. */
export async function startsFromNothing(call: Call, { from, steps }: Route): Promise<boolean> {
  if (from !== 0 || steps.length === 0 || call.definition.versionOf(0)) return false;
  return (await surveyDatabase(call)).own.length === 0;
}
