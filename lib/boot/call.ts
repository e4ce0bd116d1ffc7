import { SchemaTargetError, type Holder } from '../errors.ts';
import { isVersion } from '../version.ts';
import type { StepRecord } from '../drift/step-record.ts';
import type { Claim } from '../mikro-orm/stored-metadata.ts';
import type { PlacedSchema, SchemaAmong } from './modules/others.ts';
import { published } from './outcome/channels.ts';
import type { TransactionMode } from './planned-steps.ts';

/** A Schema, as far as options name one. */
export interface NamedSchema {
  readonly guid: string;
  readonly latest: number;
}

/** The defaults of a Schema, for `new ZooSchema(orm, options)`. Each call may override them. */
export interface SchemaOptions {
  /**
   * Whether a database without a version may be installed. By default: only if it has no tables at all. `true` also
   * installs next to tables of other applications. `false` never installs: use it on servers, where a wrong connection
   * string must not create an empty database.
   */
  readonly install?: boolean | undefined;
  /**
   * The version to record for a database that has its storage but no version yet. `'find'` compares the storage with
   * every frozen version and records the one that matches. A database that has a version is not touched. By default such
   * a database is refused with {@link VersionMissingError}.
   */
  readonly adopt?: number | 'find' | undefined;
  /**
   * How long to wait for other processes and their locks, in milliseconds. After that, the call throws
   * {@link UpgradeBusyError}.
   *
   * @defaultValue `60_000`
   */
  readonly waitMs?: number | undefined;
  /** The version of the application, for example `'2.4.1'`. It is written to the log with each step. */
  readonly release?: string | undefined;
  /** The PostgreSQL namespace of this Schema's tables. By default the namespace of the ORM. */
  readonly namespace?: string | undefined;
  /**
   * Compares the storage with its frozen version after a step, an installation or an adoption, and says what to do about
   * differences. Without frozen versions, nothing is compared.
   *
   * @defaultValue `'fail'`
   */
  readonly verify?: VerifyMode | undefined;
  /**
   * The Schemas that this one depends on, if they are in another database or namespace. Those in the same place are found
   * without it.
   */
  readonly modules?: readonly NamedSchema[] | undefined;
}

/**
 * Says what happens if the storage differs from its frozen version. `'fail'` rolls everything back and throws
 * {@link StepFailedError} with the differences. `'report'` records the version and lists the differences in the report.
 * `'off'` does not compare.
 */
export type VerifyMode = 'fail' | 'report' | 'off';

/** The options of every call. */
export interface CallOptions {
  /**
   * How long to wait for other processes and their locks, in milliseconds. After that, the call throws
   * {@link UpgradeBusyError}. Default: `waitMs` of the Schema, or 60,000. The database itself has at least 5 s to answer,
   * also with 0.
   */
  readonly waitMs?: number | undefined;
  /** Stops the call while it waits, or between two statements. The database stays at a whole version. */
  readonly signal?: AbortSignal | undefined;
  /** Receives the progress of the call: waiting, started, finished. An error that it throws ends the call. */
  readonly onProgress?: ((progress: Progress) => void) | undefined;
}

/** The options of `upgrade()`. */
export interface UpgradeOptions extends CallOptions {
  /**
   * Whether a database without a version may be installed. By default: only if it has no tables at all. `true` also
   * installs next to tables of other applications. `false` never installs. Default: `install` of the Schema.
   */
  readonly install?: boolean | undefined;
  /**
   * The version to record for a database that has its storage but no version yet; the missing steps run after that.
   * `'find'` records the frozen version that matches the storage. Default: `adopt` of the Schema.
   */
  readonly adopt?: number | 'find' | undefined;
  /** The version of the application, for example `'2.4.1'`, for the log. Default: `release` of the Schema. */
  readonly release?: string | undefined;
  /**
   * Says how much is committed at once. `'plan'` commits all steps together: if one fails, the database is still at the
   * version that the old release runs on. `'step'` commits each step alone, and holds no lock longer than one step.
   *
   * @defaultValue `'plan'`
   */
  readonly transaction?: TransactionMode | undefined;
  /** What happens if the storage differs from its frozen version afterwards. Default: `verify` of the Schema, or `'fail'`. */
  readonly verify?: VerifyMode | undefined;
  /**
   * Allows steps that are declared `lossy`. By default such a step stops the call before the first write.
   *
   * @defaultValue `false`
   */
  readonly allowLoss?: boolean | undefined;
  /**
   * Saves the database before the first step, once among all processes, and compares the backup with it. A path names a file
   * on SQLite, and the folder of a dump on PostgreSQL, which needs frozen versions. It must not exist yet.
   * `{ folder, keep: 3 }` numbers the backups of this database in a folder, and removes old ones once the new one is
   * compared. If there is nothing to do, no backup is made.
   */
  readonly backup?: string | BackupFolder | undefined;
}

/** A folder that holds backups, also those of other databases. It is created if it does not exist. */
export interface BackupFolder {
  readonly folder: string;
  /** How many backups of this database stay: 1 or more. Default: all of them. */
  readonly keep?: number | undefined;
}

