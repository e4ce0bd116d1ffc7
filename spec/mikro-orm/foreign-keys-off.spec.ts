import { PglitePlatform } from '@mikro-orm/pglite';
import { PostgreSqlPlatform } from '@mikro-orm/postgresql';
import { BaseMySqlPlatform, SqlitePlatform } from '@mikro-orm/sql';
import { expect, test } from '@jest/globals';
import { foreignKeysOff } from '../../lib/mikro-orm/foreign-keys-off.ts';

test.each([
  ['SQLite', new SqlitePlatform(), 'pragma foreign_keys = off;'],
  ['PostgreSQL', new PostgreSqlPlatform(), `set session_replication_role = 'replica';`],
  ['PGlite', new PglitePlatform(), `set session_replication_role = 'replica';`],
  ['MySQL', new BaseMySqlPlatform(), 'set foreign_key_checks = 0;'],
  ['what speaks no SQL', {}, ''],
])('a platform says how it turns foreign keys off: %s', (_, platform, sql) => {
  expect(foreignKeysOff(platform)).toBe(sql);
});
