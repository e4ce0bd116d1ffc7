import { isErrorLike } from '../errors.ts';
import { NoConnection } from './connection.ts';

/** What a driver's error means to us, whichever driver it came from. */
export type Fault =
  | 'no connection'
  | 'busy'
  | 'lock timeout'
  | 'no table'
  | 'duplicate'
  | 'permission'
  | 'doomed'
  | 'unavailable'
  | 'other';

// https://www.postgresql.org/docs/current/errcodes-appendix.html
const POSTGRESQL: readonly (readonly [RegExp, Fault])[] = [
  [/^(55P03|40P01|40001)$/, 'lock timeout'],
  [/^(42P01|3F000)$/, 'no table'],
  [/^(23505|42P07|42P06|42P04|42710)$/, 'duplicate'],
  [/^(42501|25006)$/, 'permission'],
  // the transaction lives, and takes nothing any more but its end
  [/^25P02$/, 'doomed'],
  [/^(3D000|57P0[1-4]|08...|28...|53300)$/, 'unavailable'],
];

// https://www.sqlite.org/rescode.html
const SQLITE: readonly (readonly [RegExp, Fault])[] = [
  [/^SQLITE_(BUSY|LOCKED)/, 'busy'],
  [/^SQLITE_(READONLY|PERM|AUTH)/, 'permission'],
  [/^SQLITE_(CANTOPEN|NOTADB|IOERR)/, 'unavailable'],
];

const NETWORK = /^(ECONN\w+|ENOTFOUND|EAI_AGAIN|EPIPE|ETIMEDOUT|EHOSTUNREACH|ENETUNREACH|ENOENT)$/;
const LOST =
  /connection terminated|connection error and is not queryable|client was closed|database connection is not open|(unable to|cannot) open database|timeout exceeded when trying to connect/i;

/** Tells what a driver's error means, looking through the wrappers that MikroORM puts around it. */
export function faultOf(error: unknown): Fault {
  for (const cause of chain(error)) {
    if (cause instanceof NoConnection) return 'no connection';
    const code = typeof cause.code === 'string' ? cause.code : '';
    const found = [...POSTGRESQL, ...SQLITE].find(([pattern]) => pattern.test(code));
    if (found) return found[1];
    if (code.startsWith('SQLITE_') && cause.message.startsWith('no such table')) return 'no table';
    if (NETWORK.test(code) || LOST.test(cause.message)) return 'unavailable';
    // node:sqlite speaks in numbers
    if (cause.code === 'ERR_SQLITE_ERROR') {
      if (cause.message.startsWith('no such table')) return 'no table';
      if (/locked|busy/.test(cause.message)) return 'busy';
    }
  }
  return 'other';
}

// a SQLSTATE is five characters, and unlike EPIPE it has a digit among them
const FROM_DATABASE = /^(?=.*\d)[0-9A-Z]{5}$|^SQLITE_/;

/** Tells whether the database refused the work itself, which will be no better the next time. */
export function isRefused(error: unknown): boolean {
  if (!['duplicate', 'no table', 'other'].includes(faultOf(error))) return false;
  return [...chain(error)].some(({ code }) => typeof code === 'string' && FROM_DATABASE.test(code));
}

function* chain(error: unknown): Generator<Error & { code?: unknown }> {
  const seen = new Set<unknown>();
  for (let cause = error; isErrorLike(cause) && !seen.has(cause); cause = cause.cause) {
    seen.add(cause);
    yield cause;
    // a host with several addresses fails once for each of them
    if (cause instanceof AggregateError) yield* cause.errors.flatMap(inner => [...chain(inner)]);
  }
}

/** Somebody else was faster, or works right now; also one of this process who uses its only connection. */
export function isLost(error: unknown): boolean {
  return ['busy', 'lock timeout', 'no connection'].includes(faultOf(error));
}
