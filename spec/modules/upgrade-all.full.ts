import { expect, test } from '@jest/globals';
import { upgradeAll } from '../../lib/index.ts';
import { postgresql, sqliteFile } from '../support/databases.ts';
import { record } from '../support/recorder.ts';
import { schemaClass } from '../support/schemas.ts';
import { describeModules, entities, release, second, type Modules } from './several-modules.ts';

describeModules([sqliteFile, postgresql]);

test('in two databases, and in a namespace each, they find each other in the list', async () => {
  await using file = await sqliteFile.create();
  await using server = await postgresql.create();
  const ran: string[] = [];
  const more = second(ran);
  const release1 = async (modules: Modules) => {
    const here = await release(file, modules);
    const orm = await server.orm(entities());
    const Billing = schemaClass(
      { guid: 'billing', entities: ['Bill', 'Account'], dependsOn: { accounts: 1 }, ...modules.billing },
      { name: 'B' },
    );
    const Search = schemaClass(
      { guid: 'search', entities: ['Hit'], dependsOn: { billing: 1 }, ...modules.search },
      { name: 'S' },
    );
    return {
      orm,
      here: here.orm,
      accounts: here.accounts,
      billing: new Billing(orm, { namespace: 'bills', modules: [here.accounts] }),
      search: new Search(orm, { namespace: 'hits' }),
      lone: new Billing(orm, { namespace: 'bills' }),
    };
  };
  const one = await release1({});
  await upgradeAll([one.search, one.billing, one.accounts]);
  await expect(one.lone.assertVersion()).rejects.toMatchObject({ code: 'DEPENDENCY_MISSING' });
  await one.billing.assertVersion();
  const two = await release1(more);
  expect((await upgradeAll([two.search, two.billing, two.accounts])).schemas.map(({ to }) => to)).toEqual([2, 2, 5]);
  expect(ran).toEqual(['accounts 2', 'accounts 3', 'billing 2', 'accounts 4', 'search 2', 'accounts 5']);
  using there = await record(two.orm);
  using here = await record(two.here);
  expect((await upgradeAll([two.search, two.billing, two.accounts])).schemas.map(({ outcome }) => outcome)).toEqual(
    Array(3).fill('level'),
  );
  expect([there.sql.length, here.sql.length]).toEqual([1, 1]);
});
