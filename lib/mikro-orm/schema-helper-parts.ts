import type { MikroORM } from '@mikro-orm/core';
import type { AbstractSqlPlatform, Column, DatabaseTable, SchemaHelper } from '@mikro-orm/sql';
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

/** MikroORM removes the checks it writes next to a column from its table argument: this one has none to lose. */
const WITHOUT_CHECKS = { getChecks: () => [] } as unknown as DatabaseTable;

/** A column as MikroORM writes it into a `create table` of SQLite, without the checks over it. */
export function columnWithoutChecks(helper: SchemaHelper, column: Column): string {
  const text = helper.createTableColumn(column, WITHOUT_CHECKS);
  if (text) return text;
  throw missingPart(`column of ${helper.constructor.name}.createTableColumn()`);
}

/** The database that a server always has, from which others are created. */
export function managementDatabaseOf(orm: MikroORM): string {
  const { constructor } = orm.config.getPlatform();
  const platform: { getSchemaHelper?(): unknown } = orm.config.getPlatform();
  const helper = platform.getSchemaHelper?.() as Partial<SchemaHelper> | undefined;
  const name = helper?.getManagementDbName?.();
  if (name === undefined) throw missingPart(`getManagementDbName() of the schema helper of ${constructor.name}`);
  return name;
}
