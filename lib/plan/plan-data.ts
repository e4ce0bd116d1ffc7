import type { DialectName } from '../dialects/registry.ts';
import type { RowCount, TableTouch } from '../dialects/table-touches.ts';
import type { Direction } from '../boot/planned-steps.ts';

/** The effect of an operation or a step on a table that exists before the step. */
export interface TableImpact extends Omit<TableTouch, 'id'> {
  /** How many rows the table has now: 0 if an earlier step creates it, `undefined` if unknown. */
  readonly rows: RowCount | undefined;
}

/** One operation of a step. A plan lists them in order. */
export interface PlannedOperation {
  /** The method of the step: `addProperty`; `em` for statements of its EntityManagers. */
  readonly verb: string;
  /** The entity or property: `Animal.legs`. */
  readonly subject: string;
  /**
   * The statements, without those by which the library reads. Where rows are passed to code of the step, the statements for
   * them are left out.
   */
  readonly sql: readonly string[];
  /** Whether other statements are possible, depending on existing rows. */
  readonly dependsOnRows: boolean;
  /** Whether the step read rows before this operation, so it may depend on them. */
  readonly afterRows: boolean;
  readonly tables: readonly TableImpact[];
  /** The tables and columns it destroys: `animal`, `animal.notes`, or the statement that destroys. */
  readonly destroys: readonly string[];
  /** How long it took, in milliseconds, and how many rows it changed; only in a live plan. */
  readonly took?: { readonly ms: number; readonly rows: number };
}

/** Why a plan did not run a step. */
export interface Unseen {
  /**
   * `unfrozen`: its first version is not frozen. `outside`: it uses tables outside its frozen version. `failed`: it fails on an
   * empty database. `later`: a live plan would have to commit before it, or another Schema must be brought up first.
   */
  readonly why: 'unfrozen' | 'outside' | 'failed' | 'later';
  /** In words. */
  readonly reason: string;
}

/** One step of a plan, with its operations. */
export interface StepPlan {
  readonly direction: 'install' | Direction;
  readonly from: number | undefined;
  readonly to: number;
  readonly method: string;
  /** The oldest version of the code that may run once it is done. */
  readonly compatible: number;
  readonly operations: readonly PlannedOperation[];
  /** The effect of all operations together on existing tables. */
  readonly tables: readonly TableImpact[];
  readonly destroys: readonly string[];
  /** The method that leads back; `undefined` if this cannot be undone. */
  readonly undo: string | undefined;
  /** The loss that this step declares: it runs only with `{ allowLoss: true }`. */
  readonly loses: string | undefined;
  /** The loss that the step back declares. */
  readonly lossy: string | undefined;
  /** Why the plan did not run it, or not to its end; `undefined` if it did. */
  readonly unseen: Unseen | undefined;
  /** How long it took, in milliseconds; only in a live plan. */
  readonly ms?: number;
}

/** The plan of an upgrade, an installation or a downgrade. */
export interface Plan {
  readonly guid: string;
  /** Names the database, without credentials. */
  readonly database: string;
  readonly dialect: DialectName;
  /** The version of the database, or the version it would be adopted at; `undefined` if it has none. */
  readonly from: number | undefined;
  readonly to: number;
  readonly outcome: 'install' | 'upgrade' | 'downgrade' | 'level' | 'ahead';
  /** The version that is recorded first, if the database has storage and no version. */
  readonly adopt: number | undefined;
  /** Whether the plan ran on the database itself and was rolled back. */
  readonly live: boolean;
  readonly steps: readonly StepPlan[];
}
