import {
  asSentence,
  DatabaseUnavailableError,
  isSchemaError,
  PermissionDeniedError,
  reasonOf,
  UpgradeBusyError,
} from '../../errors.ts';
import type { Database } from '../database.ts';
import { codeOf, faultOf, isRefused, NO_DATABASE } from '../faults.ts';

/** Turns an error of the driver into an error of this library, outside a step. */
export function translate(database: Database, error: unknown): unknown {
  const { guid, place } = database;
  if (isSchemaError(error)) return error;
  switch (faultOf(error)) {
    case 'unavailable':
      return unavailable(database, error);
    case 'full':
      return new DatabaseUnavailableError(
        `${place} cannot be written: ${asSentence(reasonOf(error))} Free disk space and call again.`,
        {
          guid,
          cause: error,
        },
      );
    case 'crowded':
      return new DatabaseUnavailableError(
        `${place} accepts no more connections: ${asSentence(reasonOf(error))} Try again later, or raise its connection limit.`,
        { guid, cause: error },
      );
    case 'no connection':
      return new DatabaseUnavailableError(
        `no connection to ${place} was free: ${asSentence(reasonOf(error))} End that transaction, or raise \`pool.max\` of the ORM.`,
        { guid, cause: error },
      );
    case 'busy':
    case 'lock timeout':
      return new UpgradeBusyError({
        guid,
        waitedMs: 0,
        cause: error,
        reason: `could not get a lock: ${reasonOf(error)}`,
      });
    case 'permission':
      return new PermissionDeniedError(
        `this role lacks a permission in ${place}: ${asSentence(reasonOf(error))} Upgrade with a role that owns the tables.`,
        { guid, cause: error },
      );
    default:
      if (!isRefused(error)) return error;
      return new DatabaseUnavailableError(
        `${place} refused a statement of dejavu, outside any step: ${asSentence(reasonOf(error))} Fix the cause and call again.`,
        { guid, cause: error },
      );
  }
}

export function unavailable({ guid, place }: Database, error: unknown): DatabaseUnavailableError {
  const next =
    codeOf(error) === NO_DATABASE
      ? 'Check its name. If it is new, `npx dejavu upgrade` creates it, unless `install` or `ensureDatabase` is false.'
      : 'Check that it exists, or may be created, and check the credentials.';
  return new DatabaseUnavailableError(`${place} cannot be reached: ${asSentence(reasonOf(error))} ${next}`, {
    guid,
    cause: error,
  });
}
