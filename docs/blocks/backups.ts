/*
 * Stands around a backup or a rehearsal: ZooSchema is at version 2, the database at 1.
 */
import { rehearse, restore } from 'mikro-orm-dejavu/dump';
import { defineEntity, MikroORM, p } from '@mikro-orm/sqlite';
import { Schema, type Step } from 'mikro-orm-dejavu';

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
const orm = await MikroORM.init({ entities: [animal({ legs: p.integer().default(4) })], dbName: file });
const zoo = new ZooSchema(orm);

// the block

await orm.close();
void [rehearse, restore];
