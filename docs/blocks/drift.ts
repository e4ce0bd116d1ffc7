/*
 * Stands around a look at a database that is at version 1.
 */
import { defineEntity, MikroORM, p } from '@mikro-orm/sqlite';
import { Schema } from 'mikro-orm-dejavu';

const animal = () =>
  defineEntity({ name: 'Animal', properties: { id: p.integer().primary(), name: p.string().index() } });
const v1 = { Animal: animal() };

class ZooSchema extends Schema {
  readonly guid = 'zoo';
  readonly latest = 1;
  override readonly versions = { 1: { fingerprint: '0:example', load: async () => v1 } };
}

const dbName = `${process.cwd()}/zoo-${process.hrtime.bigint()}.db`;
const connect = () => MikroORM.init({ entities: [animal()], dbName });
const orm = await connect();
const zoo = new ZooSchema(orm);
await zoo.upgrade();

// the block

await orm.close();
