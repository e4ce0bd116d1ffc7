import { describe, expect, test } from '@jest/globals';
import type { Step } from '../../lib/index.ts';
import { postgresql, type TestDatabase } from '../support/databases.ts';
import { createRole } from '../support/roles.ts';
import { idleSteps, schemaClass, type Members } from '../support/schemas.ts';
import { stateOf } from '../support/state.ts';
import { zooV1 } from '../support/zoo.ts';

/* One role owns the tables and upgrades; the application's own may use them, or not even that. */

async function schemaAs(database: TestDatabase, url: string, members: Members = {}) {
  return new (schemaClass({ latest: 3, ...members }))(await database.orm(zooV1(), { clientUrl: url }));
}

async function installed(database: TestDatabase) {
  await new (schemaClass({ latest: 3 }))(await database.orm(zooV1())).upgrade();
}

describe('a role that may only read the one table', () => {
  const rights = ['grant usage on schema public to $role', 'grant select on deployed_version to $role'];

  test('is told where the database stands, and boots', async () => {
    await using database = await postgresql.create();
    await installed(database);
    await using role = await createRole(database, ...rights);
    const zoo = await schemaAs(database, role.url);
    const before = await stateOf(database);
    expect(await zoo.status()).toMatchObject({ standing: 'level', deployed: 3, runnable: true });
    await zoo.assertVersion();
    await zoo.waitForVersion();
    expect(await zoo.deployed()).toBe(3);
    expect(await zoo.upgrade()).toMatchObject({ outcome: 'level' });
    expect(await zoo.assertStorage()).toMatchObject({ outcome: 'level' });
    expect(await stateOf(database)).toEqual(before);
  });

  test('boots on a database that is ahead and lets it', async () => {
    await using database = await postgresql.create();
    await new (schemaClass({ latest: 4, steps: { 4: { compatible: 3 } } }))(await database.orm(zooV1())).upgrade();
    await using role = await createRole(database, ...rights);
    expect(await (await schemaAs(database, role.url)).upgrade()).toMatchObject({ outcome: 'ahead', to: 4 });
  });

  test('is told before the first step that it may not run it', async () => {
    await using database = await postgresql.create();
    await installed(database);
    await using role = await createRole(database, ...rights);
    let ran = false;
    const members: Members = { latest: 4, upgradeTo_4: () => void (ran = true) };
    const zoo = await schemaAs(database, role.url, members);
    const before = await stateOf(database);
    await expect(zoo.upgrade()).rejects.toMatchObject({
      code: 'PERMISSION_DENIED',
      guid: 'zoo',
      message: expect.stringMatching(
        /^zoo: upgradeTo_4 cannot run: this role may not create or alter tables in the database ".*" on .*\. Upgrade with a role that owns the tables\.$/,
      ),
    });
    expect(ran).toBe(false);
    expect(await stateOf(database)).toEqual(before);
    expect(zoo.stage).toBeUndefined();
    // the role that may goes on
    const owner = await schemaAs(database, database.address ?? '', members);
    expect(await owner.upgrade()).toMatchObject({ from: 3, to: 4 });
    expect(await zoo.status()).toMatchObject({ standing: 'level' });
  });

  test.each(['adopt', 'allow', 'install', 'assertStorage'] as const)('may not %s', async method => {
    await using database = await postgresql.create();
    if (method !== 'install') await installed(database);
    if (method === 'adopt') await database.execute('drop table deployed_version, deployed_version_log');
    if (method === 'assertStorage') await database.execute('drop table exhibit');
    const known = method === 'allow' || method === 'assertStorage';
    await using role = await createRole(database, ...(known ? rights : rights.slice(0, 1)));
    const zoo = await schemaAs(database, role.url);
    const before = await stateOf(database);
    const calls = {
      adopt: () => zoo.adopt(3),
      allow: () => zoo.allow(1, { reason: 'it is safe' }),
      install: () => zoo.upgrade(),
      assertStorage: () => zoo.assertStorage(),
    };
    await expect(calls[method]()).rejects.toMatchObject({
      code: 'PERMISSION_DENIED',
      cause: { code: '42501' },
      message: expect.stringMatching(
        /^zoo: this role lacks a permission in the database ".*" on .*: permission denied for .*\. Upgrade with a role that owns the tables\.$/,
      ),
    });
    expect(await stateOf(database)).toEqual(before);
  });
});

