import type { Difference } from '../difference.ts';
import type { Dependency, Holder } from '../errors.ts';
import type { Standing } from '../version.ts';

/** One step that this call ran. */
export interface StepReport {
  /** The version the step leads to. */
  readonly version: number;
  /** How long it took, in milliseconds. */
  readonly ms: number;
}

/** The report of `upgrade()` and `adopt()`. */
export interface UpgradeReport {
  readonly guid: string;
  /** The version of the database before the call; `undefined` if it had none. */
  readonly from: number | undefined;
  /** The version of the database after the call. */
  readonly to: number;
  /** What happened. `'level'`: nothing to do. `'ahead'`: nothing to do, and the database is at a later version. */
  readonly outcome: 'installed' | 'adopted' | 'upgraded' | 'level' | 'ahead';
  /** The steps this call ran itself. Another process may have run others in the meantime. */
  readonly steps: readonly StepReport[];
  /**
   * The tables and columns that these steps dropped, for each step first by operations and then by the SQL of
   * `step.execute()`. SQL is read, not looked at: `drop table if exists x` counts although there was no `x`, and what a
   * function or the EntityManager drops does not.
   */
  readonly dropped: readonly Dropped[];
  /** How long this call waited for other processes, in milliseconds. */
  readonly waitedMs: number;
  /** How many rows had a missing parent before the call. Only SQLite can have them. */
  readonly orphans: number;
  /**
   * How the storage differs from the frozen version reached: the differences from before the call, and with
   * `verify: 'report'` also those that the steps made. Empty if this call did not change the version, or if nothing was
   * compared.
   */
  readonly drift: readonly Difference[];
  /** The backup made before the first step, a file or a folder, if the call asked for one and had a step to run. */
  readonly backup?: string;
  /** Shows the report in one or a few lines. Not enumerable: a report is plain data otherwise. */
  toString(): string;
}

/** A table or a column that a step dropped, with or without data in it. */
export interface Dropped {
  /** The version the step leads to. */
  readonly version: number;
  /** The table, or the table and column: `animal`, `animal.legs`. */
  readonly what: string;
}

/** The data that a step dropped with a table or a column. */
export interface Loss {
  /** The version that the step back leaves. */
  readonly version: number;
  /** The table, or the table and column: `animal`, `animal.legs`. */
  readonly what: string;
  /** The number of rows of the table, or of values of the column that were not null. */
  readonly rows: number;
}

/** The report of `downgrade()`. */
export interface DowngradeReport extends Omit<UpgradeReport, 'outcome'> {
  readonly outcome: 'downgraded' | 'level';
  /** The tables and columns with data that operations of the steps dropped. */
  readonly lost: readonly Loss[];
}

/** The report of `assertStorage()`. */
export interface StorageReport {
  readonly guid: string;
  readonly version: number;
  readonly outcome: 'installed' | 'completed' | 'level' | 'ahead';
  /** The tables this call created. Empty after a fresh install, which creates all of them. */
  readonly created: readonly string[];
  /** Shows the report in one or a few lines. Not enumerable: a report is plain data otherwise. */
  toString(): string;
}

/** The report of `allow()`. */
export interface AllowReport {
  readonly guid: string;
  readonly deployed: number;
  /** The oldest version of the code that was allowed to run before the call. */
  readonly from: number;
  /** The oldest version of the code that may run now. Equal to `from` if there was nothing to lower. */
  readonly to: number;
  /** Shows the report in one or a few lines. Not enumerable: a report is plain data otherwise. */
  toString(): string;
}

/** What a call has done so far. */
export interface Journal {
  /** The version the database was at when it was first read. */
  from: number | undefined;
  /** How a database without a row came to one. */
  settled: 'installed' | 'adopted' | undefined;
  /** Where there was nothing to do. */
  outcome: 'level' | 'ahead' | undefined;
  readonly steps: StepReport[];
  /** The tables that were missing. */
  created: readonly string[];
  readonly lost: Loss[];
  readonly dropped: Dropped[];
  orphans: number;
  drift: readonly Difference[];
  backup: string | undefined;
}

export function newJournal(): Journal {
  return {
    from: undefined,
    settled: undefined,
    outcome: undefined,
    steps: [],
    created: [],
    lost: [],
    dropped: [],
    orphans: 0,
    drift: [],
    backup: undefined,
  };
}

/** The report of `status()`, for dashboards and readiness checks. */
export interface SchemaStatus {
  readonly guid: string;
  /** How the version of the database compares with this code: missing, too old, behind, level, ahead or forked. */
  readonly standing: Standing;
  /** Whether this code may run on this database, with the Schemas it depends on: whether `assertVersion()` passes. */
  readonly runnable: boolean;
  /** The Schemas that this code depends on, the version it needs of each, and the version each is at. */
  readonly dependencies: readonly Dependency[];
  /** The version this code was written for. */
  readonly latest: number;
  /** The version of the database; `undefined` if it has none. */
  readonly deployed: number | undefined;
  /** The oldest version of the code that may run on the database; `undefined` if the database has no version. */
  readonly compatible: number | undefined;
  /** The version that a process is working to right now; `undefined` if no process announced an upgrade. */
  readonly stage: number | undefined;
  /** The version at which that work ends. */
  readonly target: number | undefined;
  /** The process that announced the upgrade: host, pid and time. */
  readonly holder: Holder | undefined;
}
