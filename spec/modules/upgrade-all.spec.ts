import { expect, test } from '@jest/globals';
import { upgradeAll } from '../../lib/index.ts';
import { openOrm, sqliteMemory } from '../support/databases.ts';
import { schemaClass } from '../support/schemas.ts';
import { describeModules, entities } from './several-modules.ts';

describeModules([sqliteMemory]);

test('a database that does not answer stops its own Schemas and those that need them, and no others', async () => {
  await using database = await sqliteMemory.create();
  const here = await database.orm(entities());
  // Nothing listens there.
  const nowhere = await openOrm('postgresql://nobody@127.0.0.1:1/nowhere', entities());
  const on = (orm: typeof here, guid: string, members: object) =>
    new (schemaClass({ guid, ...members }, { name: guid }))(orm);
  const accounts = on(nowhere, 'accounts', { entities: ['Account'] });
  const archive = on(nowhere, 'archive', { entities: ['Hit'] });
  const billing = on(here, 'billing', { entities: ['Bill'], dependsOn: { accounts: 1 } });
  const search = on(here, 'search', { entities: ['Hit'] });
  const unreachable = { outcome: 'failed', deployed: undefined, error: { code: 'DATABASE_UNAVAILABLE' } };
  await expect(upgradeAll([accounts, archive, billing, search])).rejects.toMatchObject({
    code: 'MODULES_FAILED',
    failures: [
      { guid: 'accounts', ...unreachable },
      { guid: 'archive', ...unreachable, error: { guid: 'archive' } },
      { guid: 'billing', outcome: 'not begun', missing: [{ guid: 'accounts', needs: 1, deployed: undefined }] },
    ],
    done: [{ guid: 'search', to: 1 }],
  });
  expect([await search.deployed(), await billing.deployed()]).toEqual([1, undefined]);
});
