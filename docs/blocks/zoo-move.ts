/*
 * Stands around a move: a Schema on a SQLite file with rows, and PostgreSQL inside this process instead of a server.
 */
import { MikroORM } from '@mikro-orm/core';
import { PgliteDriver } from '@mikro-orm/pglite';
import { MikroORM as LiteORM, defineEntity, p } from '@mikro-orm/sqlite';
import { Schema } from 'mikro-orm-dejavu';
import { move } from 'mikro-orm-dejavu/dump';

const Animal = defineEntity({ name: 'Animal', properties: { id: p.integer().primary(), name: p.string() } });
const v1 = { Animal: defineEntity({ name: 'Animal', properties: { id: p.integer().primary(), name: p.string() } }) };

class ZooSchema extends Schema {
  readonly guid = 'zoo';
  readonly latest = 1;
  override readonly versions = { 1: { fingerprint: '0:example', load: async () => v1 } };
}

const orm = await LiteORM.init({ entities: [Animal], dbName: `${process.cwd()}/zoo-${process.hrtime.bigint()}.db` });
const zoo = new ZooSchema(orm);
await zoo.upgrade();
await orm.em.fork().insert(Animal, { name: 'Leo' });
const postgresql = { driver: PgliteDriver, dbName: 'memory://' };

// the block

void [rows, version, isGuarded];
await target.close();
await orm.close();
