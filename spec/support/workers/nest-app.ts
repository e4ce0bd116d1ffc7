// oxlint-disable typescript/no-extraneous-class -- modules of NestJS are classes with nothing in them
import type { Server } from 'node:http';
import { EntityManager, PostgreSqlDriver, type SqlEntityManager } from '@mikro-orm/postgresql';
import { MikroOrmModule } from '@mikro-orm/nestjs';
import { Controller, Get, Inject, Module, type DynamicModule } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { HealthCheckService, TerminusModule } from '@nestjs/terminus';
import { DejavuHealthIndicator, DejavuModule } from '../../../lib/nestjs/index.ts';
import { Schema, type Versions } from '../../../lib/index.ts';
import { entitiesOf } from '../life/schema.ts';
import { life } from '../life/steps.ts';
import { versions } from '../life/versions/index.ts';
import { given, heard, say } from '../worker.ts';

// A replica of an application on NestJS, over HTTP. Its decorators are called by hand: Node.js runs no decorators.
const { address, latest, mode, late } = given<{
  address: string;
  latest: number;
  mode?: 'upgrade' | 'assert' | 'wait';
  /** Imports our module after the one that needs it. */
  late?: boolean;
}>();

class Zoo extends Schema {
  readonly guid = 'life';
  readonly latest: number = latest;
  override readonly versions: Versions = Object.fromEntries(
    Object.entries(versions).filter(([version]) => Number(version) <= latest),
  );
}
for (const [name, value] of Object.entries(life)) {
  const bound = name.startsWith('up') ? latest : latest - 1;
  if (Number(name.split('_')[1]) <= bound) Object.defineProperty(Zoo.prototype, name, { value });
}

class ZooController {
  readonly #em: SqlEntityManager;
  readonly #health: HealthCheckService;
  readonly #dejavu: DejavuHealthIndicator;

  constructor(em: SqlEntityManager, health: HealthCheckService, dejavu: DejavuHealthIndicator) {
    this.#em = em;
    this.#health = health;
    this.#dejavu = dejavu;
  }

  async onModuleInit(): Promise<void> {
    const [row] = await this.#em.fork().execute('select version from deployed_version');
    say('initialised', { version: (row as { version: number } | undefined)?.version });
  }

  async list(): Promise<unknown> {
    return this.#em.fork().execute('select name from animal order by id');
  }

  async health(): Promise<unknown> {
    return this.#health.check([async () => this.#dejavu.isHealthy()]);
  }
}
Controller()(ZooController);
for (const [index, token] of [EntityManager, HealthCheckService, DejavuHealthIndicator].entries()) {
  Inject(token)(ZooController, undefined, index);
}
for (const [path, method] of [
  ['animals', 'list'],
  ['health', 'health'],
] as const) {
  const descriptor = Object.getOwnPropertyDescriptor(ZooController.prototype, method) as PropertyDescriptor;
  Get(path)(ZooController.prototype, method, descriptor);
}

const ours = DejavuModule.forRootAsync({
  schemas: [Zoo],
  useFactory: () => ({
    mode,
    logger: { log: (text: string) => say('logged', { text }), error: (text: string) => say('failed', { text }) },
    onProgress: ({ type }) => say(type),
  }),
});
const theirs: DynamicModule = { module: class Rooms {}, imports: [TerminusModule], controllers: [ZooController] };

class AppModule {}
Module({
  imports: [
    MikroOrmModule.forRoot({
      driver: PostgreSqlDriver,
      clientUrl: address,
      entities: await entitiesOf(latest),
      registerRequestContext: false,
    }),
    ...(late ? [theirs, ours] : [ours, theirs]),
  ],
})(AppModule);

const app = await NestFactory.create(AppModule, { logger: false, abortOnError: false });
app.enableShutdownHooks();
await app.listen(0, '127.0.0.1');
const bound = (app.getHttpServer() as Server).address();
say('listening', { port: typeof bound === 'object' ? bound?.port : undefined });
await heard('end');
await app.close();
