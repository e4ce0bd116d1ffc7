/* The server starts, answers, and is taken out of rotation once a newer release has upgraded its database. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { MikroORM } from '@mikro-orm/sqlite';
import { makeServer } from './server.ts';
import { Animal } from './zoo.ts';

const folder = mkdtempSync(join(tmpdir(), 'dejavu-fastify-'));
const orm = await MikroORM.init({ entities: [Animal], dbName: join(folder, 'zoo.db') });
const server = await makeServer(orm);

const url = await server.listen({ host: '127.0.0.1', port: 0 });
console.log('The server is ready.');
for (const path of ['ready', 'animals']) {
  const response = await fetch(`${url}/${path}`);
  console.log(`GET /${path}: ${response.status} ${await response.text()}`);
}

// What a newer release does that has upgraded the database.
await orm.em.execute('update deployed_version set version = 2, compatible = 2');
const { status } = await fetch(`${url}/ready`);
console.log(`GET /ready: ${status}`);

await server.close();
await orm.close();
rmSync(folder, { recursive: true });
