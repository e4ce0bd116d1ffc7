import { describe, expect, test } from '@jest/globals';
import { wireOf } from '../../lib/mikro-orm/wire.ts';
import { primaryOf } from '../../lib/store/connection.ts';
import { databases } from '../support/databases.ts';

describe.each(databases)('$name', kind => {
  test('every statement of a pinned connection passes its wire', async () => {
    await using database = await kind.create();
    const orm = await database.orm([]);
    const connection = primaryOf(orm);
    await connection.ensureConnection();
    const passed: string[] = [];
    await connection
      .getClient<unknown>()
      .connection()
      .execute(async client => {
        const wire = await wireOf(client);
        const send = wire.executeQuery.bind(wire);
        wire.executeQuery = (query, options) => {
          passed.push(query.sql);
          return send(query, options);
        };
        const transaction = await client.startTransaction().execute();
        await connection.execute('select 1 as one', [], 'all', transaction);
        await transaction.rollback().execute();
        Reflect.deleteProperty(wire, 'executeQuery');
      });
    expect(passed).toEqual(['begin', 'select 1 as one', 'rollback']);
  });
});

test('a wire that is gone is named', async () => {
  const client = { getExecutor: () => ({ provideConnection: async () => ({}) }) } as never;
  await expect(wireOf(client)).rejects.toThrow('no longer has executeQuery() of a connection of Kysely');
});
