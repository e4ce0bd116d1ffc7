import type { Fault } from '../dialects/dialect.ts';
import { SPOKEN } from '../dialects/registry.ts';
import { causesOf } from '../errors.ts';
import { NoConnection } from './connection.ts';
import { isNoAnswer } from './opening/time-limits.ts';
import { StrayWork } from './steps/stray-work.ts';

const NETWORK = /^(ECONN\w+|ENOTFOUND|EAI_AGAIN|EPIPE|ETIMEDOUT|EHOSTUNREACH|ENETUNREACH|ENOENT)$/;

/** Tells what a driver's error means, looking through the wrappers that MikroORM puts around it. */
export function faultOf(error: unknown): Fault {
  for (const cause of causesOf(error)) {
    if (cause instanceof NoConnection) return 'no connection';
    if (isNoAnswer(cause)) return 'unavailable';
    for (const { errors } of SPOKEN) {
      const fault = errors.faultOf(cause);
      if (fault) return fault;
    }
    if (typeof cause.code === 'string' && NETWORK.test(cause.code)) return 'unavailable';
  }
  return 'other';
}

/** PostgreSQL: there is no database of this name. */
export const NO_DATABASE = '3D000';

/** The code of the innermost error that has one. */
export function codeOf(error: unknown): unknown {
  return [...causesOf(error)].findLast(({ code }) => code !== undefined)?.code;
}

/** Tells whether the work was refused, by the database or since a step did not await it: it fails the next time as well. */
export function isRefused(error: unknown): boolean {
  if (error instanceof StrayWork) return true;
  if (!['duplicate', 'no table', 'full', 'other'].includes(faultOf(error))) return false;
  return [...causesOf(error)].some(({ code }) => typeof code === 'string' && isOwnCode(code));
}

function isOwnCode(code: string): boolean {
  return SPOKEN.some(({ errors }) => errors.isOwnCode(code));
}

/** The database is silent. */
export function isUnanswered(error: unknown): boolean {
  return [...causesOf(error)].some(isNoAnswer);
}

/** Another process was faster, or is working right now; also other code of this process that uses its only connection. */
export function isLost(error: unknown): boolean {
  return ['busy', 'lock timeout', 'no connection', 'crowded'].includes(faultOf(error));
}
