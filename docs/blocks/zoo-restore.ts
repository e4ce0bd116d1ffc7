/*
 * Stands around the body of a class that changes the rows of a dump: a Schema at version 1, and a dump of it.
 */
import { defineEntity, MikroORM, p } from '@mikro-orm/sqlite';
import { Schema, type Step } from 'mikro-orm-dejavu';
import { dump, restore } from 'mikro-orm-dejavu/dump';

const Animal = defineEntity({ name: 'Animal', properties: { id: p.integer().primary(), name: p.string() } });
const v1 = { Animal: defineEntity({ name: 'Animal', properties: { id: p.integer().primary(), name: p.string() } }) };
type V1 = typeof v1;

class ZooSchema extends Schema {
  readonly guid = 'zoo';
  readonly latest = 1;
  override readonly versions = { 1: { fingerprint: '0:example', load: async () => v1 } };

  // the block
}

const place = `${process.cwd()}/zoo-${process.hrtime.bigint()}`;
const orm = await MikroORM.init({ entities: [Animal], dbName: `${place}.db` });
const zoo = new ZooSchema(orm);
await zoo.upgrade();
await orm.em.fork().insert(Animal, { name: 'Leo' });
await dump(zoo, `${place}-dump`);
await orm.close();

const copy = await MikroORM.init({ entities: [Animal], dbName: `${place}-copy.db` });
await restore(new ZooSchema(copy), `${place}-dump`);
const [leonard] = await copy.em.fork().find(Animal, {});
if (leonard?.name !== 'Leonard') throw new Error('onRestore() did not run');
await copy.close();

export type Used = [Step, V1];
