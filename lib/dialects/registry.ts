import type { Platform } from '@mikro-orm/core';
import { foreignKeysOff } from '../mikro-orm/foreign-keys-off.ts';
import type { Dialect } from './dialect.ts';
import { postgresql } from './postgresql/session.ts';
import { sqlite } from './sqlite/session.ts';

/** The dialects we speak, each behind the words that begin how its platform turns foreign keys off. */
const DIALECTS = [
  ['pragma foreign_keys', sqlite],
  ['set session_replication_role', postgresql],
] as const;

export type DialectName = (typeof DIALECTS)[number][1]['name'];

/** All dialects that we speak. */
export const SPOKEN: readonly Dialect<DialectName>[] = DIALECTS.map(([, dialect]) => dialect);

/** The names of the dialects, as people write them. */
export const DIALECT_TITLES: readonly string[] = SPOKEN.map(({ title }) => title);

/** The dialect an ORM speaks, or `undefined` for one we do not. */
export function dialectOf(platform: Platform): Dialect<DialectName> | undefined {
  const spoken = foreignKeysOff(platform);
  return DIALECTS.find(([words]) => spoken.startsWith(words))?.[1];
}

/** The dialect of a name that a dialect was asked for before. */
export function dialectNamed(name: DialectName): Dialect<DialectName> {
  return SPOKEN.find(dialect => dialect.name === name) as Dialect<DialectName>;
}
