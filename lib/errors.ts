import type { Difference } from './difference.ts';

/** Who holds the row right now, as far as it announced itself. Information for people: nothing is decided by it. */
export interface Holder {
  readonly host: string | undefined;
  readonly pid: number | undefined;
  /** When the holder announced itself. */
  readonly since: Date | undefined;
  /** The version it is working to right now. */
  readonly stage: number | undefined;
}

const brand = Symbol.for('mikro-orm-dejavu.SchemaError');

interface ErrorFields {
  readonly guid?: string | undefined;
  readonly cause?: unknown;
}

/**
 * Everything this library throws on purpose is a `SchemaError`: a stable `code`, its data in fields, the original error
 * as `cause`, and a message that ends with the next thing to do.
 */
export abstract class SchemaError extends Error {
  /** Stable between releases: compare this, never the message. */
  abstract readonly code: string;
  /** Names the Schema, unless the definition itself lacks one. */
  readonly guid: string | undefined;

  constructor(message: string, fields: ErrorFields = {}) {
    super(
      fields.guid ? `${fields.guid}: ${message}` : message,
      'cause' in fields ? { cause: fields.cause } : undefined,
    );
    this.guid = fields.guid;
    Object.defineProperty(this, brand, { value: true });
  }

  override get name(): string {
    return this.constructor.name;
  }
}

/** Tells whether `error` was thrown by this library, also when it came from a second copy of the package. */
export function isSchemaError(error: unknown): error is SchemaError {
  return error instanceof Error && Reflect.get(error, brand) === true;
}

/** Tells an error by what it has: one from another realm, as drivers throw them in Jest, is no instance of our `Error`. */
export function isErrorLike(value: unknown): value is Error {
  return typeof value === 'object' && value !== null && typeof Reflect.get(value, 'message') === 'string';
}

/** An error, and what is behind it, from the outside in. */
export function* causesOf(error: unknown): Generator<Error & { readonly code?: unknown }> {
  const seen = new Set<unknown>();
  for (let cause = error; isErrorLike(cause) && !seen.has(cause); cause = cause.cause) {
    seen.add(cause);
    yield cause;
    // A host with several addresses fails once for each of them.
    if (cause instanceof AggregateError) yield* cause.errors.flatMap(inner => [...causesOf(inner)]);
  }
}

/** The class itself is wrong: a name, a number or a key of it. Nothing was sent to the database. */
export class SchemaDefinitionError extends SchemaError {
  readonly code = 'SCHEMA_DEFINITION';
  /** In what the entities differ from the frozen `latest`; absent unless that is what is wrong. */
  declare readonly changed?: readonly string[];

  constructor(message: string, fields: ErrorFields & { changed?: readonly string[] } = {}) {
    super(message, fields);
    if (fields.changed) this.changed = fields.changed;
  }
}

/** The database carries no version of this Schema. */
export class VersionMissingError extends SchemaError {
  readonly code = 'VERSION_MISSING';
  readonly latest: number;
  readonly database: string;
  /** This Schema's tables that are there although no version is recorded. */
  readonly ownTables: readonly string[];
  /** Tables that belong to nobody this ORM knows. */
  readonly otherTables: readonly string[];

  constructor(
    message: string,
    fields: ErrorFields & { latest: number; database: string; ownTables?: string[]; otherTables?: string[] },
  ) {
    super(message, fields);
    this.latest = fields.latest;
    this.database = fields.database;
    this.ownTables = fields.ownTables ?? [];
    this.otherTables = fields.otherTables ?? [];
  }
}

interface VersionFields extends ErrorFields {
  readonly guid: string;
  readonly deployed: number;
  readonly latest: number;
}

/** The database is at a lower version than this code needs, and may be upgraded. */
export class VersionBehindError extends SchemaError {
  readonly code = 'VERSION_BEHIND';
  readonly deployed: number;
  readonly latest: number;
  /** Set while somebody has announced the upgrade. */
  readonly holder: Holder | undefined;

  constructor(fields: VersionFields & { holder?: Holder | undefined; waitedMs?: number }) {
    const { deployed, latest, holder, waitedMs } = fields;
    const waited = waitedMs === undefined ? '' : ` after waiting ${Math.round(waitedMs)} ms`;
    // whoever announced themselves may have been killed since
    const next = holder
      ? `${describeHolder(holder)} said it would upgrade it: wait for it, or, if it is gone, call upgrade()`
      : 'call upgrade() first';
    super(`the database is at version ${deployed}${waited}, this code needs ${latest}: ${next}`, fields);
    this.deployed = deployed;
    this.latest = latest;
    this.holder = holder;
  }
}

/** The database is at a higher version, and that version does not let this code run on it. */
export class VersionAheadError extends SchemaError {
  readonly code = 'VERSION_AHEAD';
  readonly deployed: number;
  readonly latest: number;
  /** The oldest version of the code that may run on this database. */
  readonly compatible: number;

