/*
 * Stands around the body of a class that loads a fixture: a Schema with categories, which users' animals refer to.
 */
import { mkdirSync, writeFileSync } from 'node:fs';
import { defineEntity, MikroORM, p } from '@mikro-orm/sqlite';
import { Schema, type Step } from 'mikro-orm-dejavu';

const entities = () => {
  const Category = defineEntity({
    name: 'Category',
    properties: {
      id: p.integer().primary(),
      code: p.string().unique(),
      title: p.string(),
      parent: () => p.manyToOne(Category).nullable(),
    },
  });
  const Animal = defineEntity({
    name: 'Animal',
    properties: { id: p.integer().primary(), name: p.string(), category: () => p.manyToOne(Category) },
  });
  return { Category, Animal };
};
const v1 = entities();
const v2 = entities();
type V1 = typeof v1;
type V2 = typeof v2;

class FirstSchema extends Schema {
  readonly guid = 'zoo';
  readonly latest = 1;
}

mkdirSync(new URL('fixtures', import.meta.url), { recursive: true });
writeFileSync(
  new URL('fixtures/0002_category.json', import.meta.url),
  JSON.stringify({
    guid: 'zoo',
    version: 2,
    rows: {
      Category: [
        { code: 'animal', title: 'Animals', parent: null },
        { code: 'bird', title: 'Birds', parent: 'animal' },
      ],
    },
  }),
);

class ZooSchema extends Schema {
  readonly guid = 'zoo';
  readonly latest = 2;
  override readonly versions = {
    1: { fingerprint: '0:example', load: async () => v1 },
    2: { fingerprint: '0:example', load: async () => v2 },
  };

  // the block
}

const dbName = `${process.cwd()}/zoo-${process.hrtime.bigint()}.db`;
const oldOrm = await MikroORM.init({ entities: Object.values(v1), dbName });
await new FirstSchema(oldOrm).upgrade();
const em = oldOrm.em.fork();
const penguins = em.create(v1.Category, { code: 'penguin', title: 'Penguins' });
em.create(v1.Animal, { name: 'Adele', category: penguins });
await em.flush();
await oldOrm.close();

const orm = await MikroORM.init({ entities: Object.values(v2), dbName });
await new ZooSchema(orm).upgrade();
const adele = await orm.em.fork().findOneOrFail(v2.Animal, { name: 'Adele' }, { populate: ['category'] });
console.log(`Adele is a ${adele.category.code}`);
await orm.close();

export type Used = [Step, V1, V2];
