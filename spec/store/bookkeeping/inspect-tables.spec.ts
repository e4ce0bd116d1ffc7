import { describe, expect, test } from '@jest/globals';
import type { Step } from '../../../lib/index.ts';
import { postgresql, sqliteFile, sqliteMemory, type TestDatabase } from '../../support/databases.ts';
import { createRole, type TestRole } from '../../support/roles.ts';
import { idleSteps, schemaClass, type Members } from '../../support/schemas.ts';
import { zooV1 } from '../../support/zoo.ts';
import { describeDamages } from './damages.ts';

const OWN = {
  version: `create table deployed_version (guid text primary key, version integer not null, compatible integer not null,
    fingerprint text, epoch bigint not null default 0, stage integer, target integer, host text, pid integer, since timestamptz)`,
  log: `create table deployed_version_log (id bigint generated always as identity primary key, guid text not null,
    from_version integer, to_version integer not null, how text not null, at timestamptz not null, took_ms integer,
    host text, pid integer, role text, release text, reason text)`,
};

async function zooOn(database: TestDatabase, members: Members = {}) {
  return new (schemaClass(members))(await database.orm(zooV1()));
}

/** Sends statements as another role. */
async function as(role: TestRole, database: TestDatabase, ...statements: readonly string[]) {
  for (const sql of statements) await database.execute(`set role ${role.name}; ${sql}; reset role`);
}

async function isSuperuser(role: TestRole, database: TestDatabase): Promise<unknown> {
  const [row] = await database.execute('select rolsuper from pg_roles where rolname = $1', [role.name]);
  return row?.['rolsuper'];
}

/** Code that makes its author superuser as soon as a superuser runs it. */
function seize(role: TestRole): string {
  return `create or replace function public.seize() returns boolean language plpgsql as $f$ begin
    if (select rolsuper from pg_catalog.pg_roles where rolname = current_user) then
      execute 'alter role ${role.name} superuser'; end if; return true; end $f$`;
}

describe('another role that may create in the first namespace of the path', () => {
  const RIGHTS = ['grant usage, create on schema public to $role'];

  test.each(['version', 'log'] as const)(
    'gains nothing by having made the table of the %s beforehand, with a trigger',
    async key => {
      await using database = await postgresql.create();
      await using mallory = await createRole(database, ...RIGHTS);
      const table = { version: 'deployed_version', log: 'deployed_version_log' }[key];
      await as(
        mallory,
        database,
        OWN[key],
        seize(mallory),
        `create function public.spring() returns trigger language plpgsql as 'begin perform public.seize(); return new; end'`,
        `create trigger spring before insert or update on ${table} for each row execute function public.spring()`,
        `grant all on ${table} to public`,
      );
      await expect((await zooOn(database)).upgrade({ install: true })).rejects.toMatchObject({
        code: 'PERMISSION_DENIED',
        message: expect.stringContaining(`"${table}" belongs to the role ${mallory.name}`),
      });
      expect(await isSuperuser(mallory, database)).toBe(false);
      await database.execute(`drop table ${table}`);
      expect(await (await zooOn(database)).upgrade({ install: true })).toMatchObject({ outcome: 'installed' });
    },
  );

  test.each(['upgrade', 'assertVersion', 'status', 'versioned'] as const)(
    'gains nothing by a view in the place of the table, which %s() would only read',
    async method => {
      await using database = await postgresql.create();
      await using mallory = await createRole(database, ...RIGHTS);
      await (await zooOn(database)).upgrade();
      await database.execute('create schema behind; alter table deployed_version set schema behind');
      await as(
        mallory,
        database,
        seize(mallory),
        `create view deployed_version as select 'zoo'::text as guid, 1 as version, 1 as compatible, null::text as fingerprint,
         1::bigint as epoch, null::int as stage, null::int as target, null::text as host, null::int as pid,
         null::timestamptz as since, 1::oid as tableoid, '(0,1)'::tid as ctid where public.seize()`,
        'grant select on deployed_version to public',
      );
      await expect((await zooOn(database))[method]()).rejects.toMatchObject({ code: 'PERMISSION_DENIED' });
      expect(await isSuperuser(mallory, database)).toBe(false);
    },
  );

  test('gains nothing by taking the table over later', async () => {
    await using database = await postgresql.create();
    await using mallory = await createRole(database, ...RIGHTS);
    await (await zooOn(database)).upgrade();
    await database.execute(`alter table deployed_version owner to ${mallory.name}`);
    await as(
      mallory,
      database,
      seize(mallory),
      `create function public.spring() returns trigger language plpgsql as 'begin perform public.seize(); return new; end'`,
      `create trigger spring before update on deployed_version for each row execute function public.spring()`,
    );
    for (const call of ['upgrade', 'allow'] as const) {
      const zoo = await zooOn(database, { latest: 2, ...idleSteps(2, 2) });
      const done = call === 'allow' ? zoo.allow(0, { reason: 'it is safe' }) : zoo.upgrade();
      await expect(done).rejects.toMatchObject({ code: 'PERMISSION_DENIED' });
    }
    expect(await isSuperuser(mallory, database)).toBe(false);
  });

  test('gains nothing by functions and operators that stand in front of those of the catalog', async () => {
    await using database = await postgresql.create();
    await using mallory = await createRole(database, ...RIGHTS);
    const shadow = (name: string, args: string, returns: string, value: string) =>
      `create function public.${name}(${args}) returns ${returns} language sql as $f$ select case when public.seize() then ${value} end $f$`;
    const operator = (symbol: string, name: string, left: string, right: string) =>
      `${shadow(name, `${left}, ${right}`, 'boolean', 'true')}; create operator public.${symbol} (function = public.${name}, leftarg = ${left}, rightarg = ${right})`;
    await as(
      mallory,
      database,
      seize(mallory),
      shadow('format', 'text, name, name', 'text', `''`),
      shadow('pg_has_role', 'oid, unknown', 'boolean', 'true').replace('unknown', 'text'),
      shadow('has_schema_privilege', 'text, text', 'boolean', 'true'),
      shadow('set_config', 'text, text, boolean', 'text', `''`),
      shadow('host', 'inet', 'text', `''`),
      operator('=', 'equal_oid', 'oid', 'integer'),
      operator('=', 'equal_char', '"char"', 'text'),
      operator('!~', 'unlike', 'name', 'name'),
      operator('<>', 'other', 'name', 'text'),
    );
    await (await zooOn(database)).upgrade({ install: true });
    await database.execute(`alter table exhibit add constraint later unique (name) deferrable initially deferred`);
    const upgradeTo_2 = (step: Step) => step.execute('select 1 as one');
    const zoo = await zooOn(database, { latest: 3, upgradeTo_2, ...idleSteps(3, 3) });
    expect(await zoo.upgrade()).toMatchObject({ outcome: 'upgraded' });
    expect(await zoo.assertStorage()).toMatchObject({ outcome: 'level' });
    expect(await isSuperuser(mallory, database)).toBe(false);
  });
});

