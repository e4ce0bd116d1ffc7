/*
 * Fastify: a plugin brings the database up before the server is ready, and adds /ready.
 *
 *   node examples/17-fastify.ts
 */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { defineEntity, MikroORM, p } from '@mikro-orm/sqlite';
import fastify from 'fastify';
import { dejavu } from '../lib/fastify/index.ts'; // yours: 'mikro-orm-dejavu/fastify'
import { Schema } from '../lib/index.ts'; // yours: 'mikro-orm-dejavu'

const Animal = defineEntity({ name: 'Animal', properties: { id: p.integer().primary(), name: p.string() } });

class ZooSchema extends Schema {
  readonly guid = 'zoo';
  readonly latest = 1;
}

const folder = mkdtempSync(join(tmpdir(), 'dejavu-fastify-'));
const orm = await MikroORM.init({ entities: [Animal], dbName: join(folder, 'zoo.db') });

// Without a limit for plugins, a long upgrade may take its time.
const server = fastify({ pluginTimeout: 0 });
await server.register(dejavu, {
  schemas: new ZooSchema(orm),
  logger: { info: (line: string) => console.log(line) },
});
server.get('/animals', async () => orm.em.fork().findAll(Animal));

const url = await server.listen({ host: '127.0.0.1', port: 0 });
console.log('The server is ready.');
for (const path of ['ready', 'animals']) {
  const response = await fetch(`${url}/${path}`);
  console.log(`GET /${path}: ${response.status} ${await response.text()}`);
}

// A newer release has upgraded the database: this one is taken out of rotation.
await orm.em.execute('update deployed_version set version = 2, compatible = 2');
const { status } = await fetch(`${url}/ready`);
console.log(`GET /ready: ${status}`);

await server.close();
await orm.close();
rmSync(folder, { recursive: true });
