import {
  DatabaseUnavailableError,
  isSchemaError,
  PermissionDeniedError,
  reasonOf,
  UpgradeBusyError,
} from '../../errors.ts';
import type { Database } from '../database.ts';
import { faultOf, isRefused } from '../faults.ts';

/** Says what a driver's error means here, where it is not about a step. */
export function translate(database: Database, error: unknown): unknown {
  const { guid, place } = database;
  if (isSchemaError(error)) return error;
  switch (faultOf(error)) {
    case 'unavailable':
      return unavailable(database, error);
    case 'full':
      return new DatabaseUnavailableError(`${place} cannot be written: ${reasonOf(error)}: make room, and call again`, {
        guid,
        cause: error,
      });
    case 'crowded':
      return new DatabaseUnavailableError(
        `${place} takes no connection right now: ${reasonOf(error)}: try again, or let it have more connections`,
        { guid, cause: error },
      );
    case 'no connection':
      return new DatabaseUnavailableError(
        `${place} was not asked: ${reasonOf(error)}: end that, or give the pool more connections`,
        { guid, cause: error },
      );
    case 'busy':
    case 'lock timeout':
      return new UpgradeBusyError({ guid, waitedMs: 0, cause: error, reason: `for a lock: ${reasonOf(error)}` });
    case 'permission':
      return new PermissionDeniedError(
        `this role may not do what has to be done in ${place}: ${reasonOf(error)}: upgrade with a role that owns the tables`,
        { guid, cause: error },
      );
    default:
      if (!isRefused(error)) return error;
      return new DatabaseUnavailableError(
        `${place} refused a statement that dejavu needs, outside of any step: ${reasonOf(error)}: remove the cause, and call again`,
        { guid, cause: error },
      );
  }
}

export function unavailable({ guid, place }: Database, error: unknown): DatabaseUnavailableError {
  return new DatabaseUnavailableError(
    `${place} cannot be reached: ${reasonOf(error)}: check that it is there, that it may be created, and the credentials`,
    { guid, cause: error },
  );
}
