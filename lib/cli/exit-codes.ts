import { constants } from 'node:os';
import { isSchemaError, type SchemaError } from '../errors.ts';
import { UsageError } from '../class-source/usage-error.ts';
import type { Standing } from '../version.ts';

export { UsageError };

/** There is something that only people know, and nobody to ask: the message lists the flags that answer. */
export class UnansweredError extends UsageError {
  override readonly name = 'UnansweredError';
}

/** A person was asked and said no, or left. */
export class DeclinedError extends Error {
  override readonly name = 'DeclinedError';
}

/** A file of the project could not be imported, for a reason that something can be done about. */
export class ImportError extends Error {
  override readonly name = 'ImportError';
}

/** Why an upgrade was stopped: the process got a signal. */
export class Interruption extends Error {
  readonly signal: 'SIGINT' | 'SIGTERM';

  constructor(signal: 'SIGINT' | 'SIGTERM') {
    super(`stopped by ${signal}`);
    this.signal = signal;
  }
}

/**
 * What the command ends with. They never change their meaning.
 *
 * Ended by a signal, it answers as shells do: 128 and the signal's number, so 130 after Ctrl-C.
 */
export const EXIT_CODES = {
  /** It is done, or there was nothing to do. */
  done: 0,
  /** It failed, for a reason that is told. */
  error: 1,
  /** The database is at a lower version than the code, or too old to start from. */
  behind: 2,
  /** The database is at a higher version than the code. */
  ahead: 3,
  /** The database has no version recorded. */
  missing: 4,
  /** The entities, or a frozen version, changed without a new version. */
  changed: 5,
  /** Somebody else was at it for longer than `--wait-ms`. */
  busy: 6,
  /** The storage is not what its version says. */
  drift: 7,
  /** The database is at a version of this number that another branch made. */
  forked: 8,
  /** The command line makes no sense. */
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

/** What has to be dealt with first comes first. */
const GRAVITY = ['usage', 'error', 'forked', 'drift', 'missing', 'ahead', 'behind', 'changed', 'busy'] as const;

/** The code for where a database stands. */
export function codeOfStanding(standing: Standing): number {
  return BY_STANDING[standing];
}

/** The code for what was thrown, whatever it was. */
export function codeOfError(error: unknown): number {
  if (error instanceof UsageError) return EXIT_CODES.usage;
  const { cause } = error instanceof Error ? error : {};
  if (cause instanceof Interruption) return 128 + constants.signals[cause.signal];
  if (hasChangedEntities(error)) return EXIT_CODES.changed;
  return (isSchemaError(error) && BY_ERROR[error.code]) || EXIT_CODES.error;
}

/** Tells whether the entities were not those of the version that they should have been. */
export function hasChangedEntities(error: unknown): boolean {
  return isSchemaError(error) && error.code === 'SCHEMA_DEFINITION' && Reflect.get(error, 'changed') !== undefined;
}

/** The one code for several answers: that of the gravest; `done` for none. */
export function gravest(codes: readonly number[]): number {
  const worst = GRAVITY.find(name => codes.includes(EXIT_CODES[name]));
  return worst ? EXIT_CODES[worst] : Math.max(EXIT_CODES.done, ...codes);
}
