import { showWait } from './quantities.ts';
import { keyOfCopies } from './one-copy.ts';
import type { Difference } from './difference.ts';

/** The process that holds the version row, as far as it announced itself. For people only: the library decides nothing by it. */
export interface Holder {
  readonly host: string | undefined;
  readonly pid: number | undefined;
  /** When the process announced itself. */
  readonly since: Date | undefined;
  /** The version the process is working to right now. */
  readonly stage: number | undefined;
}

const brand = Symbol.for('mikro-orm-dejavu.SchemaError');
/** Errors of the same files carry it, loaded once or twice: there a class has one name. */
const ofTheseFiles = keyOfCopies('SchemaError');

interface ErrorFields {
  readonly guid?: string | undefined;
  readonly cause?: unknown;
}

/**
 * The base class of every error this library throws on purpose. It has a stable `code`, its data in fields, the original
 * error as `cause`, and a message that ends with the next step.
 */
export abstract class SchemaError extends Error {
  /** Stays the same between releases. Compare this, never the message. */
  abstract readonly code: AnySchemaError['code'];
  /** The guid of the Schema; `undefined` if the definition has none. */
  readonly guid: string | undefined;

  constructor(message: string, fields: ErrorFields = {}) {
    super(
      fields.guid ? `${fields.guid}: ${message}` : message,
      'cause' in fields ? { cause: fields.cause } : undefined,
    );
    this.guid = fields.guid;
    Object.defineProperty(this, brand, { value: true });
    Object.defineProperty(this, ofTheseFiles, { value: true });
  }

  override get name(): string {
    return this.constructor.name;
  }

  /** Recognizes an error of this class also where it comes from a second copy of these files. */
  static override [Symbol.hasInstance](value: unknown): boolean {
    if (Function.prototype[Symbol.hasInstance].call(this, value)) return true;
    if (!isSchemaError(value) || !Reflect.has(value, ofTheseFiles)) return false;
    for (let made: unknown = value.constructor; typeof made === 'function'; made = Object.getPrototypeOf(made))
      if (made.name === this.name) return true;
    return false;
  }
}

/** Every error of this library: comparing `code` tells TypeScript which one it is, with its fields. */
export type AnySchemaError =
  | SchemaDefinitionError
  | DriverUnsupportedError
  | VersionMissingError
  | VersionBehindError
  | VersionAheadError
  | VersionTooOldError
  | VersionForkedError
  | VersionCorruptError
  | StepFailedError
  | StorageDiffersError
  | UpgradeBusyError
  | FixtureError
  | OperationError
  | SchemaTargetError
  | DependencyMissingError
  | StillNeededError
  | ModulesFailedError
  | AnswerError
  | UpgradeAbortedError
  | DumpInvalidError
  | RestoreRefusedError
  | ProofFailedError
  | InsideTransactionError
  | PermissionDeniedError
  | DatabaseUnavailableError;

/** Tells whether `error` was thrown by this library, also when it came from a second copy of the package. */
export function isSchemaError(error: unknown): error is AnySchemaError {
  return error instanceof Error && Reflect.get(error, brand) === true;
}

/** Tells an error by its fields: an error of another realm, as drivers throw them in Jest, is no instance of our `Error`. */
export function isErrorLike(value: unknown): value is Error {
  return typeof value === 'object' && value !== null && typeof Reflect.get(value, 'message') === 'string';
}

/** Lists an error and its causes, from the outside in. */
export function* causesOf(error: unknown): Generator<Error & { readonly code?: unknown }> {
  const seen = new Set<unknown>();
  for (let cause = error; isErrorLike(cause) && !seen.has(cause); cause = cause.cause) {
    seen.add(cause);
    yield cause;
    // A host with several addresses fails once for each of them.
    if (cause instanceof AggregateError) yield* cause.errors.flatMap(inner => [...causesOf(inner)]);
  }
}

/** The Schema class is wrong: a name, a number or a key. Nothing was sent to the database. */
export class SchemaDefinitionError extends SchemaError {
  readonly code = 'SCHEMA_DEFINITION';
  /** How the entities differ from the frozen version `latest`; absent for every other mistake. */
  declare readonly changed?: readonly string[];

