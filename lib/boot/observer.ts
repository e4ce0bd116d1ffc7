import type { Watch } from '../store/connection.ts';
import type { Step } from '../operations/step.ts';

/** Looks at a step from within while it runs, for whoever wants to tell what it does. */
export interface StepObserver extends Watch {
  /** Hands the step over as its method is to see it; `flush` sends what the EntityManagers still hold. */
  see(step: Step, flush: () => Promise<void>): Step;
  /** Learns that rows are handed to code of the step from now on, and until when. */
  onRows(handing: boolean): void;
  /** Learns what is dropped, whatever is in it: a table, or a table and column. */
  onDrop(what: string): void;
}
