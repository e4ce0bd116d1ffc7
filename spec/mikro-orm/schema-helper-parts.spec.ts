import { PostgreSqlPlatform } from '@mikro-orm/postgresql';
import { DatabaseSchema, SchemaHelper, SqlitePlatform } from '@mikro-orm/sql';
import { defineEntity, MikroORM, p } from '@mikro-orm/sqlite';
import { expect, test } from '@jest/globals';
import { postgresql } from '../support/databases.ts';
import { columnWithoutChecks, managementDatabaseOf, platformOf } from '../../lib/mikro-orm/schema-helper-parts.ts';

test.each([
  ['SQLite', new SqlitePlatform()],
  ['PostgreSQL', new PostgreSqlPlatform()],
])('a schema helper knows its platform: %s', (_, platform) => {
  expect(platformOf(platform.getSchemaHelper() as SchemaHelper)).toBe(platform);
});

test('a helper without one is told by name', () => {
  const helper = Object.create(SchemaHelper.prototype) as SchemaHelper;
  expect(() => platformOf(helper)).toThrow('no longer has SchemaHelper.platform');
});

test('a column is written as into a new table, and loses none of the checks of the real one', () => {
  const Animal = defineEntity({
    name: 'Animal',
    properties: { id: p.integer().primary(), mood: p.enum(['calm', 'angry']).default('calm') },
  });
  const orm = new MikroORM({ dbName: ':memory:', entities: [Animal] });
  const platform = orm.em.getPlatform();
  const helper = platform.getSchemaHelper() as SchemaHelper;
  const metadata = [...orm.getMetadata().getAll().values()];
  const table = DatabaseSchema.fromMetadata(metadata, platform, orm.config).getTable('animal');
  const mood = table?.getColumn('mood');
  expect(mood && columnWithoutChecks(helper, mood)).toBe(`\`mood\` text not null default 'calm'`);
  expect(table?.getChecks()).toHaveLength(1);
});

test('a helper that writes none is told by name', () => {
  class OtherHelper {
    createTableColumn(): void {}
  }
  expect(() => columnWithoutChecks(new OtherHelper() as never, { name: 'mood' } as never)).toThrow(
    'no longer has column of OtherHelper.createTableColumn()',
  );
});

test('a helper names the database from which others are created', async () => {
  await using database = await postgresql.create();
  expect(managementDatabaseOf(await database.orm([]))).toBe('postgres');
  const orm = await database.orm([], { schemaGenerator: { managementDbName: 'maintenance' } });
  expect(managementDatabaseOf(orm)).toBe('maintenance');
});
