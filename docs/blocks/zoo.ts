/*
 * Stands around a fragment of a page: a Schema `zoo`, at version 1 in its database, whose code is at 2.
 */
import { defineEntity, MikroORM, p } from '@mikro-orm/sqlite';
import { isSchemaError, Schema, type Step } from 'mikro-orm-dejavu';

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

  async downgradeTo_1(step: Step) {
    await step.execute('alter table animal drop column legs');
  }
}

const orm = await MikroORM.init({ entities: [Animal], dbName: `${process.cwd()}/zoo-${process.hrtime.bigint()}.db` });
const oldOrm = await MikroORM.init({ entities: [OldAnimal], dbName: orm.config.get('dbName') });
const oldZoo = new OldZooSchema(oldOrm);
await oldZoo.upgrade();
const zoo = new ZooSchema(orm);

// the block

void isSchemaError;
await Promise.all([orm.close(), oldOrm.close()]);
