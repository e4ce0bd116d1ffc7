import { causesOf } from '../../errors.ts';
import type { DriverErrors, Fault } from '../dialect.ts';

// https://www.postgresql.org/docs/current/errcodes-appendix.html
const CODES: readonly (readonly [RegExp, Fault])[] = [
  [/^(55P03|40P01|40001)$/, 'lock timeout'],
  [/^(42P01|3F000)$/, 'no table'],
  [/^(23505|42P07|42P06|42P04|42710)$/, 'duplicate'],
  [/^(42501|25006)$/, 'permission'],
  // The transaction lives, and takes nothing any more but its end
  [/^25P02$/, 'doomed'],
  [/^(53100)$/, 'full'],
  [/^(53300|57P03)$/, 'crowded'],
  [/^(3D000|57P0[1245]|08...|28...)$/, 'unavailable'],
];

const LOST =
  /connection terminated|connection error and is not queryable|client was closed|timeout exceeded when trying to connect|query read timeout/i;

// A SQLSTATE is five characters, and unlike EPIPE it has a digit among them
const SQLSTATE = /^(?=.*\d)[0-9A-Z]{5}$/;

/** The errors of PostgreSQL, by their codes. */
export const postgresqlErrors: DriverErrors = {
  faultOf({ code, message }) {
    const found = typeof code === 'string' ? CODES.find(([pattern]) => pattern.test(code)) : undefined;
    return found?.[1] ?? (LOST.test(message) ? 'unavailable' : undefined);
  },
  isOwnCode: code => SQLSTATE.test(code),
};

/** Whether the transaction takes nothing any more but its end, which tells that it still is under way. */
export function isDoomed(error: unknown): boolean {
  return firstFault(error) === 'doomed';
}

/** Whether a lock was not free. */
export function isLocked(error: unknown): boolean {
  return firstFault(error) === 'lock timeout';
}

function firstFault(error: unknown): Fault | undefined {
  const faults = [...causesOf(error)].map(cause => postgresqlErrors.faultOf(cause));
  return faults.find(fault => fault !== undefined);
}