  constructor(message: string, fields: ErrorFields & { changed?: readonly string[] } = {}) {
    super(message, fields);
    if (fields.changed) this.changed = fields.changed;
  }
}

/** dejavu does not run on this driver, or on the database behind it. Nothing was written. */
export class DriverUnsupportedError extends SchemaError {
  readonly code = 'DRIVER_UNSUPPORTED';
  /** The driver, engine or server as people call it: `'CockroachDB'`. */
  readonly driver: string;

  constructor(message: string, fields: ErrorFields & { driver: string }) {
    super(message, fields);
    this.driver = fields.driver;
  }
}

/** The database has no version of this Schema. */
export class VersionMissingError extends SchemaError {
  readonly code = 'VERSION_MISSING';
  readonly latest: number;
  readonly database: string;
  /** Tables of this Schema that exist although no version is recorded. */
  readonly ownTables: readonly string[];
  /** Tables that belong to no entity of this ORM. */
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

/** The database is at a lower version than this code needs. It can be upgraded. */
export class VersionBehindError extends SchemaError {
  readonly code = 'VERSION_BEHIND';
  readonly deployed: number;
  readonly latest: number;
  /** The process that announced the upgrade, if one did. */
  readonly holder: Holder | undefined;

  constructor(fields: VersionFields & { holder?: Holder | undefined; waitedMs?: number }) {
    const { deployed, latest, holder, waitedMs } = fields;
    const still = waitedMs === undefined ? '' : 'still ';
    const waited = waitedMs === undefined ? '' : ` after ${showWait(waitedMs)}`;
    // the process that announced itself may have been killed since
    const next = holder
      ? `Another process announced the upgrade: ${describeHolder(holder)}. Wait for it. If that process is gone, call \`upgrade()\`.`
      : 'Call `upgrade()` first.';
    super(
      `the database is ${still}at version ${deployed}${waited}, this code needs version ${latest}. ${next}`,
      fields,
    );
    this.deployed = deployed;
    this.latest = latest;
    this.holder = holder;
  }
}

/** The database is at a higher version, and that version does not admit this code. */
export class VersionAheadError extends SchemaError {
  readonly code = 'VERSION_AHEAD';
  readonly deployed: number;
  readonly latest: number;
  /** The oldest version of the code that may run on this database. */
  readonly compatible: number;

  constructor(fields: VersionFields & { compatible: number }) {
    const { deployed, latest, compatible } = fields;
    super(
      `this code is version ${latest}, the database is at version ${deployed}, and only code from version ${compatible} ` +
        `on may use it. Start a newer release. If you know that this one is safe, call \`allow(${latest}, { reason })\`.`,
      fields,
    );
    this.deployed = deployed;
    this.latest = latest;
    this.compatible = compatible;
  }
}

/** The database is at a version from which this code has no step. */
export class VersionTooOldError extends SchemaError {
  readonly code = 'VERSION_TOO_OLD';
  readonly deployed: number;
  readonly latest: number;
  /** The oldest deployed version this code can start from. */
  readonly baseline: number;

  constructor(fields: VersionFields & { baseline: number }) {
    const { deployed, latest, baseline } = fields;
    super(
      `the database is at version ${deployed}, and the step upgradeTo_${deployed + 1} is missing. If it was retired, ` +
        `upgrade to version ${baseline} with an older release first. If it was forgotten, write it.`,
      fields,
    );
    this.deployed = deployed;
    this.latest = latest;
    this.baseline = baseline;
  }
}

/** The database reached the same version number on another branch, with other storage than this code expects. */
export class VersionForkedError extends SchemaError {
  readonly code = 'VERSION_FORKED';
  readonly deployed: number;
  readonly latest: number;
  /** The fingerprint in the database. */
  readonly deployedFingerprint: string;
  /** The fingerprint of the same version in this code. */
  readonly fingerprint: string;

