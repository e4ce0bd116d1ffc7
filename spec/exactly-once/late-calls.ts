import { expect, test } from '@jest/globals';
import type { MikroORM } from '@mikro-orm/sql';
import pg from 'pg';
import { setTimeout as sleep } from 'node:timers/promises';
import { Bank, bankEntities, ledgerOf } from '../support/bank.ts';
import { openOrm, postgresql } from '../support/databases.ts';

const OPENED = { accounts: 1, balance: 0, entries: 1, version: 1, stage: null, holder: null, log: 1 };

/** Runs `work` on an ORM whose database does not exist, and tells afterwards whether the maintenance database was spared. */
async function withoutDatabase(work: (orm: MikroORM) => Promise<void>): Promise<{ isSpared: boolean }> {
  await using neighbour = await postgresql.create();
  const address = `${neighbour.address}_late`;
  const name = new URL(address).pathname.slice(1);
  const maintenance = new pg.Client({ connectionString: new URL('/postgres', address).href });
  await maintenance.connect();
  const orm = await openOrm(address, bankEntities());
  try {
    await work(orm);
    const { rows } = await maintenance.query(`select to_regclass('public.deployed_version') as ours`);
    return { isSpared: rows[0].ours === null };
  } finally {
    await orm.close(true);
    await maintenance.query('drop table if exists deployed_version, deployed_version_log, account, entry');
    await maintenance.query(`drop database if exists "${name}" with (force)`);
    await maintenance.end();
  }
}

/** Declares the tests of calls on one ORM that find no database, each that many milliseconds after the first. */
export function describeLateCalls({
  second,
  application,
}: {
  second: readonly number[];
  application: readonly number[];
}): void {
  test.each(second)(
    'two calls on one ORM that find no database, the second %i ms later, install it once, and no other',
    async ms => {
      const { isSpared } = await withoutDatabase(async orm => {
        const first = new Bank(orm).upgrade();
        await sleep(ms);
        const all = [first, new Bank(orm).upgrade(), new Bank(orm).upgrade()];
        const outcomes = await Promise.all(all.map(async each => (await each).outcome));
        expect(outcomes.toSorted()).toEqual(['installed', 'level', 'level']);
        expect(await ledgerOf({ execute: sql => orm.em.execute(sql) })).toEqual(OPENED);
      });
      expect(isSpared).toBe(true);
    },
  );

  test.each(application)(
    'a call %i ms after a query of the application, for which MikroORM creates the database, installs no other',
    async ms => {
      const { isSpared } = await withoutDatabase(async orm => {
        const bank = new Bank(orm);
        const query = orm.em
          .fork()
          .execute('select 1 as one')
          .catch(() => {});
        await sleep(ms);
        await bank.upgrade().catch(() => {});
        await query;
        await bank.upgrade();
        expect(await ledgerOf({ execute: sql => orm.em.execute(sql) })).toEqual(OPENED);
      });
      expect(isSpared).toBe(true);
    },
  );
}
