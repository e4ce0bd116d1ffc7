import type { Schema, SchemaOptions, Step } from '../../lib/index.ts';
import type { TestDatabase } from '../support/databases.ts';
import { settleLife } from '../support/life/rows.ts';
import { entitiesOf, zooOf } from '../support/life/schema.ts';
import { versions } from '../support/life/versions/index.ts';
import { schemaClass, type Members } from '../support/schemas.ts';

/** The zoo's Schema as its release `version` had it, on an ORM of that release. */
export async function release(database: TestDatabase, version: number, options?: SchemaOptions): Promise<Schema> {
  return zooOf(version, await database.orm(await entitiesOf(version)), options);
}

/** Installs the first release, with its rows. */
export async function settled(database: TestDatabase): Promise<void> {
  await (await release(database, 1)).upgrade();
  await settleLife(database);
}

/** A release 2 of the zoo that changes no entity: its step does what is given. */
export async function withStep(
  database: TestDatabase,
  upgradeTo_2: (step: Step<typeof import('../support/life/versions/1.ts')>) => unknown,
  more: Members = {},
): Promise<Schema> {
  const frozen = { 1: versions[1], 2: versions[1] };
  const orm = await database.orm(await entitiesOf(1));
  return new (schemaClass({ guid: 'life', latest: 2, versions: frozen, upgradeTo_2, ...more }))(orm);
}
