import { BasePostgreSqlPlatform, SqlitePlatform } from '@mikro-orm/sql';
import type { Dialect } from './dialect.ts';
import { postgresql } from './postgresql/session.ts';
import { sqlite } from './sqlite/session.ts';

/** The dialects we speak, each behind the platform of MikroORM that speaks it. */
const DIALECTS = [
  [SqlitePlatform, sqlite],
  [BasePostgreSqlPlatform, postgresql],
] as const;

export type DialectName = (typeof DIALECTS)[number][1]['name'];

/** The names of the dialects, as people write them. */
export const DIALECT_TITLES: readonly string[] = DIALECTS.map(([, { title }]) => title);

/** The dialect an ORM speaks, or `undefined` for one we do not. */
export function dialectOf(platform: unknown): Dialect<DialectName> | undefined {
  return DIALECTS.find(([speaker]) => platform instanceof speaker)?.[1];
}

/** The dialect of a name that a dialect was asked for before. */
export function dialectNamed(name: DialectName): Dialect<DialectName> {
  return DIALECTS.find(([, dialect]) => dialect.name === name)?.[1] as Dialect<DialectName>;
}
