import { PgliteDriver } from '@mikro-orm/pglite';
import { PostgreSqlDriver } from '@mikro-orm/postgresql';
import type { Options } from '@mikro-orm/core';
import { ZooSchema } from '../../../examples/zoo/schema.ts';
import * as v3 from '../../../examples/zoo/versions/3.ts';
import { bindModule } from '../../../lib/models/bind-module.ts';
import { proveSchema, type NamedCheck } from '../../../lib/testing/index.ts';

export type LentKindName = 'sqlite' | 'postgresql' | 'pglite';

/** A configuration with the entities of the zoo. */
export function zooOn(kind: LentKindName, url?: string): Partial<Options> {
  const entities = [...bindModule({ ...v3 }, { name: 'the release' }).all];
  if (kind === 'sqlite') return { entities };
  if (kind === 'pglite') return { entities, driver: PgliteDriver };
  return { entities, driver: PostgreSqlDriver, ...(url !== undefined && { clientUrl: url }) };
}

type During = (step: { execute(sql: string): Promise<unknown> }) => Promise<unknown>;

/** The check of one law for version 3, in whose step something happens at the end. */
export async function checkOfStep(law: number, configuration: object, during: During): Promise<NamedCheck> {
  class Interrupted extends ZooSchema {
    override async upgradeTo_3(step: Parameters<ZooSchema['upgradeTo_3']>[0]) {
      await super.upgradeTo_3(step);
      await during(step);
    }
  }
  const checks = await proveSchema(Interrupted, { databases: [configuration], rows: 2 });
  const found = checks.find(check => check.law === law && check.version === 3);
  if (!found) throw new Error(`law ${law} has no check of version 3`);
  return found;
}
