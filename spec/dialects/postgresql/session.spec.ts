import { describe, expect, test } from '@jest/globals';
import { defineEntity, p } from '@mikro-orm/core';
import type { MikroORM } from '@mikro-orm/sql';
import type { Step } from '../../../lib/index.ts';
import { postgresql, type TestDatabase } from '../../support/databases.ts';
import { record } from '../../support/recorder.ts';
import { createRole } from '../../support/roles.ts';
import { idleSteps, schemaClass, type Members } from '../../support/schemas.ts';
import { connect } from '../../support/session.ts';
import { zooV1 } from '../../support/zoo.ts';

const POOL_OF_ONE = { pool: { min: 0, max: 1 } };
const LATER = 'unique (name) deferrable initially deferred';

function zooOn(orm: MikroORM, members: Members = {}) {
  return new (schemaClass(members))(orm);
}

async function installed(): Promise<TestDatabase> {
  const database = await postgresql.create();
  await zooOn(await database.orm(zooV1())).upgrade();
  return database;
}

describe('constraints that wait for the commit', () => {
  test('are no obstacle where they cannot be named: another namespace, another session, a namesake', async () => {
    await using database = await installed();
    await database.execute(
      `create schema hidden; create table hidden.t (name text, constraint later ${LATER});
       create table one (name text, constraint namesake ${LATER}); create table two (name text, constraint namesake check (name > ''))`,
    );
    const other = await connect(database.address ?? '');
    await other.query(`create temp table t (name text, constraint temporary ${LATER})`);
    try {
      await using role = await createRole(
        database,
        'grant usage, create on schema public to $role',
        'grant all on all tables in schema public to $role',
      );
      const orm = await database.orm(zooV1(), { clientUrl: role.url });
      const zoo = zooOn(orm, { latest: 3, ...idleSteps(2, 3) });
      expect(await zoo.upgrade()).toMatchObject({ outcome: 'upgraded', to: 3 });
    } finally {
      await other.end();
    }
  });

  test('are found by the next step as they were declared', async () => {
    await using database = await installed();
    await database.execute(`alter table exhibit add constraint later ${LATER}`);
    const insert = (id: number) => `insert into exhibit (id, name, animals) values (${id}, 'Same', '')`;
    const zoo = zooOn(await database.orm(zooV1()), {
      latest: 3,
      upgradeTo_2: (step: Step) => step.execute(insert(1)),
      async upgradeTo_3(step: Step) {
        await step.execute(insert(2));
        await step.execute('delete from exhibit where id = 1');
      },
    });
    expect(await zoo.upgrade()).toMatchObject({ to: 3 });
  });
});

test('rows that forced row-level security hides from a step fail it, and no version is recorded', async () => {
  await using database = await installed();
  await using role = await createRole(database, 'grant usage, create on schema public to $role');
  await database.execute(
    `insert into animal (id, name, species) values (1, 'Leo', 'Lion');
     alter table animal enable row level security; alter table animal force row level security;
     create policy none on animal using (false);
     alter table animal owner to ${role.name}; alter table deployed_version owner to ${role.name};
     alter table deployed_version_log owner to ${role.name}`,
  );
  const orm = await database.orm(zooV1(), { clientUrl: role.url });
  const zoo = zooOn(orm, { latest: 2, upgradeTo_2: (step: Step) => step.execute(`update animal set name = 'Leon'`) });
  await expect(zoo.upgrade()).rejects.toMatchObject({
    code: 'STEP_FAILED',
    message: expect.stringMatching(/row-level security/),
  });
  expect(await zoo.deployed()).toBe(1);
});

test('what a step sets for the session is taken back before the connection is given back', async () => {
  await using database = await installed();
  const orm = await database.orm(zooV1(), POOL_OF_ONE);
  await orm.em.execute(`set application_name = 'zoo'`);
  const zoo = zooOn(orm, {
    latest: 3,
    async upgradeTo_2(step: Step) {
      await step.execute(`set session_replication_role = replica`);
      await step.execute(`select set_config('work_mem', '9MB', false)`);
    },
    upgradeTo_3: (step: Step) => step.execute(`-- once more\nset session application_name to 'step'`),
  });
  await zoo.upgrade({ transaction: 'step' });
  const settings = `select name, setting from pg_settings where name in ('session_replication_role', 'work_mem', 'application_name') order by 1`;
  expect(await orm.em.fork().execute(settings)).toEqual([
    { name: 'application_name', setting: 'zoo' },
    { name: 'session_replication_role', setting: 'origin' },
    { name: 'work_mem', setting: '4096' },
  ]);
});

test('a step that wants foreign keys on is committed with the others', async () => {
  await using database = await installed();
  const orm = await database.orm(zooV1());
  using recording = await record(orm);
  const zoo = zooOn(orm, { latest: 4, ...idleSteps(2, 4), steps: { 3: { foreignKeys: 'on' } } });
  await zoo.upgrade();
  expect(recording.sql.filter(sql => /^commit$/m.test(sql))).toHaveLength(1);
});

describe('a search path of several namespaces', () => {
  const entities = () => [defineEntity({ name: 'Animal', properties: { id: p.integer().primary() } })];

  test('an empty namespace in front of the tables gets no copy of them', async () => {
    await using database = await postgresql.create();
    await database.execute('create table animal (id integer primary key)');
    await using role = await createRole(database, 'create schema $role authorization $role');
    const zoo = zooOn(await database.orm(entities(), { clientUrl: role.url }));
    for (const install of [undefined, true])
      await expect(zoo.upgrade({ install })).rejects.toMatchObject({ code: 'VERSION_MISSING', ownTables: ['animal'] });
    expect(await database.execute(`select from pg_tables where schemaname = '${role.name}'`)).toEqual([]);
  });

  test('tables of others behind the first namespace are no obstacle, and bookkeeping that is seen there is used', async () => {
    await using database = await installed();
    await using role = await createRole(
      database,
      'create schema $role authorization $role',
      'grant all on all tables in schema public to $role',
    );
    const orm = await database.orm(entities(), { clientUrl: role.url, schema: 'public' });
    await database.execute('drop table animal');
    const aquarium = zooOn(orm, { guid: 'aquarium' });
    expect(await aquarium.upgrade()).toMatchObject({ outcome: 'installed' });
    expect(await database.execute('select guid from deployed_version order by guid')).toEqual([
      { guid: 'aquarium' },
      { guid: 'zoo' },
    ]);
  });
});

test.each(['a??b\\?'])('a namespace may be called %s', async namespace => {
  await using database = await postgresql.create();
  const orm = await database.orm(zooV1());
  const first = new (schemaClass())(orm, { namespace });
  expect(await first.upgrade()).toMatchObject({ outcome: 'installed' });
  const next = new (schemaClass({ latest: 2, ...idleSteps(2, 2) }))(await database.orm(zooV1()), { namespace });
  expect(await next.upgrade()).toMatchObject({ outcome: 'upgraded' });
  expect(await next.status()).toMatchObject({ deployed: 2 });
});

test('a namespace with a null character is refused as what it is', async () => {
  await using database = await postgresql.create();
  const zoo = new (schemaClass())(await database.orm(zooV1()), { namespace: 'a\0b' });
  await expect(zoo.upgrade()).rejects.toMatchObject({
    code: 'SCHEMA_DEFINITION',
    message: expect.stringMatching(/namespace .* null character/),
  });
});
