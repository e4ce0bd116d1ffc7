import type { DialectName } from '../dialects/registry.ts';
import type { RowCount, TableTouch } from '../dialects/table-touches.ts';
import type { Direction } from '../boot/planned-steps.ts';

/** What an operation, or a step, does to a table that was there before the step. */
export interface TableImpact extends Omit<TableTouch, 'id'> {
  /** How many rows it has here and now; none if a step before makes it, `undefined` if nobody knows. */
  readonly rows: RowCount | undefined;
}

/** Something a step does, in the order done. */
export interface PlannedOperation {
  /** The step's verb, as `addProperty`; `em` for what its EntityManagers send. */
  readonly verb: string;
  /** What it is done to, as `Animal.legs`. */
  readonly subject: string;
  /**
   * What is sent, without what an operation of this library reads. Where rows are handed to code of the step, what is
   * sent for them is left out.
   */
  readonly sql: readonly string[];
  /** Whether more is sent, or something else, depending on the rows that are there. */
  readonly dependsOnRows: boolean;
  /** Whether the step has read rows before: what it does from then on may depend on them. */
  readonly afterRows: boolean;
  readonly tables: readonly TableImpact[];
  /** What it destroys: `animal`, `animal.notes`, or the statement that says so. */
  readonly destroys: readonly string[];
  /** How long it took, in milliseconds, and how many rows it changed; of a live plan only. */
  readonly took?: { readonly ms: number; readonly rows: number };
}

/** Why a step was not run. */
export interface Unseen {
  /**
   * `unfrozen`: no frozen version says what it starts from. `outside`: it reaches for what is not in its frozen version.
   * `failed`: it does not run on an empty database. `later`: a live plan would have to commit before it.
   */
  readonly why: 'unfrozen' | 'outside' | 'failed' | 'later';
  /** In words. */
  readonly reason: string;
}

/** A step, and what it does. */
export interface StepPlan {
  readonly direction: 'install' | Direction;
  readonly from: number | undefined;
  readonly to: number;
  readonly method: string;
  /** The oldest version of the code that may run once it is done. */
  readonly compatible: number;
  readonly operations: readonly PlannedOperation[];
  /** What all operations together do to the tables that are there. */
  readonly tables: readonly TableImpact[];
  readonly destroys: readonly string[];
  /** The method that leads back; `undefined` if this cannot be undone. */
  readonly undo: string | undefined;
  /** What this step loses, as it is declared: it runs with `{ allowLoss: true }` only. */
  readonly loses: string | undefined;
  /** What the way back loses, as it is declared. */
  readonly lossy: string | undefined;
  /** Set if it was not run, or not to its end. */
  readonly unseen: Unseen | undefined;
  /** How long it took, in milliseconds; of a live plan only. */
  readonly ms?: number;
}

/** What would be done to a database. */
export interface Plan {
  readonly guid: string;
  /** Names the database, without credentials. */
  readonly database: string;
  readonly dialect: DialectName;
  /** The version it is at, or would be adopted at; `undefined` if it has none. */
  readonly from: number | undefined;
  readonly to: number;
  readonly outcome: 'install' | 'upgrade' | 'downgrade' | 'level' | 'ahead';
  /** The version it would be recorded at first, if it has storage and no version. */
  readonly adopt: number | undefined;
  /** Whether it was run here and rolled back. */
  readonly live: boolean;
  readonly steps: readonly StepPlan[];
}
