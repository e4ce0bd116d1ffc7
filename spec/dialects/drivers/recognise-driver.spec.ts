import { expect, test } from '@jest/globals';
import { isBoundToEngine, unsupportedDriver } from '../../../lib/dialects/drivers/recognise-driver.ts';
import type { DriverSigns } from '../../../lib/mikro-orm/driver-signs.ts';

const signs = (name: string, more: Partial<DriverSigns> = {}): DriverSigns => ({
  packages: ['kysely', name],
  className: 'Driver',
  hasOwnDialect: false,
  addresses: ['zoo'],
  ...more,
});

test.each([
  ['better-sqlite3', {}, undefined],
  ['pg', {}, undefined],
  ['@electric-sql/pglite', {}, undefined],
  ['libsql', {}, 'libsqlLocal'],
  ['libsql', { addresses: ['zoo.db', 'libsql://zoo.turso.io'] }, 'libsqlRemote'],
  ['libsql', { addresses: ['HTTPS://zoo.turso.io'] }, 'libsqlRemote'],
  ['mysql2', { className: 'MySqlDriver' }, 'mysql'],
  ['mysql2', { className: 'MariaDbDriver' }, 'mariadb'],
  // a minified bundle
  ['mysql2', { className: 'a' }, 'mysql'],
  ['mariadb', {}, 'mariadb'],
  ['tedious', {}, 'mssql'],
  ['oracledb', {}, 'oracle'],
  ['mongodb', {}, 'mongodb'],
  // only the engine itself can tell
  ['libsql', { hasOwnDialect: true }, undefined],
  ['something-new', {}, undefined],
])('by its packages alone, a driver on %s with %j is %s', (name, more, expected) => {
  expect(unsupportedDriver(signs(name, more))).toBe(expected);
});

test('only better-sqlite3 as MikroORM opens it needs not be asked what it is', () => {
  expect(isBoundToEngine(signs('better-sqlite3'))).toBe(true);
  expect(isBoundToEngine(signs('better-sqlite3', { hasOwnDialect: true }))).toBe(false);
  expect(isBoundToEngine(signs('pg'))).toBe(false);
});
