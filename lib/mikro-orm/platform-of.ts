import type { AbstractSqlPlatform, SchemaHelper } from '@mikro-orm/sql';

/**
 * The platform behind a schema helper, which is protected in MikroORM: only it knows the names that MikroORM gives to what
 * belongs to a table of any name.
 */
export function platformOf(helper: SchemaHelper): AbstractSqlPlatform {
  const platform = helper['platform'] as AbstractSqlPlatform | undefined;
  if (platform) return platform;
  throw new Error(`this release of MikroORM keeps no platform in its ${helper.constructor.name}`);
}
