import type { Difference } from '../difference.ts';

/** A step that this call ran. */
export interface StepReport {
  /** The version it led to. */
  readonly version: number;
  readonly ms: number;
}

/** What a call did. */
export interface UpgradeReport {
  readonly guid: string;
  /** The version the database was at; `undefined` if it had none. */
  readonly from: number | undefined;
  readonly to: number;
  readonly outcome: 'installed' | 'adopted' | 'upgraded' | 'level' | 'ahead';
  /** The steps this call ran itself. Another process may have run others meanwhile. */
  readonly steps: readonly StepReport[];
  /** The tables and columns that these steps dropped, in the order dropped. */
  readonly dropped: readonly Dropped[];
  /** How long this call waited for others, in milliseconds. */
  readonly waitedMs: number;
  /** Rows whose parents were missing before already. Only SQLite can have them. */
  readonly orphans: number;
  /**
   * In what the storage differs from the frozen version reached: what was different before already, and with
   * `verify: 'report'` also what the steps made different. Only where this call changed the version; empty where nobody
   * compared.
   */
  readonly drift: readonly Difference[];
  /** The file the database was saved to before the first step, if that was asked for and there was one. */
  readonly backup?: string;
}

/** A table or a column that a step dropped by an operation, whatever was in it. */
export interface Dropped {
  /** The version the step led to. */
  readonly version: number;
  /** The table, or the table and column: `animal`, `animal.legs`. */
  readonly what: string;
}

/** What went with a table or a column that a step dropped. */
export interface Loss {
  /** The step's version: that which is left behind. */
  readonly version: number;
  /** The table, or the table and column. */
  readonly what: string;
  /** Rows of a table; values of a column that were not null. */
  readonly rows: number;
}

/** What `downgrade()` did. */
export interface DowngradeReport extends Omit<UpgradeReport, 'outcome'> {
  readonly outcome: 'downgraded' | 'level';
  /** What was dropped on the way with something in it. */
  readonly lost: readonly Loss[];
}

/** What `assertStorage()` found or made. */
export interface StorageReport {
  readonly guid: string;
  readonly version: number;
  readonly outcome: 'installed' | 'completed' | 'level' | 'ahead';
  /** The tables it created; all of them after an installation, which lists none. */
  readonly created: readonly string[];
}

/** What `allow()` did. */
export interface AllowReport {
  readonly guid: string;
  readonly deployed: number;
  /** The oldest version of the code that might run before, and that may now. Equal if there was nothing to lower. */
  readonly from: number;
  readonly to: number;
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
