import { SchemaTargetError, type Holder } from '../errors.ts';
import { isVersion } from '../version.ts';
import type { Database } from '../store/database.ts';
import type { Claim } from '../mikro-orm/stored-metadata.ts';
import type { Definition } from './definition.ts';
import type { TransactionMode } from './planned-steps.ts';

/** What a Schema does by default; each call may override it. */
export interface SchemaOptions {
  /**
   * `true` installs beside tables that are not ours; `false` never installs: on servers, where a wrong connection string
   * must not become an empty shop. By default an empty database is installed, and no other.
   */
  readonly install?: boolean | undefined;
  /**
   * The version of databases that have their storage and no row yet; `'find'` compares the storage with every frozen
   * version, and takes the one that is the same. Databases that have a row are left alone.
   */
  readonly adopt?: number | 'find' | undefined;
  /**
   * How long to wait for others, in milliseconds.
   *
   * @defaultValue `60_000`
   */
  readonly waitMs?: number | undefined;
  /** The application's own version, for the log. */
  readonly release?: string | undefined;
  /** The PostgreSQL namespace of this Schema's tables. By default that of the ORM. */
  readonly namespace?: string | undefined;
  /**
   * What happens if the storage that a step, an installation or an adoption leads to is not that of its frozen version.
   * Where there are no frozen versions, the storage is not compared.
   *
   * @defaultValue `'fail'`
   */
  readonly verify?: VerifyMode | undefined;
}

/**
 * `'fail'` rolls everything back and throws {@link StepFailedError} with the differences. `'report'` records the version
 * and lists the differences in the report. `'off'` does not compare.
 */
export type VerifyMode = 'fail' | 'report' | 'off';

export interface CallOptions {
  readonly waitMs?: number | undefined;
  /** Stops waiting, and stops between two statements; the database is left at a whole version. */
  readonly signal?: AbortSignal | undefined;
  /** Learns what happens meanwhile. What it throws is not caught. */
  readonly onProgress?: ((progress: Progress) => void) | undefined;
}

export interface UpgradeOptions extends CallOptions {
  readonly install?: boolean | undefined;
  readonly adopt?: number | 'find' | undefined;
  readonly release?: string | undefined;
  /**
   * `'plan'` commits all steps at once: if one fails, the database is still at the version the old release runs on.
   * `'step'` commits each by itself, and holds no lock for longer than one step.
   *
   * @defaultValue `'plan'`
   */
  readonly transaction?: TransactionMode | undefined;
  /** What happens if the storage is not that of its frozen version afterwards. Default: that of the Schema, or `'fail'`. */
  readonly verify?: VerifyMode | undefined;
  /**
   * Runs steps that are declared `lossy`. By default such a step stops the call before the first write.
   *
   * @defaultValue `false`
   */
  readonly allowLoss?: boolean | undefined;
  /**
   * A file to save an SQLite database to before the first step, by the engine's own online backup. It must not be there.
   * Nothing is saved if there is nothing to do.
   */
  readonly backup?: string | undefined;
}

export interface AdoptOptions extends CallOptions {
  readonly release?: string | undefined;
  /** Records the version without comparing the storage with its frozen version. Default: false. */
  readonly unverified?: boolean | undefined;
  /** What happens if the storage is not that of the frozen version. Default: that of the Schema, or `'fail'`. */
  readonly verify?: VerifyMode | undefined;
}

export type DowngradeOptions = Omit<UpgradeOptions, 'install' | 'adopt'>;

const DEFAULT_WAIT_MS = 60_000;

/** Fills in the defaults and checks what TypeScript could not. */
export function resolveOptions(
  { guid, latest }: { readonly guid: string; readonly latest: number },
  defaults: SchemaOptions,
  options: UpgradeOptions,
) {
  const waitMs = options.waitMs ?? defaults.waitMs ?? DEFAULT_WAIT_MS;
  if (typeof waitMs !== 'number' || Number.isNaN(waitMs) || waitMs < 0) {
    throw new SchemaTargetError(`waitMs is ${String(waitMs)}: make it a number of milliseconds from 0`, {
      guid,
      target: waitMs,
    });
  }
  const transaction = options.transaction ?? 'plan';
  if (transaction !== 'plan' && transaction !== 'step') {
    throw new SchemaTargetError(`transaction is ${String(transaction)}: make it 'plan' or 'step'`, {
      guid,
      target: transaction,
    });
  }
  const verify = options.verify ?? defaults.verify ?? 'fail';
  if (!['fail', 'report', 'off'].includes(verify)) {
    throw new SchemaTargetError(`verify is ${verify}: use 'fail', 'report' or 'off'`, { guid, target: verify });
  }
  const adopt = options.adopt ?? defaults.adopt;
  if (adopt !== undefined && adopt !== 'find' && !(isVersion(adopt) && adopt <= latest)) {
    throw new SchemaTargetError(
      `adopt is ${String(adopt)}: use a version up to latest, which is ${latest}, or 'find'`,
      {
        guid,
        target: adopt,
      },
    );
  }
  return {
    waitMs,
    transaction,
    verify,
    backup: options.backup,
    allowLoss: options.allowLoss ?? false,
    install: options.install ?? defaults.install,
    adopt,
    release: options.release ?? defaults.release,
    signal: options.signal,
    onProgress: options.onProgress ?? (() => {}),
  };
}

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
  readonly adopt: number | 'find' | undefined;
  readonly transaction: TransactionMode;
  /** What happens if the storage is not that of its frozen version afterwards. */
  readonly verify: VerifyMode;
  /** Where to save an SQLite database before the first step. */
  readonly backup: string | undefined;
  /** Whether steps that are declared to lose data may run. */
  readonly allowLoss: boolean;
  readonly waitMs: number;
  readonly release: string | undefined;
  /** Why an override is made, for the log. */
  readonly reason?: string;
  readonly signal: AbortSignal | undefined;
  /** How long a statement may wait for a lock, and whether an idle connection is given up: what is known once others were waited for. */
  readonly lockMs?: number;
  readonly letsGo?: boolean;
  readonly onProgress: (progress: Progress) => void;
  /** Learns the version being worked to. */
  readonly onStage: (stage: number | undefined) => void;
}
