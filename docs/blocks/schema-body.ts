/*
 * Stands around the methods of a class that leads from V1 to V2: an animal's species is its family from then on.
 */
import { defineEntity, MikroORM, p } from '@mikro-orm/sqlite';
import { Schema, type Step } from 'mikro-orm-dejavu';

const v1 = {
  Animal: defineEntity({
    name: 'Animal',
    properties: { id: p.integer().primary(), name: p.string(), species: p.string() },
  }),
};
type V1 = typeof v1;

const v2 = {
  Animal: defineEntity({
    name: 'Animal',
    properties: { id: p.integer().primary(), name: p.string(), family: p.string(), legs: p.integer() },
  }),
};
type V2 = typeof v2;

const versions = {
  1: { fingerprint: '0:example', load: async () => v1 },
  2: { fingerprint: '0:example', load: async () => v2 },
};

class FirstZooSchema extends Schema {
  readonly guid = 'zoo';
  readonly latest = 1;
  override readonly versions = { 1: versions[1] };
}

class ZooSchema extends Schema {
  readonly guid = 'zoo';
  readonly latest = 2;
  override readonly versions = versions;

  // the block
}

const dbName = `${process.cwd()}/zoo-${process.hrtime.bigint()}.db`;
const oldOrm = await MikroORM.init({ entities: Object.values(v1), dbName });
await new FirstZooSchema(oldOrm).upgrade();
await oldOrm.em.fork().insert(v1.Animal, { name: 'Pingu', species: 'penguin' });
await oldOrm.close();

const orm = await MikroORM.init({ entities: Object.values(v2), dbName });
const zoo = new ZooSchema(orm);
await zoo.upgrade();
const pingu = await orm.em.fork().findOneOrFail(v2.Animal, { family: 'penguin' });
console.log(`${pingu.name} has ${pingu.legs} legs`);
if (Reflect.has(zoo, 'downgradeTo_1')) await zoo.downgrade(1);
await orm.close();
