import { compatibleAfter } from './compatible.ts';
import type { Definition, StepOptions } from './definition.ts';

export type Direction = 'upgrade' | 'downgrade';

/** One step of a plan. */
export interface PlannedStep {
  readonly direction: Direction;
  readonly from: number;
  /** The version it leads to. */
  readonly to: number;
  readonly method: string;
  readonly foreignKeys: 'on' | 'off';
  /** The oldest version of the code that may run once it is done: what the row says from then on. */
  readonly compatible: number;
}

/** How much of a plan is committed at once: all steps together, or each step alone. */
export type TransactionMode = 'plan' | 'step';

/** What a plan starts from. */
export interface Start {
  readonly version: number;
  /** The oldest version of the code that may run there. */
  readonly compatible: number;
}

/** Decides the steps from one version to another, up or down. Pure. */
export function planSteps(definition: Definition, { version: from, compatible }: Start, to: number): PlannedStep[] {
  const way = Math.sign(to - from);
  const direction = way < 0 ? 'downgrade' : 'upgrade';
  let oldest = compatible;
  return Array.from({ length: Math.abs(to - from) }, (_, index) => {
    const start = from + index * way;
    const end = start + way;
    // A step is declared under the higher of its two versions, whichever way it is taken.
    const { foreignKeys = 'off' } = definition.optionsOf(Math.max(start, end));
    oldest = way < 0 ? definition.compatibleAt(end) : compatibleAfter(oldest, end, definition.optionsOf(end));
    return { direction, from: start, to: end, method: `${direction}To_${end}`, foreignKeys, compatible: oldest };
  });
}

/** What a step is declared to lose on the way it is taken, in words; `undefined` if nothing is declared. */
export function declaredLoss({ lossy }: StepOptions, direction: Direction): string | undefined {
  if (typeof lossy === 'string') return direction === 'downgrade' ? lossy : undefined;
  return direction === 'downgrade' ? lossy?.down : lossy?.up;
}

/** What steps are declared to lose, each with the name of its method. */
export function declaredLosses(steps: readonly PlannedStep[], { optionsOf }: Pick<Definition, 'optionsOf'>): string[] {
  return steps.flatMap(({ from, to, method, direction }) => {
    const loss = declaredLoss(optionsOf(Math.max(from, to)), direction);
    return loss === undefined ? [] : [`${method} ${loss}`];
  });
}

/**
 * Groups a plan into its transactions.
 *
 * @param splits whether the database cannot change its mind about foreign keys inside one
 */
export function planTransactions(
  steps: readonly PlannedStep[],
  mode: TransactionMode,
  splits: boolean,
): PlannedStep[][] {
  const transactions: PlannedStep[][] = [];
  for (const step of steps) {
    const last = transactions.at(-1);
    if (mode === 'plan' && last && !(splits && last[0]?.foreignKeys !== step.foreignKeys)) last.push(step);
    else transactions.push([step]);
  }
  return transactions;
}
