import { once } from 'node:events';
import { Worker } from 'node:worker_threads';
import type { MikroORM } from '@mikro-orm/core';
import { openOrm, postgresql, type DatabaseKind } from '../spec/support/databases.ts';

/** PostgreSQL as most people have it: on another machine, a millisecond away, where a round trip costs more than a guard. */
export const farPostgresql: DatabaseKind = {
  name: 'postgresql, 1 ms away',
  dialect: 'postgresql',
  async create(options) {
    const database = await postgresql.create(options);
    const proxy = new Worker(new URL('delay-proxy.ts', import.meta.url), { workerData: database.address });
    const [port] = (await once(proxy, 'message')) as [number];
    const url = new URL(database.address ?? '');
    url.hostname = '127.0.0.1';
    url.port = String(port);
    const orms: MikroORM[] = [];
    const drop = async () => {
      await Promise.all(orms.map(async orm => orm.close()));
      await database.drop();
      await proxy.terminate();
    };
    return {
      dialect: 'postgresql',
      address: url.href,
      options: database.options,
      execute: database.execute.bind(database),
      async orm(entities, more) {
        const orm = await openOrm(url.href, entities, more);
        orms.push(orm);
        return orm;
      },
      drop,
      [Symbol.asyncDispose]: drop,
    };
  },
};
