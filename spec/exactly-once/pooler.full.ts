import { afterAll, beforeAll, expect, test } from '@jest/globals';
import pg from 'pg';
import { postgresql } from '../support/databases.ts';
import { type PgBouncer, SERVER_CONNECTIONS, startPgBouncer } from '../support/pgbouncer.ts';
import { describeRaces } from '../support/race.ts';

let bouncer: PgBouncer;

beforeAll(async () => {
  bouncer = await startPgBouncer(process.env['DEJAVU_PG_URL'] ?? '');
});
afterAll(async () => bouncer[Symbol.asyncDispose]());

test('the pooler hands out a connection for one transaction', async () => {
  await using database = await postgresql.create();
  const pools = new pg.Client({ connectionString: `${bouncer.url}/pgbouncer` });
  const client = new pg.Client({ connectionString: bouncer.addressOf(database.address ?? '') });
  await Promise.all([pools.connect(), client.connect()]);
  await client.query('select 1');
  // the console of PgBouncer knows only the simple protocol
  const { rows } = await pools.query<{ database: string; pool_mode: string; sv_idle: number }>('show pools');
  await Promise.all([pools.end(), client.end()]);
  const name = new URL(database.address ?? '').pathname.slice(1);
  expect(rows.filter(row => row.database === name)).toMatchObject([{ pool_mode: 'transaction', cl_active: 1 }]);
});

for (const processes of [8, 50]) {
  describeRaces({
    place: `postgresql behind PgBouncer, which has ${SERVER_CONNECTIONS} connections to a database`,
    processes,
    create: () => postgresql.create(),
    addressOf: ({ address = '' }) => bouncer.addressOf(address),
    sessions: SERVER_CONNECTIONS,
  });
}
