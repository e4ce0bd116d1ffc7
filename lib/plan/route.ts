import type { Call } from '../boot/call.ts';
import { assertTarget, type Move } from '../boot/decide.ts';
import { assertMigrated } from '../boot/install.ts';
import { look, surveyDatabase } from '../boot/look.ts';
import type { PlannedStep } from '../boot/planned-steps.ts';
import { Busy } from '../store/poll.ts';
import type { DeployedRow } from '../store/deployed-row.ts';
import type { Plan } from './plan-data.ts';

/** The plan of a database, before its steps are looked at. */
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
  const { definition, install, adopt } = call;
  const to = target ?? definition.latest;
  assertTarget(definition, to);
  const looked = await look(call, { verb: 'plan', target, install, adopt });
  // Another process installed it meanwhile, and there is a row now.
  if (looked instanceof Busy) return findRoute(call, target);
  const { row, move } = looked;
  if (move.kind === 'refuse') throw move.error;
  if (move.kind === 'adopt') await assertMigrated(call, move.version);
  return { row, ...routeOf(move, row, to) };
}

/** What a move shows of itself. Pure. */
function routeOf(move: Move, row: DeployedRow | undefined, to: number): Omit<Route, 'row'> {
  const idle = { from: row?.version, to, adopt: undefined, steps: [] };
  switch (move.kind) {
    case 'install':
      return { ...idle, outcome: 'install' };
    case 'adopt': {
      const { version, steps } = move;
      return { outcome: steps.length > 0 ? 'upgrade' : 'level', from: version, to, adopt: version, steps };
    }
    case 'run':
      return { ...idle, outcome: (move.steps[0] as PlannedStep).direction, steps: move.steps };
    case 'rest':
      return { ...idle, outcome: move.outcome, to: move.version };
    default:
      throw new Error(`${move.kind} is nothing to be planned`);
  }
}

/** Whether the version a step starts from is that of a database without storage: 0, before the first step made any. */
export async function startsFromNothing(call: Call, { from, steps }: Route): Promise<boolean> {
  if (from !== 0 || steps.length === 0 || call.definition.versionOf(0)) return false;
  return (await surveyDatabase(call)).own.length === 0;
}
