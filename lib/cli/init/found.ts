import { existsSync } from 'node:fs';
import { resolve } from 'node:path';
import type { Flags } from '../flags.ts';
import { locationsInPackage, parseLocation, type Location } from '../locations.ts';
import { UsageError } from '../usage.ts';

/** Where Schemas are, and where one is to be written. */
export interface Found {
  /** Files that are meant, and are there. */
  readonly existing: readonly Location[];
  /** The file that is meant, and is not there. */
  readonly fresh: Location | undefined;
  /** Files of other Schemas, which share the ORM. */
  readonly others: readonly Location[];
  /** Whether the package.json tells where all that are meant are. */
  readonly isListed: boolean;
}

/**
 * Looks where the command line or the package.json says, or else where a Schema is usually kept.
 *
 * @throws UsageError if several files are not there
 */
export function findSchemas({ schema }: Pick<Flags, 'schema'>): Found {
  const listed = locationsInPackage();
  const named = schema?.map(parseLocation) ?? (listed.length > 0 ? listed : [usual()]);
  const missing = named.filter(({ path }) => !existsSync(path));
  if (missing.length > 1) {
    throw new UsageError(`${missing.map(({ path }) => path).join(' and ')} are not there: set up one at a time`);
  }
  return {
    existing: named.filter(({ path }) => existsSync(path)),
    fresh: missing[0],
    others: listed.filter(({ path }) => existsSync(path) && !named.some(other => samePath(other.path, path))),
    isListed: named.every(({ path }) => listed.some(other => samePath(other.path, path))),
  };
}

function samePath(one: string, other: string): boolean {
  return resolve(one) === resolve(other);
}

function usual(): Location {
  return { path: existsSync('src') ? './src/schema.ts' : './schema.ts', name: undefined };
}
