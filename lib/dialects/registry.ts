import type { Platform } from '@mikro-orm/core';
import { foreignKeysOff } from '../mikro-orm/foreign-keys-off.ts';
import type { Dialect } from './dialect.ts';
import { postgresql } from './postgresql/session.ts';
import { sqlite } from './sqlite/session.ts';

/**
 * The dialects we speak, each behind the words that begin how its platform turns foreign keys off.
 *
 * Another one is a line here and a folder, in which the same files stand for the same things:
 *
 * - `session.ts`: the {@link Dialect} itself: what it can do, how our transactions begin and end, what its catalog is asked.
 *   A boot with nothing to do loads it and what it imports, and nothing else of the folder.
 * - `row.ts`: what happens to the row of a version: announce, take, withdraw, move, insert, and its history.
 * - `driver-errors.ts`: what the errors of its drivers mean.
 * - `editor.ts`: changes tables, out of `read.ts` (a table as it is), `compare.ts` and `indexes.ts` (what of it is not as
 *   wanted), `misfit.ts` (which values would not fit), `change.ts`, `rename.ts` and `rows.ts` (reading by key, writing in
 *   batches). How tables are altered, or rebuilt where they cannot be, has a separate folder.
 * - `meter.ts`: what statements do to tables, and how many rows those have.
 * - `scratch.ts`: an empty place for steps to be tried in, of which nothing is left.
 * - `copy/file-copies.ts`, where a database is a file that can be copied.
 */
const DIALECTS = [
  ['pragma foreign_keys', sqlite],
  ['set session_replication_role', postgresql],
] as const;

export type DialectName = (typeof DIALECTS)[number][1]['name'];

/** All dialects that we speak. */
export const SPOKEN: readonly Dialect<DialectName>[] = DIALECTS.map(([, dialect]) => dialect);

/** The dialect an ORM speaks, or `undefined` for one we do not. */
export function dialectOf(platform: Platform): Dialect<DialectName> | undefined {
  const spoken = foreignKeysOff(platform);
  return DIALECTS.find(([words]) => spoken.startsWith(words))?.[1];
}

/** The dialect of a name that a dialect was asked for before. */
export function dialectNamed(name: DialectName): Dialect<DialectName> {
  return SPOKEN.find(dialect => dialect.name === name) as Dialect<DialectName>;
}
