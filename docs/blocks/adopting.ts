/*
 * Stands around an adoption: a database with tables and rows that MikroORM made, and nobody recorded.
 */
import { defineEntity, MikroORM, p } from '@mikro-orm/sqlite';
import { isSchemaError, Schema } from 'mikro-orm-dejavu';

const Animal = defineEntity({ name: 'Animal', properties: { id: p.integer().primary(), name: p.string() } });
const v1 = { Animal: defineEntity({ name: 'Animal', properties: { id: p.integer().primary(), name: p.string() } }) };

class ZooSchema extends Schema {
  readonly guid = 'zoo';
  readonly latest = 1;
  override readonly versions = { 1: { fingerprint: '0:example', load: async () => v1 } };
}

const orm = await MikroORM.init({ entities: [Animal], dbName: `${process.cwd()}/zoo-${process.hrtime.bigint()}.db` });
await orm.schema.create();
await orm.em.fork().insert(Animal, { name: 'Leo' });

// the block

void isSchemaError;
await orm.close();