  constructor(fields: VersionFields & { compatible: number }) {
    const { deployed, latest, compatible } = fields;
    super(
      `the database is at version ${deployed}, which code older than version ${compatible} may not use, and this code ` +
        `was written for ${latest}: start a newer release, or, if you know that this one is safe here, ` +
        `call allow(${latest}, { reason })`,
      fields,
    );
    this.deployed = deployed;
    this.latest = latest;
    this.compatible = compatible;
  }
}

/** The database is at a version this code has no step to start from. */
export class VersionTooOldError extends SchemaError {
  readonly code = 'VERSION_TOO_OLD';
  readonly deployed: number;
  readonly latest: number;
  /** The oldest deployed version this code can start from. */
  readonly baseline: number;

  constructor(fields: VersionFields & { baseline: number }) {
    const { deployed, latest, baseline } = fields;
    super(
      `the database is at version ${deployed}, and the first missing step is upgradeTo_${deployed + 1}: if it was ` +
        `retired, upgrade with an older release to version ${baseline} first; if it was forgotten, write it`,
      fields,
    );
    this.deployed = deployed;
    this.latest = latest;
    this.baseline = baseline;
  }
}

/** The database reached the same number on another branch: its storage is not what this code thinks. */
export class VersionForkedError extends SchemaError {
  readonly code = 'VERSION_FORKED';
  readonly deployed: number;
  readonly latest: number;
  /** What the database says it is. */
  readonly deployedFingerprint: string;
  /** What this code thinks that version is. */
  readonly fingerprint: string;

  constructor(fields: VersionFields & { deployedFingerprint: string; fingerprint: string }) {
    const { deployed, deployedFingerprint, fingerprint } = fields;
    super(
      `the database is at a version ${deployed} that another branch made (${deployedFingerprint}, here ` +
        `${fingerprint}): renumber one of the two; a developer's own database goes back with downgrade(${deployed - 1}) ` +
        `from the branch that made it, or is thrown away`,
      fields,
    );
    this.deployed = deployed;
    this.latest = fields.latest;
    this.deployedFingerprint = deployedFingerprint;
    this.fingerprint = fingerprint;
  }
}

/** What the database remembers about itself makes no sense. It is never treated as version 0. */
export class VersionCorruptError extends SchemaError {
  readonly code = 'VERSION_CORRUPT';
  /** The rows as they were read. */
  readonly rows: readonly unknown[];

  constructor(message: string, fields: ErrorFields & { rows: readonly unknown[] }) {
    super(message, fields);
    this.rows = fields.rows;
  }
}

/** A step, or the installation, failed; what it did was rolled back. */
export class StepFailedError extends SchemaError {
  readonly code = 'STEP_FAILED';
  /** The method that failed: `upgradeTo_3`, `downgradeTo_2`, `onInstall`, or `install` for the storage itself. */
  readonly method: string;
  /** The version the failed method leads to. */
  readonly version: number;
  /** The versions this call reached before, and that the database kept. */
  readonly done: readonly number[];
  /** The version the database is at now; `undefined` if it has none, or if it could not be asked. */
  readonly deployed: number | undefined;
  /** The backup made before the first step, if one was asked for. */
  readonly backup: string | undefined;
  /** In what the storage differs from its frozen version because of the failed method; empty unless that is the failure. */
  readonly differences: readonly Difference[];

  constructor(
    fields: ErrorFields & {
      guid: string;
      method: string;
      version: number;
      done: readonly number[];
      deployed: number | undefined;
      /** Put in the place of the cause's own message. */
      reason?: string;
      /** What to do; by default: mend it and call again. */
      next?: string;
      /** The database could not be asked what it is at. */
      unknown?: boolean;
      backup?: string | undefined;
      differences?: readonly Difference[];
    },
  ) {
    const { method, version, done, deployed, backup, differences = [] } = fields;
    const reason = fields.reason ?? reasonOf(fields.cause);
    const kept = done.length > 0 ? ` (this call reached ${done.join(', ')} before, which is kept)` : '';
    const state = fields.unknown
      ? 'the database could not be asked what it is at now'
      : deployed === undefined
        ? 'the database is as it was, without a version'
        : `the database is at version ${deployed}${kept}`;
    const saved = backup ? `, a backup from before is ${backup}` : '';
    super(`${method} failed: ${reason}; ${state}${saved}: ${fields.next ?? 'mend it and call again'}`, fields);
    this.method = method;
    this.version = version;
    this.done = done;
    this.deployed = deployed;
    this.backup = backup;
    this.differences = differences;
  }
}

/** The storage of a database is not that of the version it was said to be at, or of any version. Nothing was recorded. */
export class StorageDiffersError extends SchemaError {
  readonly code = 'STORAGE_DIFFERS';
  /** The version it was compared with: the nearest, if none was named. */
  readonly version: number;
  readonly differences: readonly Difference[];

  constructor(message: string, fields: ErrorFields & { version: number; differences: readonly Difference[] }) {
    super(message, fields);
    this.version = fields.version;
    this.differences = fields.differences;
  }
}

