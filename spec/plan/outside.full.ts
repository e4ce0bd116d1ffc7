import { expect, test } from '@jest/globals';
import { defineEntity, p } from '@mikro-orm/core';
import type { Step } from '../../lib/index.ts';
import { plan, type Unseen } from '../../lib/plan/index.ts';
import { postgresql, type TestDatabase } from '../support/databases.ts';
import { entitiesOf, LATEST, zooOf } from '../support/life/schema.ts';
import { createRole } from '../support/roles.ts';
import { schemaClass } from '../support/schemas.ts';
import { stateOf } from '../support/state.ts';
import { release, settled, withStep } from './support.ts';

async function unseenOf(database: TestDatabase, step: (step: Step) => unknown): Promise<Unseen | undefined> {
  const { steps } = await plan(await withStep(database, step));
  return steps[0]?.unseen;
}

async function namespaces(database: TestDatabase) {
  const rows = await database.execute<{ name: string }>(
    `select nspname as name from pg_namespace where nspname !~ '^pg_' and nspname <> 'information_schema' order by 1`,
  );
  return rows.map(({ name }) => name);
}

test.each([
  ['a table by its namespace', `update public.animal set name = nextval('animal_id_seq')::text`, 'public'],
  ['a sequence in a text', `select nextval('public.animal_id_seq')`, 'public'],
  ['a namespace in quotes', 'delete from "public" . "animal"', 'public'],
])('a statement that names %s is never sent beforehand, and its step is told', async (_, sql, namespace) => {
  await using database = await postgresql.create();
  await settled(database);
  const before = await database.execute('select last_value, is_called from animal_id_seq');
  const caught = async (step: Step) => {
    // a step that catches it gets no further either
    await step.execute(sql).catch(() => {});
    await step.execute('select 1').catch(() => {});
  };
  for (const step of [(it: Step) => it.execute(sql), caught]) {
    expect(await unseenOf(database, step)).toEqual({
      why: 'outside',
      reason: `upgradeTo_2 can only be planned on the real tables (--live, or { live: true }): it names the namespace ${namespace}`,
    });
  }
  expect(await database.execute('select last_value, is_called from animal_id_seq')).toEqual(before);
});

test('what reaches for another table in a roundabout way is noticed by its locks, and rolled back', async () => {
  await using database = await postgresql.create();
  await settled(database);
  const state = await stateOf(database);
  const unseen = await unseenOf(database, step =>
    step.execute(`do $$ begin execute 'update pub' || 'lic.animal set name = null where false'; end $$`),
  );
  expect(unseen).toMatchObject({ why: 'outside', reason: expect.stringContaining('it uses public.animal') });
  expect(await stateOf(database)).toEqual(state);
});

test('a table that is not of the frozen version is not there', async () => {
  await using database = await postgresql.create();
  await settled(database);
  await database.execute('create table stranger (id int)');
  expect(await unseenOf(database, step => step.execute('delete from stranger'))).toMatchObject({
    why: 'failed',
    reason: expect.stringContaining('relation "stranger" does not exist'),
  });
});

test('a step that loses its connection leaves nothing, nor does one that waits for somebody', async () => {
  await using database = await postgresql.create();
  await settled(database);
  const state = await stateOf(database);
  const zoo = await withStep(database, step => step.execute('select pg_terminate_backend(pg_backend_pid())'));
  await plan(zoo).catch(() => {});
  expect(await namespaces(database)).toEqual(['public']);
  expect(await stateOf(database)).toEqual(state);
});

test('a role that may make no namespace is told so, and that a live plan needs none', async () => {
  await using database = await postgresql.create();
  await using role = await createRole(database, 'grant create, usage on schema public to $role');
  const options = { clientUrl: role.url };
  const first = zooOf(1, await database.orm(await entitiesOf(1), options));
  await first.upgrade();
  const zoo = zooOf(3, await database.orm(await entitiesOf(3), options));
  await expect(plan(zoo)).rejects.toMatchObject({
    code: 'PERMISSION_DENIED',
    message: expect.stringMatching(
      /may not create a namespace in .*: permission denied .*\. Grant it create on the database\. Or plan .*\{ live: true \}\.$/,
    ),
  });
  expect(await plan(zoo, undefined, { live: true })).toMatchObject({ live: true, steps: [{ to: 2 }, { to: 3 }] });
  expect(await zoo.deployed()).toBe(1);
});

test.each(['shop', `we"ird Näme`])('the SQL is that of the namespace %s, where the storage is', async namespace => {
  await using database = await postgresql.create();
  const options = { namespace };
  await (await release(database, 1, options)).upgrade();
  const zoo = await release(database, LATEST, options);
  const { steps } = await plan(zoo, 4);
  expect(steps.map(({ unseen }) => unseen)).toEqual([undefined, undefined, undefined]);
  const sql = steps.flatMap(step => step.operations).flatMap(operation => operation.sql);
  expect(sql).toContain(`alter table "${namespace.replaceAll('"', '""')}"."animal" drop column "notes"`);
  expect(JSON.stringify(steps)).not.toContain('scratch');
  expect(steps[0]?.tables).toMatchObject([{ name: 'animal', rows: { count: 0 } }]);
  expect(await namespaces(database)).toEqual(['public', namespace].toSorted());
});

test('an entity with a namespace of its own keeps its step from being tried, and nothing of it is touched', async () => {
  await using database = await postgresql.create();
  await database.execute('create schema elsewhere; create table elsewhere.thing (id int primary key)');
  const thing = () => ({
    Thing: defineEntity({ name: 'Thing', schema: 'elsewhere', properties: { id: p.integer().primary() } }),
  });
  const orm = await database.orm(thing());
  const version = { fingerprint: '9:of another algorithm', load: async () => thing() };
  const Things = schemaClass({
    guid: 'things',
    latest: 2,
    versions: { 1: version, 2: version },
    upgradeTo_2: () => undefined,
  });
  const things = new Things(orm);
  await things.adopt(1, { unverified: true });
  expect((await plan(things)).steps).toMatchObject([
    { to: 2, unseen: { why: 'outside', reason: expect.stringContaining('the namespace elsewhere') } },
  ]);
  expect((await plan(things, undefined, { live: true })).steps).toMatchObject([{ to: 2, unseen: undefined }]);
});

test('what extensions brought is there, and what stands beside them is kept from', async () => {
  await using database = await postgresql.create();
  await settled(database);
  await database.execute('create extension pg_trgm; create table stranger (id int); create type mood as enum ()');
  expect(
    await unseenOf(database, async step => {
      await step.execute('create index animal_trigrams on animal using gin (name gin_trgm_ops)');
      await step.execute(`create type mood as enum ('calm'); alter table animal add column mood mood`);
    }),
  ).toMatchObject({ why: 'outside', reason: expect.stringContaining('it names mood') });
  expect(
    await unseenOf(database, step =>
      step.execute('create index animal_trigrams on animal using gin (name gin_trgm_ops)'),
    ),
  ).toBeUndefined();
  expect(await unseenOf(database, step => step.execute('delete from stranger'))).toMatchObject({
    why: 'outside',
    reason: expect.stringContaining('it names stranger, which is not in its frozen version'),
  });
});
