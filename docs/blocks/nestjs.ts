// oxlint-disable typescript/no-extraneous-class -- modules of NestJS are classes with nothing in them
/*
 * Stands around the imports of a NestJS application.
 */
import { defineEntity, p, SqliteDriver } from '@mikro-orm/sqlite';
import { MikroOrmModule } from '@mikro-orm/nestjs';
import { NestFactory } from '@nestjs/core';
import { Schema } from 'mikro-orm-dejavu';

const Animal = defineEntity({ name: 'Animal', properties: { id: p.integer().primary(), name: p.string() } });

class ZooSchema extends Schema {
  readonly guid = 'zoo';
  readonly latest = 1;
}

const config = {
  driver: SqliteDriver,
  dbName: `${process.cwd()}/zoo-${process.hrtime.bigint()}.db`,
  entities: [Animal],
};

// the block

const app = await NestFactory.createApplicationContext(
  { module: class AppModule {}, imports },
  { logger: false, abortOnError: false },
);
console.log(await app.get(ZooSchema).deployed());
await app.close();
