import { expect, test } from '@jest/globals';
import pg from 'pg';
import { ledgerOf } from '../support/bank.ts';
import { postgresql } from '../support/databases.ts';
import { startFleet } from '../support/fleet.ts';
import { outcomesOf } from '../support/race.ts';
import { describeLateCalls } from './late-calls.ts';

const OPENED = { accounts: 1, balance: 0, entries: 1, version: 1, stage: null, holder: null, log: 1 };

test('processes that all find no database create it and install it once', async () => {
  await using neighbour = await postgresql.create();
  const address = `${neighbour.address}_missing`;
  const name = new URL(address).pathname.slice(1);
  try {
    await using fleet = startFleet(4, () => [{ address, release: 'first' }]);
    await fleet.ready();
    expect(outcomesOf(await fleet.boot())).toEqual({ installed: 1, level: 3 });

    const client = new pg.Client({ connectionString: address });
    await client.connect();
    const execute = async <Row>(sql: string) => (await client.query(sql)).rows as Row[];
    expect(await ledgerOf({ execute })).toEqual(OPENED);
    await client.end();
  } finally {
    await neighbour.execute(`drop database if exists "${name}" with (force)`);
  }
});

describeLateCalls({ second: [20], application: [10] });
