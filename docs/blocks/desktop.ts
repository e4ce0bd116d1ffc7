/*
 * Stands around an upgrade of a user's file: ZooSchema is at version 2, `file` at 1.
 */
import { existsSync } from 'node:fs';
import { defineEntity, MikroORM, p } from '@mikro-orm/sqlite';
import { isSchemaError, Schema, type Step } from 'mikro-orm-dejavu';

class OldZooSchema extends Schema {
  readonly guid = 'zoo';
  readonly latest: number = 1;
}

class ZooSchema extends OldZooSchema {
  override readonly latest = 2;
  upgradeTo_2 = (step: Step) => step.execute('alter table animal add column legs integer not null default 4');
}

const animal = (legs: object = {}) =>
  defineEntity({ name: 'Animal', properties: { id: p.integer().primary(), name: p.string(), ...legs } });
const file = `${process.cwd()}/zoo-${process.hrtime.bigint()}.db`;
const oldOrm = await MikroORM.init({ entities: [animal()], dbName: file });
await new OldZooSchema(oldOrm).upgrade();
await oldOrm.close();
const Animal = animal({ legs: p.integer().default(4) });

// the block

void existsSync;
