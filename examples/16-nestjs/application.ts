/*
 * Node.js runs no decorators, so the module is a plain object here. With decorators it is
 * @Module({ imports: [MikroOrmModule.forRoot(…), DejavuModule.forRoot({ schemas: [ZooSchema] })] }).
 */
import { MikroOrmModule } from '@mikro-orm/nestjs';
import { SqliteDriver } from '@mikro-orm/sqlite';
import { NestFactory } from '@nestjs/core';
import { DejavuModule } from 'mikro-orm-dejavu/nestjs';
import { Animal, Animal2, ZooSchema, ZooSchema2 } from './zoo.ts';

// oxlint-disable-next-line typescript/no-extraneous-class -- a module of NestJS has nothing in it
class AppModule {}

const RELEASES = {
  1: { schemas: [ZooSchema], entities: [Animal] },
  2: { schemas: [ZooSchema2], entities: [Animal2] },
} as const;

/** Creates the application of a release: it is upgraded, or refused, before any module starts. */
export function create(release: keyof typeof RELEASES, dbName: string, mode: 'upgrade' | 'assert') {
  const { schemas, entities } = RELEASES[release];
  const imports = [
    MikroOrmModule.forRoot({ driver: SqliteDriver, dbName, entities: [...entities] }),
    DejavuModule.forRoot({
      schemas: [...schemas],
      mode,
      logger: { log: (line: string) => console.log(`  ${line}`) },
    }),
  ];
  return NestFactory.createApplicationContext({ module: AppModule, imports }, { logger: false, abortOnError: false });
}
