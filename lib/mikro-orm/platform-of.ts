import type { AbstractSqlPlatform, SchemaHelper } from '@mikro-orm/sql';
import { missingPart } from './missing-part.ts';

/**
 * The platform behind a schema helper, which is protected in MikroORM: only it knows the names that MikroORM gives to what
 * belongs to a table of any name.
 */
export function platformOf(helper: SchemaHelper): AbstractSqlPlatform {
  const platform = helper['platform'] as AbstractSqlPlatform | undefined;
  if (platform) return platform;
  throw missingPart(`${helper.constructor.name}.platform`);
}
