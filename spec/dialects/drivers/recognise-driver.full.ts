import { expect, test } from '@jest/globals';
import { unsupportedDriver } from '../../../lib/dialects/drivers/recognise-driver.ts';
import { signsOf } from '../../../lib/mikro-orm/driver-signs.ts';
import { databases, nodeSqlite, pglite, type DatabaseKind } from '../../support/databases.ts';

test.each<DatabaseKind>([...databases, pglite, nodeSqlite])('$name is supported', async kind => {
  await using database = await kind.create();
  const orm = await database.orm([]);
  expect(unsupportedDriver(signsOf(orm))).toBeUndefined();
});
