import type { MikroORM } from '@mikro-orm/sqlite';
import fastify, { type FastifyInstance } from 'fastify';
import { dejavu } from 'mikro-orm-dejavu/fastify';
import { Animal, ZooSchema } from './zoo.ts';

/** Makes a server that is ready when its database is. */
export async function makeServer(orm: MikroORM): Promise<FastifyInstance> {
  // Without a limit for plugins, a long upgrade may take its time.
  const server = fastify({ pluginTimeout: 0 });
  await server.register(dejavu, {
    schemas: new ZooSchema(orm),
    logger: { info: (line: string) => console.log(line) },
  });
  server.get('/animals', async () => orm.em.fork().findAll(Animal));
  return server;
}
