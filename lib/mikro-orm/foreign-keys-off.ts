import type { SchemaHelper } from '@mikro-orm/sql';

/**
 * How a platform turns foreign keys off, which tells databases apart. Its class would tell as well, but only to those
 * who import it from the same copy of `@mikro-orm/sql`, a package that an application need not list.
 *
 * @returns the SQL, empty for a platform that does not speak SQL
 */
export function foreignKeysOff(platform: { getSchemaHelper?(): unknown }): string {
  const helper = platform.getSchemaHelper?.() as Partial<SchemaHelper> | undefined;
  return helper?.disableForeignKeysSQL?.() ?? '';
}
