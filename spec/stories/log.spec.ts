import { hostname, userInfo } from 'node:os';
import { setTimeout as sleep } from 'node:timers/promises';
import { describe, expect, test } from '@jest/globals';
import type { Step } from '../../lib/index.ts';
import { databases, postgresql, type TestDatabase } from '../support/databases.ts';
import { createRole } from '../support/roles.ts';
import { idleSteps, schemaClass } from '../support/schemas.ts';
import { zooV1 } from '../support/zoo.ts';

async function logOf(database: TestDatabase) {
  return database.execute('select * from deployed_version_log order by id');
}

describe.each(databases)('on $name', kind => {
  test('who brought this database from 3 to 4, when, how long did it take, from where, as whom, by which release', async () => {
    await using database = await kind.create();
    const began = Date.now();
    const First = schemaClass({ latest: 3 });
    await new First(await database.orm(zooV1()), { release: '3.1.4' }).upgrade();
    const Second = schemaClass({
      latest: 5,
      async upgradeTo_4(step: Step) {
        await sleep(60);
        await step.execute('select 1');
      },
      upgradeTo_5: () => undefined,
    });
    // each call may say another release than its Schema does
    await new Second(await database.orm(zooV1()), { release: '4.0.0' }).upgrade({ release: '4.0.1 (a7f3c)' });
    const [role] =
      kind.dialect === 'sqlite'
        ? [userInfo().username]
        : (await database.execute('select current_user as role')).map(row => row['role']);

    const lines = await logOf(database);
    const shared = { guid: 'zoo', host: hostname(), pid: process.pid, role, reason: null };
    expect(lines).toMatchObject([
      { ...shared, from_version: null, to_version: 3, how: 'install', release: '3.1.4', took_ms: expect.any(Number) },
      {
        ...shared,
        from_version: 3,
        to_version: 4,
        how: 'upgrade',
        release: '4.0.1 (a7f3c)',
        took_ms: expect.any(Number),
      },
      {
        ...shared,
        from_version: 4,
        to_version: 5,
        how: 'upgrade',
        release: '4.0.1 (a7f3c)',
        took_ms: expect.any(Number),
      },
    ]);
    expect(Number(lines[1]?.['took_ms'])).toBeGreaterThanOrEqual(50);
    const moments = lines.map(line => new Date(line['at'] as string).getTime());
    expect(moments).toEqual(moments.toSorted((one, other) => one - other));
    expect(moments[0]).toBeGreaterThanOrEqual(began);
    expect(moments[2]).toBeLessThanOrEqual(Date.now());
  });

  test('a step that fails leaves no line behind, and a call with nothing to do neither', async () => {
    await using database = await kind.create({ pool: 1 });
    await new (schemaClass())(await database.orm(zooV1())).upgrade();
    const before = await logOf(database);
    const Broken = schemaClass({ latest: 2, upgradeTo_2: () => Promise.reject(new Error('no')) });
    await expect(new Broken(await database.orm(zooV1())).upgrade()).rejects.toMatchObject({ code: 'STEP_FAILED' });
    const zoo = new (schemaClass())(await database.orm(zooV1()));
    await zoo.upgrade();
    await zoo.assertStorage();
    await zoo.assertVersion();
    expect(await logOf(database)).toEqual(before);
  });

  test('each Schema has a history of its own in the one table', async () => {
    await using database = await kind.create();
    const Aquarium = schemaClass({ guid: 'aquarium', entities: [], latest: 7 });
    const Zoo = schemaClass({ guid: 'zoo', latest: 1 });
    await new Aquarium(await database.orm([])).upgrade();
    await new Zoo(await database.orm(zooV1())).upgrade();
    await new (schemaClass({ guid: 'zoo', latest: 2, ...idleSteps(2, 2) }))(await database.orm(zooV1())).upgrade();
    const lines = await logOf(database);
    expect(lines.map(line => [line['guid'], line['from_version'], line['to_version']])).toEqual([
      ['aquarium', null, 7],
      ['zoo', null, 1],
      ['zoo', 1, 2],
    ]);
  });

  test('names that need care are kept to the letter', async () => {
    await using database = await kind.create();
    const guid = `O'Hara's "zoo" \\ ? $1 % 🐧`;
    const release = `1.0 'quoted' ?`;
    const Zoo = schemaClass({ guid, latest: 1 });
    const orm = await database.orm(zooV1());
    const zoo = new Zoo(orm, { release });
    await zoo.upgrade();
    await zoo.allow(0, { reason: `it's "safe" \\ ? 🐧` });
    expect(await zoo.status()).toMatchObject({ guid, deployed: 1, compatible: 0 });
    expect(await zoo.upgrade()).toMatchObject({ guid, outcome: 'level' });
    const Next = schemaClass({ guid, latest: 2, ...idleSteps(2, 2) });
    await new Next(await database.orm(zooV1()), { release }).upgrade();
    expect(await logOf(database)).toMatchObject([
      { guid, how: 'install', release },
      { guid, how: 'allow', reason: `it's "safe" \\ ? 🐧` },
      { guid, how: 'upgrade', release },
    ]);
  });
});

test('the role is the one of the database, not that of the machine', async () => {
  await using database = await postgresql.create();
  await using role = await createRole(database, 'grant create, usage on schema public to $role');
  await new (schemaClass())(await database.orm(zooV1(), { clientUrl: role.url })).upgrade();
  expect(await logOf(database)).toMatchObject([{ role: role.name }]);
});