/** The options of `adopt()`. */
export interface AdoptOptions extends CallOptions {
  /** The version of the application, for example `'2.4.1'`, for the log. Default: `release` of the Schema. */
  readonly release?: string | undefined;
  /** Records the version without comparing the storage with its frozen version. Default: false. */
  readonly unverified?: boolean | undefined;
  /** What happens if the storage differs from its frozen version. Default: `verify` of the Schema, or `'fail'`. */
  readonly verify?: VerifyMode | undefined;
}

/** The options of `downgrade()`. */
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
    throw new SchemaTargetError(`waitMs is ${String(waitMs)}. Use a number of milliseconds, 0 or more.`, {
      guid,
      target: waitMs,
    });
  }
  const transaction = options.transaction ?? 'plan';
  if (transaction !== 'plan' && transaction !== 'step') {
    throw new SchemaTargetError(`transaction is ${String(transaction)}. Use 'plan' or 'step'.`, {
      guid,
      target: transaction,
    });
  }
  const verify = options.verify ?? defaults.verify ?? 'fail';
  if (!['fail', 'report', 'off'].includes(verify)) {
    throw new SchemaTargetError(`verify is ${verify}. Use 'fail', 'report' or 'off'.`, { guid, target: verify });
  }
  const adopt = options.adopt ?? defaults.adopt;
  if (adopt !== undefined && adopt !== 'find' && !(isVersion(adopt) && adopt <= latest)) {
    throw new SchemaTargetError(`adopt is ${String(adopt)}. Use a version from 0 to ${latest} (latest), or 'find'.`, {
      guid,
      target: adopt,
    });
  }
  return {
    waitMs,
    transaction,
    verify,
    backup: resolveBackup(guid, options.backup),
    allowLoss: options.allowLoss ?? false,
    install: options.install ?? defaults.install,
    adopt,
    release: options.release ?? defaults.release,
    signal: options.signal,
    onProgress: published(options.onProgress),
  };
}

/** A path stands for itself; `keep` without a number would remove everything. */
function resolveBackup(guid: string, backup: unknown): string | BackupFolder | undefined {
  if (backup === undefined || (typeof backup === 'string' && backup !== '')) return backup;
  const { folder, keep } = (typeof backup === 'object' && backup !== null ? backup : {}) as Partial<BackupFolder>;
  if (typeof folder !== 'string' || folder === '') {
    const why = `backup is ${JSON.stringify(backup)}. Use a path, or \`{ folder: './backups', keep: 3 }\`.`;
    throw new SchemaTargetError(why, { guid, target: backup });
  }
  if (keep !== undefined && !(Number.isSafeInteger(keep) && keep >= 1))
    throw new SchemaTargetError(`backup.keep is ${String(keep)}. Use a whole number, 1 or more.`, {
      guid,
      target: keep,
    });
  return { folder, keep };
}

/** One report of `onProgress`: by `type`, another process is waited for, or work starts, goes on or ends. */
export type Progress =
  | { readonly type: 'waiting'; readonly guid: string; readonly holder: Holder | undefined; readonly waitedMs: number }
  | { readonly type: 'installing'; readonly guid: string; readonly version: number }
  | { readonly type: 'started'; readonly guid: string; readonly version: number; readonly method: string }
  | {
      readonly type: 'progress';
      readonly guid: string;
      readonly version: number;
      /** How many rows the step has done so far. For a backup that copies a file: how many pages. */
      readonly done: number;
      /** How many there are in all; `undefined` if the step does not say. */
      readonly total: number | undefined;
    }
  | {
      readonly type: 'finished';
      readonly guid: string;
      readonly version: number;
      readonly method: string;
      readonly ms: number;
    };

/** A Schema as the rest of the library sees it. */
export interface OpenedSchema extends PlacedSchema {
  /** The entities it is responsible for. */
  readonly claim: Claim;
  /** Fills in the defaults of a call, as the methods of the Schema do. @throws {@link InsideTransactionError} */
  readonly call: (options: UpgradeOptions | undefined, name: string | undefined) => Call;
}

/** One call with every default filled in. */
export interface Call extends SchemaAmong {
  readonly claim: Claim;
  /** The instance whose methods are the steps. */
  readonly schema: object;
  readonly install: boolean | undefined;
  readonly adopt: number | 'find' | undefined;
  readonly transaction: TransactionMode;
  /** What happens if the storage differs from its frozen version afterwards. */
  readonly verify: VerifyMode;
  /** Where to save the database before the first step. */
  readonly backup: string | BackupFolder | undefined;
  /** Whether steps that are declared to lose data may run. */
  readonly allowLoss: boolean;
  readonly waitMs: number;
  readonly release: string | undefined;
  /** Why an override is made, for the log. */
  readonly reason?: string;
  readonly signal: AbortSignal | undefined;
  /** How long a statement may wait for a lock, and whether to release an idle connection; known once the call has waited. */
  readonly lockMs?: number;
  readonly letsGo?: boolean;
  readonly onProgress: (progress: Progress) => void;
  /** The database that a plan tries the step for, if `database` is only an empty place for it. */
  readonly rehearses?: PlacedSchema['database'];
  /** Records what the steps name and rename, where the caller wants to know it. */
  readonly record?: StepRecord;
  /** Learns the version being worked to. */
  readonly onStage: (stage: number | undefined) => void;
}
