import { deepStrictEqual } from 'node:assert/strict';
import { expect, test } from '@jest/globals';
import { showDowngrade } from '../../../lib/boot/outcome/report-text.ts';
import type { Step } from '../../../lib/index.ts';
import { sqliteFile } from '../../support/databases.ts';
import { schemaClass } from '../../support/schemas.ts';
import { zooV1 } from '../../support/zoo.ts';

test('a report reads as plain lines, and is plain data otherwise', async () => {
  await using database = await sqliteFile.create();
  const first = new (schemaClass({ latest: 1 }))(await database.orm(zooV1()));
  const installed = await first.upgrade();
  expect(String(installed)).toBe('zoo: installed at version 1');
  const level = await first.upgrade();
  expect(String(level)).toBe('zoo: level at version 1, nothing to do');
  const next = new (schemaClass({
    latest: 3,
    upgradeTo_2: async (step: Step) => void (await step.execute('alter table animal drop column legs')),
    upgradeTo_3: async () => {},
    downgradeTo_2: async () => {},
  }))(await database.orm(zooV1()));
  const upgraded = await next.upgrade();
  expect(String(upgraded)).toMatch(
    /^zoo: upgraded from version 1 to 3, 2 steps in \d+ ms\n {2}dropped with version 2: animal\.legs$/,
  );
  expect(String(await next.assertStorage())).toBe('zoo: level at version 3, nothing is missing');
  expect(String(await next.allow(1, { reason: 'tried' }))).toBe(
    'zoo: the database at version 3 allows code from version 1 on; before, from version 3 on',
  );
  expect(String(await first.upgrade())).toBe('zoo: ahead at version 3, which this code may use: nothing to do');
  expect(String(await next.downgrade(2))).toMatch(/^zoo: downgraded from version 3 to 2, 1 step in \d+ ms$/);

  const back = {
    guid: 'zoo',
    from: 3,
    to: 1,
    outcome: 'downgraded',
    steps: [],
    waitedMs: 0,
    orphans: 1,
    drift: [],
  } as const;
  const dropped2 = ['legs', 'name'].map(column => ({ version: 1, what: `animal.${column}` }));
  const lost = [{ version: 2, what: 'animal.legs', rows: 1200 }];
  expect(showDowngrade({ ...back, dropped: dropped2, lost })).toBe(`zoo: downgraded from version 3 to 1, 0 steps in 0 ms
  dropped with version 2: animal.name
  1 row has a missing parent. It did before, too.
  dropped with version 2: animal.legs, 1,200 rows`);

  const { guid, from, to, outcome, steps, dropped, waitedMs, orphans, drift } = upgraded;
  const data = { guid, from, to, outcome, steps, dropped, waitedMs, orphans, drift };
  expect(JSON.parse(JSON.stringify(upgraded))).toEqual(data);
  expect(structuredClone(upgraded)).toStrictEqual(data);
  expect(upgraded).toStrictEqual(data);
  deepStrictEqual({ ...upgraded }, data);
  deepStrictEqual(upgraded, data);
});
