import type { Configuration } from '@mikro-orm/core';
import { acrossCopies } from '../../one-copy.ts';
import { BOOKKEEPING } from '../tables.ts';

/** The setting that protects our tables, as it stands in a configuration. */
export const PROTECTION = `schemaGenerator: { skipTables: [${BOOKKEEPING.map(name => `'${name}'`).join(', ')}] }`;

// A protected ORM no longer shows what its configuration says. Under tsx, another copy of this file may have protected it.
const unprotected = acrossCopies('unprotected', () => new WeakSet<object>());

/**
 * Adds our tables to `schemaGenerator.skipTables` of an ORM, so that `orm.schema.update()` and migrations made from a diff
 * do not drop them. Another process with the same configuration needs the setting itself: `isProtected()` checks that.
 */
export function protectTables(orm: { readonly config: Pick<Configuration, 'get'> }): void {
  const rules = orm.config.get('schemaGenerator');
  const { skipTables = [] } = rules;
  const missing = BOOKKEEPING.filter(name => !skipTables.some(skipped => isNamed(name, skipped)));
  if (missing.length === 0) return;
  unprotected.add(orm);
  // A schema generator made before keeps this very object.
  rules.skipTables = [...skipTables, ...missing];
}

/** Tells whether the configuration of an ORM itself skips our tables. */
export function isProtected(orm: object): boolean {
  return !unprotected.has(orm);
}

function isNamed(name: string, skipped: string | RegExp): boolean {
  if (typeof skipped === 'string') return skipped.toLowerCase() === name;
  return new RegExp(skipped.source, skipped.flags.replaceAll(/[gy]/g, '')).test(name);
}
