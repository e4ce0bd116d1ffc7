import * as postgresql from '@mikro-orm/postgresql';
import { expect, test } from '@jest/globals';
import { loadSqlExports } from '../../lib/mikro-orm/sql-exports.ts';

test('the classes are those that a driver hands on', async () => {
  expect(await loadSqlExports()).toHaveProperty('FullTextType', postgresql.FullTextType);
});
