import {
  SchemaTargetError,
  VersionAheadError,
  VersionBehindError,
  VersionForkedError,
  VersionMissingError,
  VersionTooOldError,
  type SchemaError,
} from '../errors.ts';
import type { Database } from '../store/database.ts';
import type { DeployedRow } from '../store/row.ts';
import { mayRun, standingOf, isVersion } from '../version.ts';
import type { Definition } from './definition.ts';

/** Answers why this code may not run on the database as it is, or `undefined` if it may. Pure. */
export function verdictOn(
  row: DeployedRow | undefined,
  definition: Definition,
  database: Pick<Database, 'place'>,
): SchemaError | undefined {
  const { guid, latest, baseline } = definition;
  if (!row) return missingError(definition, database);
  const { version: deployed, compatible, holder } = row;
  switch (standingOf(row, definition)) {
    case 'too old':
      return new VersionTooOldError({ guid, deployed, latest, baseline });
    case 'behind':
      return new VersionBehindError({ guid, deployed, latest, holder });
    case 'ahead':
      return mayRun(row, definition) ? undefined : new VersionAheadError({ guid, deployed, latest, compatible });
    case 'forked':
      return new VersionForkedError({
        guid,
        deployed,
        latest,
        deployedFingerprint: row.fingerprint ?? '',
        fingerprint: definition.fingerprintOf(deployed) ?? '',
      });
    default:
      return undefined;
  }
}

/** Nothing is recorded, and nobody looked yet at what is there. */
export function missingError({ guid, latest }: Definition, { place }: Pick<Database, 'place'>): VersionMissingError {
  return new VersionMissingError(
    `${place} has no version recorded: call upgrade() to install it; if it should have one, check the connection string`,
    { guid, latest, database: place },
  );
}

export function targetError(guid: string, target: unknown, why: string): SchemaTargetError {
  const shown = typeof target === 'string' ? `'${target}'` : String(target);
  return new SchemaTargetError(`${shown} is not a valid target: ${why}`, { guid, target });
}

/** @throws {@link SchemaTargetError} unless `target` is a version this code knows. */
export function assertTarget({ guid, latest }: Definition, target: unknown): asserts target is number {
  if (!isVersion(target)) throw targetError(guid, target, `name a whole number from 0 to ${latest}`);
  if (target > latest) throw targetError(guid, target, `this code knows the versions up to ${latest}`);
}
