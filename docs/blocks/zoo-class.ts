/*
 * Stands around the body of a class: a Schema that leads from V1 to V2, on a database with a lion and a penguin.
 */
import { defineEntity, MikroORM, p } from '@mikro-orm/sqlite';
import { Schema, type Step, type Steps } from 'mikro-orm-dejavu';

const v1 = {
  Animal: defineEntity({
    name: 'Animal',
    properties: { id: p.integer().primary(), name: p.string(), species: p.string(), keeperName: p.string() },
  }),
};
type V1 = typeof v1;

const Keeper = defineEntity({
  name: 'Keeper',
  properties: { id: p.integer().primary(), name: p.string().unique() },
});
const v2 = {
  Keeper,
  Animal: defineEntity({
    name: 'Animal',
    properties: {
      id: p.integer().primary(),
      name: p.string(),
      species: p.string(),
      legs: p.integer(),
      keeper: () => p.manyToOne(Keeper).nullable(),
    },
  }),
};
type V2 = typeof v2;

/** What the application imports today. */
const { Animal } = v2;
void Animal;

class FirstZooSchema extends Schema {
  readonly guid = 'zoo';
  readonly latest = 1;
}

class ZooSchema extends Schema {
  readonly guid = 'zoo';
  readonly latest = 2;
  override readonly versions = {
    1: { fingerprint: '0:example', load: async () => v1 },
    2: { fingerprint: '0:example', load: async () => v2 },
  };

  // the block
}

const folder = `${process.cwd()}/zoo-${process.hrtime.bigint()}.db`;
const oldOrm = await MikroORM.init({ entities: Object.values(v1), dbName: folder });
await new FirstZooSchema(oldOrm).upgrade();
await oldOrm.em.fork().insertMany(v1.Animal, [
  { name: 'Leo', species: 'lion', keeperName: 'Ann' },
  { name: 'Pingu', species: 'penguin', keeperName: 'Bob' },
]);
await oldOrm.close();

const orm = await MikroORM.init({ entities: Object.values(v2), dbName: folder });
const { outcome } = await new ZooSchema(orm).upgrade();
if (outcome !== 'upgraded') throw new Error(`it is ${outcome}`);
const animals = await orm.em.fork().findAll(v2.Animal, { populate: ['keeper'], orderBy: { id: 'asc' } });
for (const { name, legs, keeper } of animals) console.log(`${name}: ${legs} legs, kept by ${keeper?.name}`);
await orm.close();

export type Used = [Steps, Step, V1, V2];
