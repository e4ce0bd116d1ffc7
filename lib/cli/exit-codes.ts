import { constants } from 'node:os';
import { isSchemaError, type SchemaError } from '../errors.ts';
import type { Standing } from '../version.ts';
import { UsageError } from './usage.ts';

/**
 * What the command ends with. They never change their meaning.
 *
 * Ended by a signal, it answers as shells do: 128 and the signal's number, so 130 after Ctrl-C.
 */
export const exitCodes = {
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

const byStanding = {
  level: exitCodes.done,
  behind: exitCodes.behind,
  'too old': exitCodes.behind,
  ahead: exitCodes.ahead,
  missing: exitCodes.missing,
  forked: exitCodes.forked,
} as const satisfies Record<Standing, number>;

const byError: Readonly<Record<string, number>> = {
  VERSION_BEHIND: exitCodes.behind,
  VERSION_TOO_OLD: exitCodes.behind,
  VERSION_AHEAD: exitCodes.ahead,
  VERSION_MISSING: exitCodes.missing,
  VERSION_FORKED: exitCodes.forked,
  UPGRADE_BUSY: exitCodes.busy,
  ANSWER_INVALID: exitCodes.usage,
} satisfies Partial<Record<SchemaError['code'], number>>;

// what has to be dealt with first comes first
const gravity: readonly number[] = [
  exitCodes.usage,
  exitCodes.error,
  exitCodes.forked,
  exitCodes.drift,
  exitCodes.missing,
  exitCodes.ahead,
  exitCodes.behind,
  exitCodes.changed,
  exitCodes.busy,
];

/** The code for where a database stands. */
export function codeOfStanding(standing: Standing): number {
  return byStanding[standing];
}

/** The code for what was thrown, whatever it was. */
export function codeOfError(error: unknown): number {
  if (error instanceof UsageError) return exitCodes.usage;
  const signal = signalOf(error);
  if (signal) return 128 + constants.signals[signal];
  if (hasChangedEntities(error)) return exitCodes.changed;
  return (isSchemaError(error) && byError[error.code]) || exitCodes.error;
}

/** Tells whether the entities were not those of the version that they should have been. */
export function hasChangedEntities(error: unknown): boolean {
  return isSchemaError(error) && error.code === 'SCHEMA_DEFINITION' && Reflect.get(error, 'changed') !== undefined;
}

/** The one code for several answers: that of the gravest; `done` for none. */
export function gravest(codes: readonly number[]): number {
  return gravity.find(code => codes.includes(code)) ?? Math.max(exitCodes.done, ...codes);
}

function signalOf(error: unknown): NodeJS.Signals | undefined {
  return error instanceof Error && error.cause instanceof Interruption ? error.cause.signal : undefined;
}

/** Why an upgrade was stopped: the process got a signal. */
export class Interruption extends Error {
  readonly signal: 'SIGINT' | 'SIGTERM';

  constructor(signal: 'SIGINT' | 'SIGTERM') {
    super(`stopped by ${signal}`);
    this.signal = signal;
  }
}
