import type { MikroORM } from '@mikro-orm/sql';
import type pg from 'pg';

/** The connections of an ORM on PostgreSQL. */
export async function poolOf(orm: MikroORM): Promise<pg.Pool> {
  return (await orm.em.getConnection().getNativeClient()) as pg.Pool;
}

type Send = () => Promise<unknown>;

/** Puts `instead` in the place of the next commit that this ORM sends, with all that is sent at once with it. */
export async function atCommit(
  orm: MikroORM,
  instead: (send: Send, client: pg.PoolClient) => Promise<unknown>,
): Promise<void> {
  const pool = await poolOf(orm);
  let isNext = true;
  pool.on('acquire', client => {
    const query = client.query.bind(client) as (...args: unknown[]) => Promise<unknown>;
    Object.assign(client, {
      query: (...args: unknown[]) => {
        if (!isNext || !/^commit$/m.test(String(args[0]))) return query(...args);
        isNext = false;
        return instead(() => query(...args), client);
      },
    });
  });
}

/** The commit arrives and is done, but the connection dies before anybody hears of it. */
export async function loseAnswer(send: Send, client: pg.PoolClient): Promise<never> {
  await send();
  const reset = Object.assign(new Error('read ECONNRESET'), { code: 'ECONNRESET' });
  (client as pg.PoolClient & { connection: { stream: { destroy(error: Error): void } } }).connection.stream.destroy(
    reset,
  );
  throw reset;
}
