import { PostgreSqlPlatform } from '@mikro-orm/postgresql';
import { SchemaHelper, SqlitePlatform } from '@mikro-orm/sql';
import { expect, test } from '@jest/globals';
import { platformOf } from '../../lib/mikro-orm/platform-of.ts';

test.each([
  ['SQLite', new SqlitePlatform()],
  ['PostgreSQL', new PostgreSqlPlatform()],
])('a schema helper knows its platform: %s', (_, platform) => {
  expect(platformOf(platform.getSchemaHelper() as SchemaHelper)).toBe(platform);
});

test('a helper without one is told by name', () => {
  const helper = Object.create(SchemaHelper.prototype) as SchemaHelper;
  expect(() => platformOf(helper)).toThrow('has no SchemaHelper.platform any more');
});
