/*
 * Stands around a boot: a Schema's class whose code is at version 2, and an ORM on a database at 1.
 */
import { defineEntity, MikroORM, p } from '@mikro-orm/sqlite';
import { Schema, type Step } from 'mikro-orm-dejavu';

const OldAnimal = defineEntity({ name: 'Animal', properties: { id: p.integer().primary(), name: p.string() } });

class OldZooSchema extends Schema {
  readonly guid = 'zoo';
  readonly latest = 1;
}

const Animal = defineEntity({
  name: 'Animal',
  properties: { id: p.integer().primary(), name: p.string(), legs: p.integer().default(4) },
});

class ZooSchema extends Schema {
  readonly guid = 'zoo';
  readonly latest = 2;

  async upgradeTo_2(step: Step) {
    await step.execute('alter table animal add column legs integer not null default 4');
  }
}

const dbName = `${process.cwd()}/zoo-${process.hrtime.bigint()}.db`;
const oldOrm = await MikroORM.init({ entities: [OldAnimal], dbName });
await new OldZooSchema(oldOrm).upgrade();
await oldOrm.close();
const orm = await MikroORM.init({ entities: [Animal], dbName });

// the block

await orm.close();