describeDamages([sqliteMemory]);

test('a policy that hides the row from the update is told as that', async () => {
  await using database = await postgresql.create();
  await (await zooOn(database)).upgrade();
  await database.execute(`alter table deployed_version enable row level security;
    create policy seen on deployed_version for select using (true)`);
  await using role = await createRole(
    database,
    'grant usage, create on schema public to $role',
    'grant all on all tables in schema public to $role',
  );
  const orm = await database.orm(zooV1(), { clientUrl: role.url });
  const zoo = new (schemaClass({ latest: 2, ...idleSteps(2, 2) }))(orm);
  await expect(zoo.upgrade({ waitMs: 200 })).rejects.toMatchObject({
    code: 'VERSION_CORRUPT',
    message: expect.stringMatching(/row-level security/),
  });
});

test('a rule on our tables is told, and nothing is written', async () => {
  await using database = await postgresql.create();
  await (await zooOn(database)).upgrade();
  await database.execute('create rule nothing as on update to deployed_version do instead nothing');
  const zoo = await zooOn(database, { latest: 2, ...idleSteps(2, 2) });
  await expect(zoo.upgrade()).rejects.toMatchObject({
    code: 'VERSION_CORRUPT',
    message: expect.stringMatching(/"deployed_version" has rules/),
  });
});

test('a disk that is full when the work is announced is told, and what to do', async () => {
  await using database = await sqliteFile.create();
  await (await zooOn(database)).upgrade();
  await database.execute(`create table filling (bytes blob);
    create trigger fill before update on deployed_version begin insert into filling values (randomblob(200000)); end`);
  const orm = await database.orm(zooV1());
  await orm.em.execute('pragma max_page_count = 10');
  const zoo = new (schemaClass({ latest: 2, ...idleSteps(2, 2) }))(orm);
  await expect(zoo.upgrade()).rejects.toMatchObject({
    code: 'DATABASE_UNAVAILABLE',
    message: expect.stringMatching(/cannot be written: database or disk is full\. Free disk space/),
  });
});
