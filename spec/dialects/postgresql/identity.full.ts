import { expect, test } from '@jest/globals';
import { postgresqlIdentity } from '../../../lib/dialects/postgresql/session/identity.ts';
import type { Schema } from '../../../lib/index.ts';
import { plan } from '../../../lib/plan/index.ts';
import { pglite, postgresql, type TestDatabase } from '../../support/databases.ts';
import { record } from '../../support/recorder.ts';
import { idleSteps, schemaClass } from '../../support/schemas.ts';
import { tablesOf } from '../../support/state.ts';
import { zooV1 } from '../../support/zoo.ts';

test.each([
  ['PostgreSQL 18.0 on x86_64-pc-linux-gnu, compiled by gcc 12.2.0, 64-bit', undefined],
  ['PostgreSQL 15.4 (Debian 15.4-1.pgdg120+1) on aarch64-unknown-linux-gnu', undefined],
  ['PostgreSQL 19beta1 on x86_64-pc-linux-gnu', undefined],
  ['PostgreSQL 19devel', undefined],
  ['EnterpriseDB 16.2.0 (EnterpriseDB Advanced Server 16.2.0) on x86_64', undefined],
  ['CockroachDB CCL v25.1.0 (x86_64-pc-linux-gnu, built 2025/02/01, go1.23.1)', 'cockroachdb'],
  ['PostgreSQL 11.2-YB-2.20.1.0-b0 on x86_64-pc-linux-gnu, compiled by clang', 'yugabytedb'],
  ['PostgreSQL 15.2-YB-2025.1.0.0-b0 on x86_64-pc-linux-gnu', 'yugabytedb'],
  ['PostgreSQL 8.0.2 on i686-pc-linux-gnu, compiled by GCC gcc 3.4.2, Redshift 1.0.40182', 'postgresqlKin'],
  ['PostgreSQL 12.12 (Greenplum Database 7.1.0 build commit:e7c2b1f) on x86_64', 'postgresqlKin'],
  ['PostgreSQL 13.14.0-RisingWave-2.1.0 (bed1bbd)', 'postgresqlKin'],
  ['PostgreSQL 9.5.0 on x86_64-pc-linux-gnu (Materialize v0.130.0)', 'postgresqlKin'],
  ['Something New 1.0', 'postgresqlKin'],
])('a server that calls itself %s is: %s', (version, name) => {
  expect(postgresqlIdentity.nameOf({ version })).toBe(name);
});

test.each([postgresql, pglite])('$name is itself', async kind => {
  await using database = await kind.create();
  const [row] = await database.execute(postgresqlIdentity.sql);
  expect(row?.version).toMatch(/^PostgreSQL \d/);
  expect(postgresqlIdentity.nameOf(row)).toBeUndefined();
});

/** Lets a real server say of itself what another one would, until it is disposed of: the database is used again. */
async function pretending(database: TestDatabase, version: string): Promise<AsyncDisposable> {
  const define = (body: string) =>
    database.execute(`create or replace function pg_catalog.version() returns text stable strict ${body}`);
  await define(`language sql as $$ select '${version}'::text $$`);
  return { [Symbol.asyncDispose]: async () => void (await define(`language internal as 'pgsql_version'`)) };
}

const zoo = async (database: TestDatabase) => new (schemaClass({ latest: 1 }))(await database.orm(zooV1()));

test('what only passes for PostgreSQL is refused by name by every call that looks further than the row, and nothing is written', async () => {
  await using database = await postgresql.create();
  await using _ = await pretending(
    database,
    'CockroachDB CCL v25.1.0 (x86_64-pc-linux-gnu, built 2025/02/01, go1.23.1)',
  );
  const calls: Readonly<Record<string, (schema: Schema) => Promise<unknown>>> = {
    'upgrade()': schema => schema.upgrade(),
    'upgrade({ install: true })': schema => schema.upgrade({ install: true }),
    'upgrade({ adopt: 1 })': schema => schema.upgrade({ adopt: 1 }),
    'adopt(1)': schema => schema.adopt(1),
    'assertStorage()': schema => schema.assertStorage(),
    'plan()': schema => plan(schema),
  };
  for (const [name, call] of Object.entries(calls)) {
    await expect(call(await zoo(database)).then(() => name)).rejects.toMatchObject({
      code: 'DRIVER_UNSUPPORTED',
      driver: 'CockroachDB',
      message: expect.stringMatching(/^zoo: CockroachDB is not supported\. .+ Use PostgreSQL\.$/),
    });
  }
  expect(await tablesOf(database)).toEqual([]);
});

test('a boot with nothing to do does not ask, and the first step is refused before anything is written', async () => {
  await using database = await postgresql.create();
  await (await zoo(database)).upgrade();
  await using _ = await pretending(database, 'PostgreSQL 11.2-YB-2.20.1.0-b0 on x86_64-pc-linux-gnu');
  const orm = await database.orm(zooV1());
  using recording = await record(orm);
  const level = new (schemaClass({ latest: 1 }))(orm);
  expect(await level.upgrade()).toMatchObject({ outcome: 'level' });
  await level.assertVersion();
  expect(recording.sql).toHaveLength(2);

  const next = new (schemaClass({ latest: 2, ...idleSteps(2, 2) }))(await database.orm(zooV1()));
  await expect(next.upgrade()).rejects.toMatchObject({ code: 'DRIVER_UNSUPPORTED', driver: 'YugabyteDB' });
  expect(await database.execute('select version, epoch::int as epoch, stage from deployed_version')).toEqual([
    { version: 1, epoch: 0, stage: null },
  ]);
});