/** Somebody else held the row, or a lock a step needs, for longer than `waitMs`. */
export class UpgradeBusyError extends SchemaError {
  readonly code = 'UPGRADE_BUSY';
  readonly waitedMs: number;
  readonly holder: Holder | undefined;

  constructor(fields: ErrorFields & { guid: string; waitedMs: number; holder?: Holder | undefined; reason?: string }) {
    const { waitedMs, holder } = fields;
    const by =
      fields.reason ?? `held by ${holder ? describeHolder(holder) : 'somebody who did not announce themselves'}`;
    super(`gave up after waiting ${Math.round(waitedMs)} ms, ${by}: try again, or wait longer with waitMs`, fields);
    this.waitedMs = waitedMs;
    this.holder = holder;
  }
}

/** An operation found the database, or the entity it was given, other than it was told; nothing of it was done. */
export class OperationError extends SchemaError {
  readonly code = 'OPERATION_REFUSED';
  /** The table it concerns. */
  readonly table: string | undefined;
  /** How many rows stand in the way, where rows do. */
  readonly rows: number | undefined;

  constructor(message: string, fields: ErrorFields & { table?: string | undefined; rows?: number | undefined } = {}) {
    super(message, fields);
    this.table = fields.table;
    this.rows = fields.rows;
  }
}

/** The version asked for is not one that this call can lead to. */
export class SchemaTargetError extends SchemaError {
  readonly code = 'TARGET_INVALID';
  /** What was asked for. */
  readonly target: unknown;

  constructor(message: string, fields: ErrorFields & { target: unknown }) {
    super(message, fields);
    this.target = fields.target;
  }
}

/** An answer about what changed fits no question, or none that is open. Nothing was written. */
export class AnswerError extends SchemaError {
  readonly code = 'ANSWER_INVALID';
  /** The answer, as the flag that gives it. */
  readonly answer: string;

  constructor(message: string, fields: ErrorFields & { answer: string }) {
    super(message, fields);
    this.answer = fields.answer;
  }
}

/** The caller's signal stopped it, at a whole version. */
export class UpgradeAbortedError extends SchemaError {
  readonly code = 'UPGRADE_ABORTED';
  /** The version the database is at, if it was known. */
  readonly deployed: number | undefined;

  constructor(
    fields: ErrorFields & {
      guid: string;
      deployed?: number | undefined;
      /** The database could not be asked what it is at. */
      unknown?: boolean;
    },
  ) {
    const at = fields.unknown
      ? 'the database could not be asked what it is at now'
      : fields.deployed === undefined
        ? 'the database is as it was'
        : `the database is at version ${fields.deployed}`;
    super(`stopped by the signal, ${at}: call again to go on`, fields);
    this.deployed = fields.deployed;
  }
}

/** A dump is not whole, was changed, or does not fit this code. Nothing was written into a database. */
export class DumpInvalidError extends SchemaError {
  readonly code = 'DUMP_INVALID';
  /** The file it concerns, below the folder of the dump. */
  readonly file: string | undefined;
  /** The line in it, counted from 1. */
  readonly line: number | undefined;

  constructor(message: string, fields: ErrorFields & { file?: string | undefined; line?: number | undefined } = {}) {
    super(message, fields);
    this.file = fields.file;
    this.line = fields.line;
  }
}

/** The caller has a transaction open, in which a step could neither commit nor be rolled back by itself. */
export class InsideTransactionError extends SchemaError {
  readonly code = 'INSIDE_TRANSACTION';
}

/** The role or the file may only be read, and something has to be written. */
export class PermissionDeniedError extends SchemaError {
  readonly code = 'PERMISSION_DENIED';
}

/** The database cannot be reached: it is not there, refuses us, or the ORM was closed. */
export class DatabaseUnavailableError extends SchemaError {
  readonly code = 'DATABASE_UNAVAILABLE';
}

/** Names a holder as a person would: `pid 4711 on web-3 (to version 4, since 2026-01-01T00:00:00.000Z)`. */
export function describeHolder({ host, pid, stage, since }: Holder): string {
  const work = [
    ...(stage === undefined ? [] : [`to version ${stage}`]),
    ...(since === undefined ? [] : [`since ${since.toISOString()}`]),
  ];
  return `pid ${pid ?? 'unknown'} on ${host ?? 'an unknown host'}${work.length > 0 ? ` (${work.join(', ')})` : ''}`;
}

/** The first line of what was thrown, whatever it was. */
export function reasonOf(cause: unknown): string {
  // a host with several addresses fails once for each, in an error that says nothing itself
  if (cause instanceof AggregateError && !cause.message && cause.errors.length > 0) return reasonOf(cause.errors[0]);
  const text = isErrorLike(cause) ? cause.message || cause.name : `a step threw ${inspect(cause)}, not an error`;
  return text.split('\n', 1)[0] ?? '';
}

function inspect(value: unknown): string {
  try {
    return typeof value === 'string' ? JSON.stringify(value) : String(value);
  } catch {
    return typeof value;
  }
}
