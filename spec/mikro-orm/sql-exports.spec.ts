import * as postgresql from '@mikro-orm/postgresql';
import { expect, test } from '@jest/globals';
import { sqlExports } from '../../lib/mikro-orm/sql-exports.ts';

test('the classes are those that a driver hands on', () => {
  expect(sqlExports).toHaveProperty('FullTextType', postgresql.FullTextType);
});
