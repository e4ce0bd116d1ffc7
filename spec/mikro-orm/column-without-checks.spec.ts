import { DatabaseSchema, type SchemaHelper } from '@mikro-orm/sql';
import { defineEntity, MikroORM, p } from '@mikro-orm/sqlite';
import { expect, test } from '@jest/globals';
import { columnWithoutChecks } from '../../lib/mikro-orm/column-without-checks.ts';

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
    'has no column of OtherHelper.createTableColumn() any more',
  );
});
