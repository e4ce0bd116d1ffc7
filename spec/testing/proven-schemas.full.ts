import { describe, expect, test } from '@jest/globals';
import type { MikroORM } from '@mikro-orm/core';
import { PostgreSqlDriver } from '@mikro-orm/postgresql';
import { ZooSchema as NextSchema } from '../../examples/08-next-version/schema.ts';
import { versions as nextVersions } from '../../examples/08-next-version/versions/index.ts';
import { ZooSchema as MigratedSchema } from '../../examples/09-from-the-migrator/schema.ts';
import { versions as migratedVersions } from '../../examples/09-from-the-migrator/versions/index.ts';
import { ZooSchema } from '../../examples/zoo/schema.ts';
import { versions as zooVersions } from '../../examples/zoo/versions/index.ts';
import type { Schema } from '../../lib/index.ts';
import { bindModule } from '../../lib/models/bind-module.ts';
import { listChecks } from '../../lib/testing/prove-schema.ts';
import { findingsOf } from '../support/findings.ts';
import { entitiesOf, LATEST, zooOf } from '../support/life/schema.ts';

/*
 * Every Schema of the examples that has frozen versions, and the zoo of ten versions, keep every law on both dialects.
 */

type Loaded = { readonly load: () => Promise<object> };

const bound = async (version: Loaded) => [...bindModule({ ...(await version.load()) }, { name: 'the release' }).all];

/** The class of the ten versions: one for all ORMs, as an application has it. */
let Life: (new (orm: MikroORM) => Schema) | undefined;
function lifeOf(orm: MikroORM): Schema {
  if (Life) return new Life(orm);
  const life = zooOf(LATEST, orm);
  Life = life.constructor as unknown as typeof Life;
  return life;
}

const SCHEMAS: readonly [string, (orm: MikroORM) => Schema, () => Promise<object[]>][] = [
  ['examples/08-next-version', orm => new NextSchema(orm), () => bound(nextVersions[2])],
  ['examples/09-from-the-migrator', orm => new MigratedSchema(orm), () => bound(migratedVersions[2])],
  ['examples/zoo', orm => new ZooSchema(orm), () => bound(zooVersions[3])],
  ['the zoo of ten versions', lifeOf, () => entitiesOf(LATEST)],
];

const server = () => new URL('/postgres', process.env['DEJAVU_PG_URL']).href;

describe.each(SCHEMAS)('%s', (_name, make, entities) => {
  test('keeps every law on SQLite', async () => {
    const checks = await listChecks(make, { databases: [{ entities: (await entities()) as never }] });
    expect(checks.length).toBeGreaterThan(10);
    expect(await findingsOf(checks)).toEqual([]);
  });

  test('keeps every law on PostgreSQL', async () => {
    const options = { entities: (await entities()) as never, driver: PostgreSqlDriver as never, clientUrl: server() };
    const checks = await listChecks(make, { databases: [options], rows: 4 });
    expect(await findingsOf(checks)).toEqual([]);
  });
});
