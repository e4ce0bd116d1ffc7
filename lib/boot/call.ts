import type { Holder } from '../errors.ts';
import type { Database } from '../store/database.ts';
import type { Claim } from '../store/claim.ts';
import type { Definition } from './definition.ts';
import type { TransactionMode } from './planned-steps.ts';

/** What happens meanwhile. */
export type Progress =
  | { readonly type: 'waiting'; readonly guid: string; readonly holder: Holder | undefined; readonly waitedMs: number }
  | { readonly type: 'installing'; readonly guid: string; readonly version: number }
  | { readonly type: 'started'; readonly guid: string; readonly version: number; readonly method: string }
  | {
      readonly type: 'progress';
      readonly guid: string;
      readonly version: number;
      readonly done: number;
      /** Unknown if the step did not say. */
      readonly total: number | undefined;
    }
  | {
      readonly type: 'finished';
      readonly guid: string;
      readonly version: number;
      readonly method: string;
      readonly ms: number;
    };

/** How one call is to be done, with every default filled in. */
export interface Call {
  readonly database: Database;
  readonly definition: Definition;
  readonly claim: Claim;
  /** The instance whose methods are the steps. */
  readonly schema: object;
  readonly install: boolean | undefined;
  readonly adopt: number | undefined;
  readonly transaction: TransactionMode;
  /** Where to save an SQLite database before the first step. */
  readonly backup: string | undefined;
  /** Whether steps that are declared lossy may go back. */
  readonly allowLoss: boolean;
  readonly waitMs: number;
  readonly release: string | undefined;
  /** Why an override is made, for the log. */
  readonly reason?: string;
  readonly signal: AbortSignal | undefined;
  readonly onProgress: (progress: Progress) => void;
  /** Learns the version being worked to. */
  readonly onStage: (stage: number | undefined) => void;
}