  constructor(fields: VersionFields & { deployedFingerprint: string; fingerprint: string }) {
    const { deployed, deployedFingerprint, fingerprint } = fields;
    super(
      `the database is at version ${deployed} of another branch: its fingerprint is ${deployedFingerprint}, here it is ` +
        `${fingerprint}. Renumber one of the two versions: \`npx dejavu renumber\`. For a development database, call ` +
        `\`downgrade(${deployed - 1})\` in the branch that made it, or delete the database.`,
      fields,
    );
    this.deployed = deployed;
    this.latest = fields.latest;
    this.deployedFingerprint = deployedFingerprint;
    this.fingerprint = fingerprint;
  }
}

/** The version row of the database makes no sense. It is never treated as version 0. */
export class VersionCorruptError extends SchemaError {
  readonly code = 'VERSION_CORRUPT';
  /** The rows, as the database returned them. */
  readonly rows: readonly unknown[];

  constructor(message: string, fields: ErrorFields & { rows: readonly unknown[] }) {
    super(message, fields);
    this.rows = fields.rows;
  }
}

/** A step or the installation failed. Its changes were rolled back. */
export class StepFailedError extends SchemaError {
  readonly code = 'STEP_FAILED';
  /** The method that failed: `upgradeTo_3`, `downgradeTo_2`, `onInstall`, or `install` for the storage itself. */
  readonly method: string;
  /** The version the failed method leads to. */
  readonly version: number;
  /** The versions this call committed before the failure. */
  readonly done: readonly number[];
  /** The version the database is at now; `undefined` if it has none, or if it did not answer. */
  readonly deployed: number | undefined;
  /** The backup made before the first step, a file or a folder, if the call asked for one. */
  readonly backup: string | undefined;
  /** How the storage differs from its frozen version because of the failed method; empty for every other failure. */
  readonly differences: readonly Difference[];

  constructor(
    fields: ErrorFields & {
      guid: string;
      method: string;
      version: number;
      done: readonly number[];
      deployed: number | undefined;
      /** Replaces the message of the cause. */
      reason?: string;
      /** The next step, as sentences. By default: fix the cause and call again. */
      next?: string;
      /** Whether the database did not answer the question for its version. */
      unknown?: boolean;
      backup?: string | undefined;
      differences?: readonly Difference[];
    },
  ) {
    const { method, version, done, deployed, backup, differences = [] } = fields;
    const reason = withoutGuid(fields.guid, fields.reason ?? reasonOf(fields.cause));
    const kept = done.length > 0 ? ` (this call committed ${done.join(', ')} before it failed)` : '';
    const state = fields.unknown
      ? UNKNOWN_VERSION
      : deployed === undefined
        ? 'The database is unchanged and has no version.'
        : `The database is at version ${deployed}${kept}.`;
    const saved = backup ? ` The backup from before is ${backup}.` : '';
    const next = fields.next ?? 'Fix the cause and call again.';
    super(`${method} failed: ${asSentence(reason)} ${state}${saved} ${next}`, fields);
    this.method = method;
    this.version = version;
    this.done = done;
    this.deployed = deployed;
    this.backup = backup;
    this.differences = differences;
  }
}

/** The storage of a database is not the storage of the named version, or of any frozen version. Nothing was recorded. */
export class StorageDiffersError extends SchemaError {
  readonly code = 'STORAGE_DIFFERS';
  /** The version the storage was compared with. If the call named none, the nearest version. */
  readonly version: number;
  readonly differences: readonly Difference[];

  constructor(message: string, fields: ErrorFields & { version: number; differences: readonly Difference[] }) {
    super(message, fields);
    this.version = fields.version;
    this.differences = fields.differences;
  }
}

/** Another process held the version row, or a lock that a step needs, for longer than `waitMs`. */
export class UpgradeBusyError extends SchemaError {
  readonly code = 'UPGRADE_BUSY';
  readonly waitedMs: number;
  readonly holder: Holder | undefined;

