/*
 * NestJS: a module brings the database up before the application serves, and health tells how it stands. A second release boots on
 * the same file; the first is then told that its code may not run there any more.
 *
 *   node examples/16-nestjs.ts
 *
 * Node.js runs no decorators, so the module is written as a plain object. With decorators it is
 * @Module({ imports: [MikroOrmModule.forRoot(…), DejavuModule.forRoot({ schemas: [ZooSchema] })] }).
 */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { MikroOrmModule } from '@mikro-orm/nestjs';
import { defineEntity, p, SqliteDriver } from '@mikro-orm/sqlite';
import { NestFactory } from '@nestjs/core';
import { Schema, type Step } from '../lib/index.ts'; // yours: 'mikro-orm-dejavu'
import { DejavuHealthIndicator, DejavuModule } from '../lib/nestjs/index.ts'; // yours: 'mikro-orm-dejavu/nestjs'

// oxlint-disable-next-line typescript/no-extraneous-class -- a module of NestJS has nothing in it
class AppModule {}

const animal = (more: object) =>
  defineEntity({ name: 'Animal', properties: { id: p.integer().primary(), name: p.string(), ...more } });

class ZooSchema extends Schema {
  readonly guid = 'zoo';
  readonly latest: number = 1;
}

class ZooSchema2 extends ZooSchema {
  override readonly latest = 2;

  upgradeTo_2 = (step: Step) => step.execute('alter table animal add column legs integer not null default 4');
}

const folder = mkdtempSync(join(tmpdir(), 'dejavu-nestjs-'));
const dbName = join(folder, 'zoo.db');

/** Creates the application of a release, as its main.ts would. */
function create(Zoo: typeof ZooSchema, entity: ReturnType<typeof animal>, mode: 'upgrade' | 'assert') {
  const imports = [
    MikroOrmModule.forRoot({ driver: SqliteDriver, dbName, entities: [entity] }),
    DejavuModule.forRoot({ schemas: [Zoo], mode, logger: { log: (line: string) => console.log(`  ${line}`) } }),
  ];
  return NestFactory.createApplicationContext({ module: AppModule, imports }, { logger: false, abortOnError: false });
}

console.log('The first release boots:');
const first = await create(ZooSchema, animal({}), 'upgrade');
console.log(`The Schema is injected, and knows the database: version ${await first.get(ZooSchema).deployed()}.`);

console.log('The second release boots beside it:');
const second = await create(ZooSchema2, animal({ legs: p.integer().default(4) }), 'upgrade');
for (const [name, app] of Object.entries({ first, second })) {
  const { schema } = await app.get(DejavuHealthIndicator).isHealthy();
  console.log(`Health of the ${name}: ${schema?.status}`);
}

console.log('The first release is started once more, and only asserts:');
await create(ZooSchema, animal({}), 'assert').catch((error: Error & { code?: string }) =>
  console.log(`  ${error.code}`),
);

await Promise.all([first.close(), second.close()]);
rmSync(folder, { recursive: true });
