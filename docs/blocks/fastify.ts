/*
 * Stands around a Fastify server.
 */
import { defineEntity, MikroORM, p } from '@mikro-orm/sqlite';
import { Schema } from 'mikro-orm-dejavu';

const Animal = defineEntity({ name: 'Animal', properties: { id: p.integer().primary(), name: p.string() } });

class ZooSchema extends Schema {
  readonly guid = 'zoo';
  readonly latest = 1;
}

const orm = await MikroORM.init({ entities: [Animal], dbName: `${process.cwd()}/zoo-${process.hrtime.bigint()}.db` });

// the block

console.log((await server.inject('/ready')).statusCode);
await server.close();
await orm.close();