test('a role that may create tables but not touch ours is told before the first step as well', async () => {
  await using database = await postgresql.create();
  await installed(database);
  await using role = await createRole(
    database,
    'grant usage, create on schema public to $role',
    'grant select on deployed_version to $role',
  );
  let ran = false;
  const zoo = await schemaAs(database, role.url, { latest: 4, upgradeTo_4: () => void (ran = true) });
  await expect(zoo.upgrade()).rejects.toMatchObject({ code: 'PERMISSION_DENIED', cause: { code: '42501' } });
  expect(ran).toBe(false);
});

test('a role that may do nothing is told by what it asks', async () => {
  await using database = await postgresql.create();
  await installed(database);
  await using role = await createRole(database);
  const zoo = await schemaAs(database, role.url);
  for (const call of [zoo.status(), zoo.assertVersion(), zoo.upgrade(), zoo.waitForVersion()]) {
    await expect(call).rejects.toMatchObject({
      code: 'PERMISSION_DENIED',
      message: expect.stringMatching(
        /^zoo: this role may not read "deployed_version" in the database ".*" on .*: permission denied for table deployed_version\. Grant it: grant select on "deployed_version" to <role>$/,
      ),
    });
  }
});

test('a role whose step may not do its DDL fails that step, and nothing of it is left', async () => {
  await using database = await postgresql.create();
  await installed(database);
  await using role = await createRole(
    database,
    'grant usage, create on schema public to $role',
    'grant select, insert, update on deployed_version, deployed_version_log to $role',
  );
  const zoo = await schemaAs(database, role.url, {
    latest: 4,
    upgradeTo_4: (step: Step) => step.execute('alter table animal add column stomachs integer'),
  });
  const before = await stateOf(database, { announcements: false });
  await expect(zoo.upgrade()).rejects.toMatchObject({
    code: 'STEP_FAILED',
    method: 'upgradeTo_4',
    cause: { code: '42501' },
  });
  expect(await stateOf(database, { announcements: false })).toEqual(before);
});

test('a role that owns the tables needs no right to create any', async () => {
  await using database = await postgresql.create();
  await using role = await createRole(database, 'grant usage, create on schema public to $role');
  await (await schemaAs(database, role.url)).upgrade();
  await database.execute(`revoke create on schema public from ${role.name}`);
  const zoo = await schemaAs(database, role.url, { latest: 4, ...idleSteps(4, 4) });
  expect(await zoo.upgrade()).toMatchObject({ from: 3, to: 4 });
});

describe('a role that may only write rows', () => {
  const rights = [
    'grant usage on schema public to $role',
    'grant select, insert, update, delete on all tables in schema public to $role',
  ];
  const rename = (name: string) => async (step: Step) => {
    await step.execute(`insert into zoo (id, name) values (${name.length}, '${name}')`);
  };

  test('runs a step that only writes rows, and is told by one that does more', async () => {
    await using database = await postgresql.create();
    await installed(database);
    await using role = await createRole(database, ...rights);
    const zoo = await schemaAs(database, role.url, { latest: 4, upgradeTo_4: rename('Artis') });
    expect(await zoo.upgrade()).toMatchObject({ from: 3, to: 4 });
    expect(await database.execute('select name from zoo')).toEqual([{ name: 'Artis' }]);
    const later = await schemaAs(database, role.url, {
      latest: 5,
      upgradeTo_5: (step: Step) => step.execute('create table keeper (id integer)'),
    });
    await expect(later.upgrade()).rejects.toMatchObject({ code: 'STEP_FAILED', cause: { code: '42501' } });
  });

  test.each([true, false])('runs it with frozen versions too, with a right to temporary tables: %s', async mayMake => {
    await using database = await postgresql.create();
    await installed(database);
    await using role = await createRole(database, ...rights);
    const [{ name } = { name: '' }] = await database.execute<{ name: string }>('select current_database() as name');
    if (!mayMake) await database.execute(`revoke temporary on database "${name}" from public`);
    const version = { fingerprint: 'test:0', load: async () => zooV1() };
    const versions = { 3: version, 4: version };
    const zoo = await schemaAs(database, role.url, { latest: 4, versions, upgradeTo_4: rename('Artis') });
    expect(await zoo.upgrade()).toMatchObject({ from: 3, to: 4 });
  });
});
