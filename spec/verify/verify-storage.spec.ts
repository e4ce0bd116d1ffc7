import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { defineEntity, p, type EntitySchema } from '@mikro-orm/core';
import type { Versions } from '../../lib/index.ts';
import { bindModule } from '../../lib/models/bind-module.ts';
import { fingerprint } from '../../lib/models/fingerprint.ts';
import { describeModule } from '../../lib/models/frozen-models.ts';
import { verify } from '../../lib/verify/index.ts';
import { postgresql, sqliteMemory, type TestDatabase } from '../support/databases.ts';
import { createRole } from '../support/roles.ts';
import { schemaClass, type Members } from '../support/schemas.ts';
import { stateOf } from '../support/state.ts';

const animal = (properties: object = {}) =>
  defineEntity({
    name: 'Animal',
    properties: { id: p.integer().primary(), name: p.string(), ...properties },
  } as never) as EntitySchema;

const v1 = { Animal: animal(), Keeper: defineEntity({ name: 'Keeper', properties: { id: p.integer().primary() } }) };
const v2 = { Animal: animal({ legs: p.integer().default(4) }) };

describe.each([sqliteMemory, postgresql])('verify() on $name', kind => {
  let database: TestDatabase;
  let versions: Versions;
  const schemaOf = async (members: Members, module: object = v2) => {
    const orm = await database.orm([...bindModule({ ...module }, { name: 'the release' }).all]);
    return new (schemaClass({ versions, latest: 2, ...members }))(orm);
  };
  beforeAll(async () => {
    database = await kind.create();
    const orm = await database.orm([]);
    versions = Object.fromEntries(
      [v1, v2].map((module, index) => {
        const print = fingerprint(describeModule(orm, module, { name: 'a version' }));
        return [index + 1, { fingerprint: print, load: async () => module }];
      }),
    );
  });
  afterAll(() => database.drop());

  test('throws where nothing is recorded, and compares with a version that is given', async () => {
    const zoo = await schemaOf({});
    await expect(verify(zoo)).rejects.toMatchObject({ code: 'VERSION_MISSING' });
    const { differences } = await verify(zoo, { version: 1 });
    expect(differences.map(({ kind: is, path }) => [is, ...path])).toEqual([
      ['missing', 'animal'],
      ['missing', 'keeper'],
    ]);
  });

  test('finds nothing in what was just installed, and writes nothing', async () => {
    const zoo = await schemaOf({});
    await zoo.upgrade();
    const before = await stateOf(database);
    const found = await verify(zoo);
    expect(found).toMatchObject({ guid: 'zoo', version: 2, differences: [] });
    expect(found.toString()).toBe('zoo: the storage matches version 2.');
    expect(await stateOf(database)).toEqual(before);
  });

  test('tells what is missing, extra and different, and leaves out what is meant to be', async () => {
    const zoo = await schemaOf({});
    await database.execute('create index mine on animal (legs)');
    await database.execute('create table keeper (id integer primary key)');
    await database.execute('create table strange (id integer primary key)');
    const found = await verify(zoo);
    expect(found.toString()).toMatch(
      /^zoo: the storage differs from version 2\.\nanimal\n {2}index mine is extra: .*\nkeeper is extra$/i,
    );
    expect((await verify(zoo, { ignore: ['animal.index.mine', 'kee*'] })).differences).toEqual([]);
    expect((await verify(zoo, { ignore: ({ kind: is }) => is === 'extra' })).differences).toEqual([]);
  });

  test('compares with the version that the row says, also where the code is newer or older', async () => {
    const newer = await schemaOf({ latest: 3, upgradeTo_3: () => {}, versions: { ...versions, 3: versions[2] } });
    expect(await verify(newer, { ignore: ['*'] })).toMatchObject({ version: 2 });
    const older = await schemaOf({ latest: 1, versions: { 1: versions[1] } }, v1);
    await expect(verify(older)).rejects.toMatchObject({
      code: 'TARGET_INVALID',
      message: expect.stringContaining('version 2 is not among the frozen versions of this code (1)'),
    });
  });

  test('tells what to add where there are no frozen versions', async () => {
    const bare = await schemaOf({ versions: undefined });
    await expect(verify(bare)).rejects.toMatchObject({
      code: 'TARGET_INVALID',
      message: expect.stringContaining('readonly versions = versions;'),
    });
  });

  test('refuses to compare with a version of another branch', async () => {
    const forked = await schemaOf({ versions: { 2: { fingerprint: '1:0000000000000000', load: async () => v2 } } });
    await expect(verify(forked)).rejects.toMatchObject({ code: 'VERSION_FORKED' });
  });

  test('obeys a signal', async () => {
    const zoo = await schemaOf({});
    await expect(verify(zoo, { signal: AbortSignal.abort() })).rejects.toMatchObject({
      code: 'UPGRADE_ABORTED',
    });
  });
});

test('verify() says so where a role may not have PostgreSQL spell what is wanted', async () => {
  await using database = await postgresql.create();
  const orm = await database.orm([...bindModule({ ...v2 }, { name: 'the release' }).all]);
  const print = fingerprint(describeModule(orm, v2, { name: 'a version' }));
  const versions = { 1: { fingerprint: print, load: async () => v2 } };
  const Zoo = schemaClass({ versions, latest: 1 });
  await new Zoo(orm).upgrade();
  await using role = await createRole(database, 'grant select on all tables in schema public to $role');
  await database.execute(
    `do $$ begin execute format('revoke temp on database %I from public', current_database()); end $$`,
  );
  await database.execute('revoke create on schema public from public');
  const restricted = await database.orm([...bindModule({ ...v2 }, { name: 'the release' }).all], {
    clientUrl: role.url,
  });
  await expect(verify(new Zoo(restricted))).rejects.toMatchObject({ code: 'PERMISSION_DENIED' });
});
