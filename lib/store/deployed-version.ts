import { defineEntity, p, Type, type EntityProperty, type Platform } from '@mikro-orm/core';
import { parseMoment } from './deployed-row.ts';
import { TABLES } from './tables.ts';

/** A moment: a `timestamptz` of PostgreSQL, and on SQLite, which has no such type, the text that ISO 8601 writes. */
class Moment extends Type<Date, Date | string> {
  override convertToDatabaseValue(value: Date | string): string {
    return value instanceof Date ? value.toISOString() : value;
  }

  override convertToJSValue(value: Date | string): Date {
    return parseMoment(value) ?? new Date(Number.NaN);
  }

  override compareAsType(): string {
    return 'string';
  }

  override get runtimeType(): string {
    return 'Date';
  }

  override getColumnType(_: EntityProperty, platform: Platform): string {
    // Any application imports this file, so it asks the platform and loads no dialect.
    return platform.getDateTimeTypeDeclarationSQL({ length: 6 }).startsWith('timestamptz') ? 'timestamptz' : 'text';
  }
}

/**
 * The version row of a database as an entity, for applications that query it. Add it to the `entities` of the ORM. The
 * library itself does not need it, and never treats its table as part of your storage.
 *
 * MikroORM's own schema generator alters and drops what it did not make: an application that runs it tells it
 * `schemaGenerator: { skipTables: ['deployed_version', 'deployed_version_log'] }`, whether it has the entities or not.
 */
export const DeployedVersion = defineEntity({
  name: 'DeployedVersion',
  tableName: TABLES.version.name,
  properties: {
    guid: p.text().primary().fieldName('guid'),
    version: p.integer().fieldName('version'),
    compatible: p.integer().fieldName('compatible'),
    fingerprint: p.text().nullable().fieldName('fingerprint'),
    epoch: p.bigint('string').fieldName('epoch'),
    stage: p.integer().nullable().fieldName('stage'),
    target: p.integer().nullable().fieldName('target'),
    host: p.text().nullable().fieldName('host'),
    pid: p.integer().nullable().fieldName('pid'),
    since: p.type(Moment).$type<Date>().nullable().fieldName('since'),
  },
});

/** The history as an entity: one line per installation, step, adoption, restore, repair or `allow()`. */
export const DeployedVersionLog = defineEntity({
  name: 'DeployedVersionLog',
  tableName: TABLES.log.name,
  properties: {
    id: p.bigint('string').primary().fieldName('id'),
    guid: p.text().fieldName('guid'),
    fromVersion: p.integer().nullable().fieldName('from_version'),
    toVersion: p.integer().fieldName('to_version'),
    how: p.text().fieldName('how'),
    at: p.type(Moment).$type<Date>().fieldName('at'),
    tookMs: p.integer().nullable().fieldName('took_ms'),
    host: p.text().nullable().fieldName('host'),
    pid: p.integer().nullable().fieldName('pid'),
    role: p.text().nullable().fieldName('role'),
    release: p.text().nullable().fieldName('release'),
    reason: p.text().nullable().fieldName('reason'),
  },
});
