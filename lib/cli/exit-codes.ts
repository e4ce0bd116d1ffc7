import { constants } from 'node:os';
import { isSchemaError, type SchemaError } from '../errors.ts';
import { UsageError } from '../class-source/usage-error.ts';
import type { Standing } from '../version.ts';

export { UsageError };

/** dejavu needs an answer, and there is no terminal to ask in. The message lists the flags that answer. */
export class UnansweredError extends UsageError {
  override readonly name = 'UnansweredError';
}

/** The user answered no, or cancelled. */
export class DeclinedError extends Error {
  override readonly name = 'DeclinedError';
}

/** A file of the project could not be imported, for a reason that the user can fix. */
export class ImportError extends Error {
  override readonly name = 'ImportError';
}

/** The cause of an upgrade that a signal stopped. */
export class Interruption extends Error {
  readonly signal: 'SIGINT' | 'SIGTERM';

  constructor(signal: 'SIGINT' | 'SIGTERM') {
    super(`stopped by ${signal}`);
    this.signal = signal;
  }
}

/**
 * The exit codes of the command. Their meaning never changes.
 *
 * After a signal, the exit code is 128 plus the number of the signal, as in shells: 130 after Ctrl-C.
 */
export const EXIT_CODES = {
  /** The command did its work, or there was nothing to do. */
  done: 0,
  /** The command failed. The message says why. */
  error: 1,
  /** The database is at a lower version than the code, or too old for its steps. */
  behind: 2,
  /** The database is at a higher version than the code. */
  ahead: 3,
  /** The database has no recorded version. */
  missing: 4,
  /** The entities, or a frozen version, changed without a new version. */
  changed: 5,
  /** Another process held the version row, or a lock, for longer than `--wait-ms`. */
  busy: 6,
  /** The storage differs from the frozen version it is recorded at. */
  drift: 7,
  /** The database is at a version of this number that another branch made. */
  forked: 8,
  /** The command line is wrong. */
  usage: 64,
} as const;

const BY_STANDING = {
  level: EXIT_CODES.done,
  behind: EXIT_CODES.behind,
  'too old': EXIT_CODES.behind,
  ahead: EXIT_CODES.ahead,
  missing: EXIT_CODES.missing,
  forked: EXIT_CODES.forked,
} as const satisfies Record<Standing, number>;

const BY_ERROR: Readonly<Record<string, number>> = {
  VERSION_BEHIND: EXIT_CODES.behind,
  VERSION_TOO_OLD: EXIT_CODES.behind,
  VERSION_AHEAD: EXIT_CODES.ahead,
  VERSION_MISSING: EXIT_CODES.missing,
  VERSION_FORKED: EXIT_CODES.forked,
  UPGRADE_BUSY: EXIT_CODES.busy,
  STORAGE_DIFFERS: EXIT_CODES.drift,
  ANSWER_INVALID: EXIT_CODES.usage,
} satisfies Partial<Record<SchemaError['code'], number>>;

/** Exit codes from most to least urgent. */
const GRAVITY = ['usage', 'error', 'forked', 'drift', 'missing', 'ahead', 'behind', 'changed', 'busy'] as const;

/** Returns the exit code for the standing of a database. */
export function codeOfStanding(standing: Standing): number {
  return BY_STANDING[standing];
}

/** Returns the exit code for an error. */
export function codeOfError(error: unknown): number {
  if (error instanceof UsageError) return EXIT_CODES.usage;
  const { cause } = error instanceof Error ? error : {};
  if (cause instanceof Interruption) return 128 + constants.signals[cause.signal];
  if (hasChangedEntities(error)) return EXIT_CODES.changed;
  return (isSchemaError(error) && BY_ERROR[error.code]) || EXIT_CODES.error;
}

/** Tells whether an error says that the entities differ from the frozen version they should match. */
function hasChangedEntities(error: unknown): boolean {
  return isSchemaError(error) && error.code === 'SCHEMA_DEFINITION' && Reflect.get(error, 'changed') !== undefined;
}

/** Returns the most urgent of several exit codes; `done` if there are none. */
export function gravest(codes: readonly number[]): number {
  const worst = GRAVITY.find(name => codes.includes(EXIT_CODES[name]));
  return worst ? EXIT_CODES[worst] : Math.max(EXIT_CODES.done, ...codes);
}
