import type { Call } from '../boot/call.ts';
import { declaredLoss, type PlannedStep } from '../boot/planned-steps.ts';
import type { PlannedOperation, StepPlan, TableImpact } from './plan-data.ts';
import { together, type RowCount, type TableTouch } from '../dialects/table-touches.ts';
import type { Recorded } from './recorder.ts';
import type { Rehearsal } from './rehearse.ts';
import type { Route } from './route.ts';

/** Counts the rows of tables here, by name. */
export type CountRows = (names: readonly string[]) => Promise<ReadonlyMap<string, RowCount>>;

/** The plan of each step, from all sources. */
export async function assemble(
  call: Call,
  route: Route,
  rehearsals: readonly Rehearsal[],
  { countRows, live }: { countRows: CountRows; live: boolean },
): Promise<StepPlan[]> {
  const origins = originsOf(rehearsals);
  const names = new Set(origins.flatMap(origin => [...origin.values()]).filter(name => name !== undefined));
  const rows = await countRows([...names]);
  const steps: readonly (PlannedStep | undefined)[] = route.outcome === 'install' ? [undefined] : route.steps;
  return steps.map((step, index) => {
    const rehearsal = rehearsals[index] as Rehearsal;
    const origin = origins[index] as ReadonlyMap<string, string | undefined>;
    const impact = ({ id: _id, ...touch }: TableTouch): TableImpact => ({
      ...touch,
      rows: rowsHere(touch.name, origin, rows),
    });
    const operations = rehearsal.operations.map(operation => planned(operation, impact, live));
    return {
      ...described(call, step, route.to),
      compatible: step?.compatible ?? call.definition.compatibleAt(route.to),
      operations,
      tables: together(rehearsal.operations.flatMap(({ touches }) => touches)).map(impact),
      destroys: operations.flatMap(({ destroys }) => destroys),
      unseen: rehearsal.unseen,
      ...(rehearsal.ms !== undefined && { ms: rehearsal.ms }),
    };
  });
}

function planned(operation: Recorded, impact: (touch: TableTouch) => TableImpact, live: boolean): PlannedOperation {
  const { verb, subject, sql, dependsOnRows, afterRows, touches, destroys, ms, rows } = operation;
  const took = live && verb !== 'em' ? { took: { ms, rows } } : {};
  return { verb, subject, sql, dependsOnRows, afterRows, tables: touches.map(impact), destroys, ...took };
}

function described(
  { definition }: Call,
  step: PlannedStep | undefined,
  to: number,
): Pick<StepPlan, 'direction' | 'from' | 'to' | 'method' | 'undo' | 'loses' | 'lossy'> {
  if (!step)
    return {
      direction: 'install',
      from: undefined,
      to,
      method: 'install',
      undo: undefined,
      loses: undefined,
      lossy: undefined,
    };
  const { direction, from, method } = step;
  const { up, down } = definition;
  const back = direction === 'upgrade' ? down.has(from) && `downgradeTo_${from}` : up.has(from) && `upgradeTo_${from}`;
  const options = definition.optionsOf(Math.max(from, step.to));
  const [loses, lossy] = [declaredLoss(options, direction), declaredLoss(options, 'downgrade')];
  return { direction, from, to: step.to, method, undo: back || undefined, loses, lossy };
}

/**
 * The name that each table of a step has here and now, by the name it has when the step begins; none if a step before
 * makes it. Pure.
 */
function originsOf(rehearsals: readonly Rehearsal[]): ReadonlyMap<string, string | undefined>[] {
  let known = new Map<string, string | undefined>();
  return rehearsals.map(({ names }) => {
    const origin = new Map([...names.keys()].map(name => [name, known.has(name) ? known.get(name) : name]));
    const next = new Map(known);
    for (const name of names.keys()) next.set(name, undefined);
    for (const [before, after] of names) if (after !== undefined) next.set(after, origin.get(before));
    known = next;
    return origin;
  });
}

function rowsHere(
  name: string,
  origin: ReadonlyMap<string, string | undefined>,
  rows: ReadonlyMap<string, RowCount>,
): RowCount | undefined {
  const here = origin.get(name);
  // a table that is not here has none
  return (here === undefined ? undefined : rows.get(here)) ?? { count: 0, exact: true };
}