  constructor(fields: ErrorFields & { guid: string; waitedMs: number; holder?: Holder | undefined; reason?: string }) {
    const { waitedMs, holder } = fields;
    const who = holder ? describeHolder(holder) : 'it did not announce itself';
    const reason = fields.reason ?? `another process holds the version row: ${who}`;
    super(`${reason}. Gave up after ${showWait(waitedMs)}. Try again, or wait longer with \`waitMs\`.`, fields);
    this.waitedMs = waitedMs;
    this.holder = holder;
  }
}

/** One thing that is wrong with a fixture. */
export interface FixtureProblem {
  readonly message: string;
  /** The file, as it was given. */
  readonly file: string;
  /** Counted from 1. */
  readonly line: number;
  /** Counted from 1. */
  readonly column: number;
}

/** How many problems a message lists; all are in `problems`. */
const SHOWN_PROBLEMS = 10;

/** A fixture does not fit the entities of its version, or rows of users stand in its way. Nothing was loaded. */
export class FixtureError extends SchemaError {
  readonly code = 'FIXTURE_REFUSED';
  /** Every problem found, in the order of the file. */
  readonly problems: readonly FixtureProblem[];

  constructor(problems: readonly FixtureProblem[], fields: ErrorFields = {}) {
    const shown = problems
      .slice(0, SHOWN_PROBLEMS)
      .map(({ file, line, column, message }) => `${file}:${line}:${column}: ${message}`);
    const more = problems.length - shown.length;
    super(
      [
        'the fixture cannot be loaded, and nothing was changed. Correct it, and load it again:',
        ...shown,
        ...(more > 0 ? [`and ${more} more ${more === 1 ? 'problem' : 'problems'}`] : []),
      ].join('\n  '),
      fields,
    );
    this.problems = problems;
  }
}

/** An operation cannot be done on this database, or with this entity. It changed nothing. */
export class OperationError extends SchemaError {
  readonly code = 'OPERATION_REFUSED';
  /** The table in question. */
  readonly table: string | undefined;
  /** How many rows prevent the operation; `undefined` if the reason is another one. */
  readonly rows: number | undefined;

  constructor(message: string, fields: ErrorFields & { table?: string | undefined; rows?: number | undefined } = {}) {
    super(message, fields);
    this.table = fields.table;
    this.rows = fields.rows;
  }
}

/** The call cannot lead to the version it names, or one of its options is wrong. */
export class SchemaTargetError extends SchemaError {
  readonly code = 'TARGET_INVALID';
  /** The version or the option value, as the caller passed it. */
  readonly target: unknown;

  constructor(message: string, fields: ErrorFields & { target: unknown }) {
    super(message, fields);
    this.target = fields.target;
  }
}

/** Another Schema that this one depends on, and the version it is at. */
export interface Dependency {
  readonly guid: string;
  /** The version it is needed at. */
  readonly needs: number;
  /** The version it is at; `undefined` if the database has none. */
  readonly deployed: number | undefined;
}

/** A Schema that this one depends on has not reached the needed version. Nothing was changed. */
export class DependencyMissingError extends SchemaError {
  readonly code = 'DEPENDENCY_MISSING';
  /** The dependencies that are not met. */
  readonly missing: readonly Dependency[];

  constructor(what: string, fields: ErrorFields & { guid: string; missing: readonly Dependency[] }) {
    const { guid, missing } = fields;
    const needs = missing.map(({ guid: other, needs: version, deployed }) => {
      const state = deployed === undefined ? 'this database has none' : `it is at version ${deployed}`;
      return `${other} at version ${version}, and ${state}`;
    });
    const others = missing.map(({ guid: other }) => other).join(', ');
    super(
      `${what} needs ${needs.join('; ')}. Bring all of them up in order: \`upgradeAll([${others}, ${guid}])\`, or \`npx dejavu upgrade\`. ` +
        `If ${others} is in another database or namespace, pass it: \`{ modules: [${others}] }\`.`,
      fields,
    );
    this.missing = missing;
  }
}

/** Other Schemas of the database need the version that a downgrade would leave. Nothing was changed. */
export class StillNeededError extends SchemaError {
  readonly code = 'STILL_NEEDED';
  /** The Schemas that need this one, the version they need it at, and the version they are at. */
  readonly neededBy: readonly Dependency[];

