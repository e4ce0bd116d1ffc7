import { expect, test } from '@jest/globals';
import type { Step } from '../../../lib/index.ts';
import { pglite } from '../../support/databases.ts';
import { schemaClass } from '../../support/schemas.ts';
import { zooV1 } from '../../support/zoo.ts';

test('PGlite is told as well how long a lock may take', async () => {
  await using database = await pglite.create();
  await new (schemaClass())(await database.orm(zooV1())).upgrade();
  const orm = await database.orm(zooV1());
  let seen: unknown;
  const zoo = new (schemaClass({
    latest: 2,
    upgradeTo_2: async (step: Step) =>
      void (seen = await step.execute(
        `select current_setting('lock_timeout') as lock, current_setting('row_security') as rows`,
      )),
  }))(orm);
  await zoo.upgrade();
  expect(seen).toEqual([{ lock: '5s', rows: 'off' }]);
});
