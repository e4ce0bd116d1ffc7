import type { Platform } from '@mikro-orm/core';
import type { Column, DatabaseSchema, DatabaseTable } from '@mikro-orm/sql';
import { cutName } from '../sql/cut-name.ts';

/** A name as the database keeps it: PostgreSQL cuts names longer than 63 bytes, without an error. */
export function storedName(platform: Platform, name: string): string {
  const room = platform.getMaxIdentifierLength();
  return Number.isFinite(room) ? cutName(name, room) : name;
}

/** Gives all that tables are made of the names that the database keeps; tables and columns are as they were declared. */
export function keepStoredNames(schema: DatabaseSchema, platform: Platform): void {
  if (!Number.isFinite(platform.getMaxIdentifierLength())) return;
  const stored = (name: string) => storedName(platform, name);
  for (const table of schema.getTables()) keepNamesOf(table, stored);
  for (const native of Object.values(schema.getNativeEnums())) native.name = stored(native.name);
}

function keepNamesOf(table: DatabaseTable, stored: (name: string) => string): void {
  for (const index of table.getIndexes()) index.keyName = stored(index.keyName);
  for (const check of table.getChecks()) check.name = stored(check.name);
  for (const key of Object.values(table.getForeignKeys())) {
    key.constraintName = stored(key.constraintName);
    key.referencedTableName = key.referencedTableName.split('.').map(stored).join('.');
  }
  for (const column of table.getColumns()) keepEnumName(column, stored);
}

function keepEnumName(column: Column, stored: (name: string) => string): void {
  if (column.nativeEnumName === undefined) return;
  column.nativeEnumName = column.nativeEnumName.split('.').map(stored).join('.');
  const [, type = '', list = ''] = /^(.*?)((?:\[\])*)$/.exec(column.type) ?? [];
  column.type = `${type.split('.').map(stored).join('.')}${list}`;
}
