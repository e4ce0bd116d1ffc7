import type { Definition } from './definition.ts';

export type Direction = 'upgrade' | 'downgrade';

/** One step of a plan. */
export interface PlannedStep {
  readonly direction: Direction;
  readonly from: number;
  /** The version it leads to. */
  readonly to: number;
  readonly method: string;
  readonly foreignKeys: 'on' | 'off';
}

/** How much of a plan is committed at once. */
export type TransactionMode = 'plan' | 'step';

/** Decides the steps from one version to another, up or down. Pure. */
export function planSteps(definition: Definition, from: number, to: number): PlannedStep[] {
  const way = Math.sign(to - from);
  const direction = way < 0 ? 'downgrade' : 'upgrade';
  return Array.from({ length: Math.abs(to - from) }, (_, index) => {
    const start = from + index * way;
    const end = start + way;
    // a step is declared under the higher of its two versions, whichever way it is taken
    const { foreignKeys = 'off' } = definition.optionsOf(Math.max(start, end));
    return { direction, from: start, to: end, method: `${direction}To_${end}`, foreignKeys };
  });
}

/** Groups a plan into its transactions. SQLite cannot change its mind about foreign keys inside one. */
export function planTransactions(steps: readonly PlannedStep[], mode: TransactionMode): PlannedStep[][] {
  const transactions: PlannedStep[][] = [];
  for (const step of steps) {
    const last = transactions.at(-1);
    if (mode === 'plan' && last?.[0]?.foreignKeys === step.foreignKeys) last.push(step);
    else transactions.push([step]);
  }
  return transactions;
}
