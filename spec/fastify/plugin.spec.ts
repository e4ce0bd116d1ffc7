import { expect, test } from '@jest/globals';
import fastify from 'fastify';
import { dejavu } from '../../lib/fastify/index.ts';
import { sqliteFile } from '../support/databases.ts';
import { schemaClass } from '../support/schemas.ts';
import { zooV1 } from '../support/zoo.ts';

test('the database is brought up before the server is ready, and /ready tells how it stands', async () => {
  await using database = await sqliteFile.create();
  const schema = new (schemaClass({ latest: 1 }))(await database.orm(zooV1()));
  const server = fastify();
  server.addHook('onReady', async () => {
    expect(await schema.deployed()).toBe(1);
  });
  await server.register(dejavu, { schemas: schema });
  const url = await server.listen({ host: '127.0.0.1', port: 0 });
  const level = await fetch(`${url}/ready`);
  expect(level.status).toBe(200);
  expect(await level.json()).toEqual({
    ready: true,
    reasons: [],
    schemas: [{ guid: 'zoo', standing: 'level', deployed: 1, latest: 1 }],
  });
  await database.execute('update deployed_version set version = 2, compatible = 2');
  const ahead = await fetch(`${url}/ready`);
  expect(ahead.status).toBe(503);
  expect(await ahead.json()).toMatchObject({ ready: false, reasons: [expect.stringContaining('ahead, at version 2')] });
  await server.close();
});

test('a server whose code may not run there is not ready', async () => {
  await using database = await sqliteFile.create();
  const schema = new (schemaClass({ latest: 1 }))(await database.orm(zooV1()));
  const server = fastify();
  server.register(dejavu, { schemas: schema, mode: 'assert', path: false });
  await expect(server.ready()).rejects.toMatchObject({ code: 'VERSION_MISSING' });
  expect(server.hasRoute({ method: 'GET', url: '/ready' })).toBe(false);
  await server.close();
});

test("a boot that needs longer than Fastify's limit for plugins ends before it, and says how to raise it", async () => {
  await using database = await sqliteFile.create();
  const schema = new (schemaClass({ latest: 1 }))(await database.orm(zooV1()));
  const server = fastify({ pluginTimeout: 40 });
  // It waits for a version that nobody installs.
  server.register(dejavu, { schemas: schema, mode: 'wait' });
  const error = await server.ready().then(
    () => undefined,
    (failure: unknown) => failure as Error,
  );
  expect(error).toMatchObject({ code: 'UPGRADE_ABORTED' });
  expect(String(error?.cause)).toContain('fastify({ pluginTimeout: 0 })');
  await server.close();
});