  constructor(target: number, fields: ErrorFields & { guid: string; neededBy: readonly Dependency[] }) {
    const { neededBy } = fields;
    const needing = neededBy.map(
      ({ guid, needs, deployed }) => `${guid} at version ${deployed} needs it at version ${needs}`,
    );
    const [first] = neededBy;
    super(
      `cannot go back to version ${target}: ${needing.join('; ')}. Go back with ${neededBy.map(({ guid }) => guid).join(', ')} first: ` +
        `\`npx dejavu downgrade --guid ${first?.guid} <version>\`.`,
      fields,
    );
    this.neededBy = neededBy;
  }
}

/** A Schema that `upgradeAll` could not bring to its latest version. */
export interface ModuleFailure {
  readonly guid: string;
  /** `'failed'`: its call threw `error`. `'not begun'`: something it depends on failed, so nothing of it was done. `'not finished'`: the same, after some of its steps. */
  readonly outcome: 'failed' | 'not begun' | 'not finished';
  /** The version it is at now, as far as is known. */
  readonly deployed: number | undefined;
  /** The dependencies that are not met; empty if it failed itself. */
  readonly missing: readonly Dependency[];
  /** The Schemas whose next steps ask for this one as it is now: their next step, `needs`, and the version they are at. */
  readonly heldBy: readonly Dependency[];
  /** The error of the call that failed. */
  readonly error: unknown;
}

/** `upgradeAll` brought some Schemas to their latest version, but not all of them. */
export class ModulesFailedError extends SchemaError {
  readonly code = 'MODULES_FAILED';
  /** Schemas that failed, and those that were not begun or not finished for that reason. */
  readonly failures: readonly ModuleFailure[];
  /** The Schemas that are at their latest version, and that version. */
  readonly done: readonly { readonly guid: string; readonly to: number }[];

  constructor(
    fields: Pick<ErrorFields, 'cause'> & {
      failures: readonly ModuleFailure[];
      done: readonly { readonly guid: string; readonly to: number }[];
    },
  ) {
    const { failures, done } = fields;
    const lines = [...failures.map(showFailure), ...done.map(({ guid, to }) => `${guid}: at version ${to}`)];
    super(
      `could not be brought to its latest version. Fix the cause and call again:${lines.map(line => `\n  ${line}`).join('')}`,
      { ...fields, guid: (failures.find(({ outcome }) => outcome === 'failed') ?? failures[0])?.guid },
    );
    this.failures = failures;
    this.done = done;
  }
}

/** Shows in a line why a Schema was not brought up: `billing: not begun, because it needs accounts at version 5`. */
export function showFailure({ guid, outcome, missing, heldBy, error }: ModuleFailure): string {
  if (outcome === 'failed')
    return reasonOf(error).startsWith(`${guid}: `) ? reasonOf(error) : `${guid}: ${reasonOf(error)}`;
  const needs = missing
    .map(({ guid: other, needs: version, deployed = -1 }) =>
      deployed < version ? `${other} at version ${version}` : `${other}, which failed at version ${deployed}`,
    )
    .join(', ');
  const held = heldBy.map(other => `upgradeTo_${other.needs} of ${other.guid} reads it as it is now`).join(', ');
  const why = [...(needs === '' ? [] : [`it needs ${needs}`]), ...(held === '' ? [] : [held])].join(', and ');
  return why === '' ? `${guid}: ${outcome}` : `${guid}: ${outcome}, because ${why}`;
}

/** An answer about a change fits no open question. Nothing was written. */
export class AnswerError extends SchemaError {
  readonly code = 'ANSWER_INVALID';
  /** The answer, as the flag that gives it. */
  readonly answer: string;

  constructor(message: string, fields: ErrorFields & { answer: string }) {
    super(message, fields);
    this.answer = fields.answer;
  }
}

/** The caller's signal stopped the call. The database is at a whole version. */
export class UpgradeAbortedError extends SchemaError {
  readonly code = 'UPGRADE_ABORTED';
  /** The version the database is at; `undefined` if it has none, or if it did not answer. */
  readonly deployed: number | undefined;

