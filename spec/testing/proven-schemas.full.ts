import { describe, expect, test } from '@jest/globals';
import { MikroORM } from '@mikro-orm/core';
import { PostgreSqlDriver } from '@mikro-orm/postgresql';
import { ZooSchema as NextSchema } from '../../examples/08-next-version/schema.ts';
import { versions as nextVersions } from '../../examples/08-next-version/versions/index.ts';
import { ZooSchema as MigratedSchema } from '../../examples/09-from-the-migrator/schema.ts';
import { versions as migratedVersions } from '../../examples/09-from-the-migrator/versions/index.ts';
import { ZooSchema } from '../../examples/zoo/schema.ts';
import { versions as zooVersions } from '../../examples/zoo/versions/index.ts';
import type { Schema } from '../../lib/index.ts';
import { bindModule } from '../../lib/models/bind-module.ts';
import { listChecks, type ProveOptions } from '../../lib/testing/prove-schema.ts';
import { findingsOf } from '../support/findings.ts';
import { changes, entitiesOf, LATEST, zooClassOf } from '../support/life/schema.ts';

/*
 * Every Schema of the examples that has frozen versions keeps every law on both dialects, and so does the zoo of ten versions.
 */

type Loaded = { readonly load: () => Promise<object> };

const bound = async (version: Loaded) => [...bindModule({ ...(await version.load()) }, { name: 'the release' }).all];

const LifeSchema = zooClassOf(LATEST);

const EXAMPLES: readonly [string, (orm: MikroORM) => Schema, () => Promise<object[]>][] = [
  ['examples/08-next-version', orm => new NextSchema(orm), () => bound(nextVersions[2])],
  ['examples/09-from-the-migrator', orm => new MigratedSchema(orm), () => bound(migratedVersions[2])],
  ['examples/zoo', orm => new ZooSchema(orm), () => bound(zooVersions[3])],
];

const server = () => new URL('/postgres', process.env['DEJAVU_PG_URL']).href;

async function findingsOnSqlite(make: (orm: MikroORM) => Schema, entities: object[], options: ProveOptions = {}) {
  const checks = await listChecks(make, { databases: [{ entities: entities as never }], ...options });
  expect(checks.length).toBeGreaterThan(10);
  return findingsOf(checks);
}

describe.each(EXAMPLES)('%s', (_name, make, entities) => {
  test('keeps every law on SQLite', async () => {
    expect(await findingsOnSqlite(make, await entities())).toEqual([]);
  });

  // Each check on a server creates a database: the last version has to do.
  test('keeps every law on PostgreSQL', async () => {
    const options = { entities: (await entities()) as never, driver: PostgreSqlDriver as never, clientUrl: server() };
    const { latest } = make(await MikroORM.init(options));
    const checks = await listChecks(make, { databases: [options], rows: 4, from: latest });
    expect(await findingsOf(checks)).toEqual([]);
  });
});

// Ten databases for each law would take long on a server.
test('the zoo of ten versions keeps every law on SQLite', async () => {
  const make = (orm: MikroORM) => new LifeSchema(orm);
  expect(await findingsOnSqlite(make, await entitiesOf(LATEST), { changes })).toEqual([]);
});
