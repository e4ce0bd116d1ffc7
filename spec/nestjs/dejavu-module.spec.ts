// oxlint-disable typescript/no-extraneous-class -- modules of NestJS are classes with nothing in them
import { expect, test } from '@jest/globals';
import { MikroORM } from '@mikro-orm/core';
import type { DynamicModule } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { DejavuHealthIndicator, DejavuModule } from '../../lib/nestjs/index.ts';
import { sqliteMemory } from '../support/databases.ts';
import { spawnWorker } from '../support/processes.ts';
import { schemaClass } from '../support/schemas.ts';
import { zooV1 } from '../support/zoo.ts';

/** What `MikroOrmModule` provides, for ORMs that are there already. */
function ormsAs(orms: ReadonlyMap<unknown, MikroORM>): DynamicModule {
  const providers = [...orms].map(([provide, useValue]) => ({ provide: provide as string, useValue }));
  return { module: class Orms {}, global: true, providers, exports: [...orms.keys()] as string[] };
}

async function context(...imports: DynamicModule[]) {
  return NestFactory.createApplicationContext(
    { module: class App {}, imports },
    { logger: false, abortOnError: false },
  );
}

test('several Schemas on ORMs with names are brought up, and injected when they are', async () => {
  await using here = await sqliteMemory.create();
  await using there = await sqliteMemory.create();
  const orms = new Map<unknown, MikroORM>([
    [MikroORM, await here.orm(zooV1())],
    ['billing_MikroORM', await there.orm(zooV1())],
  ]);
  const Zoo = schemaClass({ guid: 'zoo', latest: 1 }, { name: 'Zoo' });
  const Billing = schemaClass({ guid: 'billing', latest: 2, dependsOn: { zoo: 1 } }, { name: 'Billing' });
  const lines: string[] = [];
  const app = await context(
    ormsAs(orms),
    DejavuModule.forRootAsync({
      schemas: [{ schema: Billing, contextName: 'billing' }, Zoo],
      useFactory: () => ({ logger: { log: (line: string) => lines.push(line) } }),
    }),
  );
  expect(app.get(Zoo)).toBeInstanceOf(Zoo);
  expect(await app.get(Billing).deployed()).toBe(2);
  // What it depends on is in another database.
  await app.get(Billing).assertVersion();
  expect(lines.toSorted()).toEqual([
    'billing: installed at version 2',
    'billing: installing version 2',
    'zoo: installed at version 1',
    'zoo: installing version 1',
  ]);
  expect(await app.get(DejavuHealthIndicator).isHealthy('storage')).toEqual({
    storage: {
      status: 'up',
      reasons: [],
      schemas: {
        zoo: { standing: 'level', deployed: 1, latest: 1 },
        billing: { standing: 'level', deployed: 2, latest: 2 },
      },
    },
  });
  await app.close();
  // Nobody is left who waits for a signal.
  expect(process.listeners('SIGTERM').filter(({ name }) => name === 'stop')).toEqual([]);
});

test('an application whose code may not run there is not created', async () => {
  await using database = await sqliteMemory.create();
  const Zoo = schemaClass({ latest: 1 });
  const orms = ormsAs(new Map([[MikroORM, await database.orm(zooV1())]]));
  const lines: string[] = [];
  const logger = { error: (line: string) => lines.push(line) };
  await expect(context(orms, DejavuModule.forRoot({ schemas: [Zoo], mode: 'assert', logger }))).rejects.toMatchObject({
    code: 'VERSION_MISSING',
  });
  expect(lines).toHaveLength(1);
});

test('health is that of all modules of one application, and of no other', async () => {
  await using here = await sqliteMemory.create();
  await using there = await sqliteMemory.create();
  const orms = ormsAs(
    new Map<unknown, MikroORM>([
      [MikroORM, await here.orm(zooV1())],
      ['billing_MikroORM', await there.orm(zooV1())],
    ]),
  );
  const Zoo = schemaClass({ guid: 'zoo', latest: 1 }, { name: 'Zoo' });
  const Billing = schemaClass({ guid: 'billing', latest: 2 }, { name: 'Billing' });
  const quiet = { logger: {} };
  const both = await context(
    orms,
    DejavuModule.forRoot({ schemas: [Zoo], ...quiet }),
    // A factory that returns nothing leaves the defaults.
    DejavuModule.forRootAsync({
      schemas: [{ schema: Billing, contextName: 'billing' }],
      useFactory: () => undefined as never,
    }),
  );
  const alone = await context(orms, DejavuModule.forRoot({ schemas: [Zoo], ...quiet }));
  const healthOf = async (app: typeof both) => (await app.get(DejavuHealthIndicator).isHealthy())['schema'];
  expect(Object.keys((await healthOf(both))?.schemas ?? {}).toSorted()).toEqual(['billing', 'zoo']);
  await here.execute('update deployed_version set version = 9, compatible = 9');
  expect(await healthOf(both)).toMatchObject({ status: 'down', schemas: { zoo: { deployed: 9 } } });
  await here.execute('update deployed_version set version = 1, compatible = 1');
  await there.execute('update deployed_version set version = 9, compatible = 9');
  expect(await healthOf(both)).toMatchObject({ status: 'down', schemas: { billing: { deployed: 9 } } });
  expect(await healthOf(alone)).toMatchObject({ status: 'up' });
  await Promise.all([both.close(), alone.close()]);
});

test('the error of a factory is the error of the application', async () => {
  await using database = await sqliteMemory.create();
  const orms = ormsAs(new Map([[MikroORM, await database.orm(zooV1())]]));
  const failing = DejavuModule.forRootAsync({
    schemas: [schemaClass()],
    useFactory: async () => {
      throw new Error('no configuration');
    },
  });
  await expect(context(orms, failing)).rejects.toThrow('no configuration');
  expect(await database.execute(`select name from sqlite_master`)).toEqual([]);
});

test('a signal during a boot that ends well is not forgotten', async () => {
  await using worker = spawnWorker('stopped.ts');
  await worker.line('working');
  worker.kill('SIGTERM');
  expect(await worker.line('done')).toMatchObject({ reason: 'Error: received SIGTERM' });
  expect(await worker.finished).toMatchObject({ code: null, signal: 'SIGTERM' });
});

test('what is no Schema is refused when the module is written', () => {
  expect(() => DejavuModule.forRoot({ schemas: [class Zoo {} as never] })).toThrow(
    'schemas of DejavuModule has Zoo. List classes that extend Schema: schemas: [ZooSchema].',
  );
  expect(() => DejavuModule.forRoot({} as never)).toThrow(
    'schemas of DejavuModule is undefined. Use a list: schemas: [ZooSchema].',
  );
});