  constructor(
    fields: ErrorFields & {
      guid: string;
      deployed?: number | undefined;
      /** Whether the database did not answer the question for its version. */
      unknown?: boolean;
    },
  ) {
    const at = fields.unknown
      ? UNKNOWN_VERSION
      : fields.deployed === undefined
        ? 'The database is unchanged.'
        : `The database is at version ${fields.deployed}.`;
    super(`the signal stopped the call. ${at} Call again to continue.`, fields);
    this.deployed = fields.deployed;
  }
}

/** A dump is incomplete, was changed, or does not fit this code. Nothing was written to a database. */
export class DumpInvalidError extends SchemaError {
  readonly code = 'DUMP_INVALID';
  /** The file in question, relative to the folder of the dump. */
  readonly file: string | undefined;
  /** The line in that file, counted from 1. */
  readonly line: number | undefined;

  constructor(message: string, fields: ErrorFields & { file?: string | undefined; line?: number | undefined } = {}) {
    super(message, fields);
    this.file = fields.file;
    this.line = fields.line;
  }
}

/** Values of a dump that the target has no room for. */
export interface Misfit {
  readonly table: string;
  readonly column: string;
  /** The primary key of the first of them, as JSON. */
  readonly key: string;
  /** How many there are. */
  readonly rows: number;
  readonly why: string;
}

/** A dump cannot be restored into this database: it is not empty, or has no room for some values. Nothing was written. */
export class RestoreRefusedError extends SchemaError {
  readonly code = 'RESTORE_REFUSED';
  /** Values that would not be the same afterwards. */
  readonly misfits: readonly Misfit[];

  constructor(message: string, fields: ErrorFields & { misfits?: readonly Misfit[] } = {}) {
    super(message, fields);
    this.misfits = fields.misfits ?? [];
  }
}

/** A check of `proveSchema()` failed: steps, frozen versions and entities do not agree. The message says in what. */
export class ProofFailedError extends SchemaError {
  readonly code = 'PROOF_FAILED';
  /** The number of the law, as in the documentation. */
  readonly law: number;
  /** The version that the check is about; `undefined` if it is about all of them. */
  readonly version: number | undefined;
  /** The database on which it failed: `PostgreSQL`. */
  readonly dialect: string;
  /** The seed of the rows; `undefined` if the check makes none. */
  readonly seed: number | undefined;

  constructor(
    message: string,
    fields: ErrorFields & { law: number; version?: number | undefined; dialect: string; seed?: number | undefined },
  ) {
    super(message, fields);
    this.law = fields.law;
    this.version = fields.version;
    this.dialect = fields.dialect;
    this.seed = fields.seed;
  }
}

/** The caller has a transaction open. A step cannot commit or roll back inside it. */
export class InsideTransactionError extends SchemaError {
  readonly code = 'INSIDE_TRANSACTION';
}

/** The role or the file is read-only, and the call must write. */
export class PermissionDeniedError extends SchemaError {
  readonly code = 'PERMISSION_DENIED';
}

/** The database cannot be reached: it does not exist, it refuses the connection, or the ORM is closed. */
export class DatabaseUnavailableError extends SchemaError {
  readonly code = 'DATABASE_UNAVAILABLE';
}

const UNKNOWN_VERSION = 'The database did not answer, so its version is unknown.';

/** Drops the guid from the message of another error of the same Schema: this one names it. */
function withoutGuid(guid: string, reason: string): string {
  return reason.startsWith(`${guid}: `) ? reason.slice(`${guid}: `.length) : reason;
}

/** Ends a reason with a full stop, unless it ends a sentence already. */
export function asSentence(reason: string): string {
  return /[.!?]$/.test(reason) ? reason : `${reason}.`;
}

/** Shows a holder: `pid 4711 on web-3 (to version 4, since 2026-01-01T00:00:00.000Z)`. */
export function describeHolder({ host, pid, stage, since }: Holder): string {
  const work = [
    ...(stage === undefined ? [] : [`to version ${stage}`]),
    ...(since === undefined ? [] : [`since ${since.toISOString()}`]),
  ];
  return `pid ${pid ?? 'unknown'} on ${host ?? 'an unknown host'}${work.length > 0 ? ` (${work.join(', ')})` : ''}`;
}

/** Shows the first line of the message of a thrown value, error or not. */
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
