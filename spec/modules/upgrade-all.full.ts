import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, test } from '@jest/globals';
import { PgliteDriver } from '@mikro-orm/pglite';
import { MikroORM } from '@mikro-orm/sql';
import { upgradeAll } from '../../lib/index.ts';
import { openOrm, postgresql, sqliteFile } from '../support/databases.ts';
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

describe('a database that does not exist', () => {
  const on = async (install: boolean | undefined) => {
    const neighbour = await postgresql.create();
    const address = `${neighbour.address}_missing`;
    const name = new URL(address).pathname.slice(1);
    const orm = await openOrm(address, entities());
    const make = (guid: string, members: object) => new (schemaClass({ guid, ...members }, { name: guid }))(orm);
    const accounts = make('accounts', { entities: ['Account'] });
    const billing = make('billing', { entities: ['Bill'], dependsOn: { accounts: 1 } });
    return {
      upgrade: () => upgradeAll([billing, accounts], { install }),
      isThere: async () =>
        (await neighbour.execute('select datname from pg_database where datname = $1', [name])).length === 1,
      [Symbol.asyncDispose]: async () => {
        await orm.close();
        await neighbour.execute(`drop database if exists "${name}" with (force)`);
        await neighbour.drop();
      },
    };
  };

  test('is created', async () => {
    await using place = await on(undefined);
    expect((await place.upgrade()).schemas.map(({ outcome }) => outcome)).toEqual(['installed', 'installed']);
    expect(await place.isThere()).toBe(true);
  });

  test('is not created where nothing may be installed', async () => {
    await using place = await on(false);
    await expect(place.upgrade()).rejects.toMatchObject({
      failures: [{ guid: 'billing' }, { guid: 'accounts', error: { code: 'DATABASE_UNAVAILABLE' } }],
    });
    expect(await place.isThere()).toBe(false);
  });
});

test('a folder of PGlite that does not exist is created', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'zoo-'));
  const orm = await MikroORM.init({
    driver: PgliteDriver,
    dbName: join(folder, 'data'),
    entities: Object.values(entities()),
  });
  try {
    const on = (guid: string, members: object) => new (schemaClass({ guid, ...members }, { name: guid }))(orm);
    const schemas = [
      on('billing', { entities: ['Bill'], dependsOn: { accounts: 1 } }),
      on('accounts', { entities: ['Account'] }),
    ];
    const folderless = on('other', { entities: ['Hit'] });
    await expect(folderless.assertVersion()).rejects.toThrow(
      `the database "${join(folder, 'data')}" cannot be reached`,
    );
    expect((await upgradeAll(schemas)).schemas.map(({ outcome }) => outcome)).toEqual(['installed', 'installed']);
  } finally {
    await orm.close();
    rmSync(folder, { recursive: true });
  }
});
