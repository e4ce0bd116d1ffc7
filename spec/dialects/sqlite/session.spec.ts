import { describe, expect, test } from '@jest/globals';
import type Database from 'better-sqlite3';
import type { Step } from '../../../lib/index.ts';
import { sqliteFile, sqliteMemory, type TestDatabase } from '../../support/databases.ts';
import { idleSteps, schemaClass, type Members } from '../../support/schemas.ts';
import { zooV1 } from '../../support/zoo.ts';

async function zooOn(database: TestDatabase, members: Members = {}) {
  return new (schemaClass(members))(await database.orm(zooV1()));
}

const insert = (id: number) => `insert into animal (id, name, species) values (${id}, 'Leo', 'Lion')`;

/** Statements that end the transaction when they fail. */
const ENDING = {
  'raise(rollback)': {
    before: `create trigger no_eels before insert on animal when new.species = 'Eel' begin select raise(rollback, 'no eels'); end`,
    sql: `insert into animal (id, name, species) values (9, 'Ed', 'Eel')`,
  },
  'on conflict rollback': {
    before: `insert into animal (id, name, species) values (9, 'Ed', 'Bear')`,
    sql: `insert or rollback into animal (id, name, species) values (9, 'Ed', 'Eel')`,
  },
  'a full disk': {
    before: 'create table filling (bytes blob)',
    sql: `insert into filling with recursive n (i) as (select 1 union all select i + 1 from n where i < 500) select randomblob(4000) from n`,
  },
};

describe.each([sqliteMemory, sqliteFile])('on $name', kind => {
  test.each(Object.entries(ENDING))(
    'a step that goes on after %s writes nothing any more',
    async (_, { before, sql }) => {
      await using database = await kind.create();
      await (await zooOn(database)).upgrade();
      await database.execute(before);
      const animals = 'select id from animal';
      const there = await database.execute(animals);
      const zoo = await zooOn(database, {
        latest: 2,
        async upgradeTo_2(step: Step) {
          await step.execute('pragma max_page_count = 40');
          await step.execute(insert(1));
          await step.execute(sql).catch(() => {});
          await step.execute(insert(2)).catch(() => {});
          await step.em.execute(insert(3)).catch(() => {});
        },
      });
      await expect(zoo.upgrade()).rejects.toMatchObject({
        code: 'STEP_FAILED',
        deployed: 1,
        message: expect.stringMatching(/the step continued after a statement had failed/),
      });
      expect(await database.execute(animals)).toEqual(there);
      expect(await database.execute('select version from deployed_version')).toEqual([{ version: 1 }]);
    },
  );

  test('what a step sets for the connection is taken back', async () => {
    await using database = await kind.create();
    const orm = await database.orm(zooV1());
    await new (schemaClass())(orm).upgrade();
    const Next = schemaClass(
      {
        latest: 2,
        async upgradeTo_2(step: Step) {
          await step.execute('pragma ignore_check_constraints = on');
          await step.execute('pragma main.recursive_triggers(1)');
          await step.execute('pragma user_version = 5');
        },
      },
      { base: schemaClass() },
    );
    const next = await database.orm(zooV1());
    await new Next(next).upgrade();
    const read = async (name: string) =>
      Object.values((await next.em.fork().execute(`pragma ${name}`))[0] as object)[0];
    expect(await read('ignore_check_constraints')).toBe(0);
    expect(await read('recursive_triggers')).toBe(0);
    expect(await read('user_version')).toBe(5);
  });

  test('a driver with safe integers is understood', async () => {
    await using database = await kind.create();
    const orm = async () => {
      const one = await database.orm(zooV1());
      const connection: { getNativeClient(): Promise<unknown> } = one.em.getConnection();
      ((await connection.getNativeClient()) as Database.Database).defaultSafeIntegers(true);
      return one;
    };
    await new (schemaClass({ onInstall: (step: Step) => step.execute(insert(1)) }))(await orm()).upgrade();
    const zoo = new (schemaClass({
      latest: 3,
      upgradeTo_2: (step: Step) => step.execute(insert(2)),
      ...idleSteps(3, 3),
    }))(await orm());
    expect(await zoo.upgrade({ transaction: 'step' })).toMatchObject({ from: 1, to: 3 });
    expect(await zoo.status()).toMatchObject({ standing: 'level', deployed: 3 });
    expect(await zoo.assertStorage()).toMatchObject({ outcome: 'level' });
    await zoo.allow(1, { reason: 'it is safe' });
  });
});

/** What a step may change before it has to let go of memory: pages of its cache, or 0 where it never does. */
async function spillsAfter(database: TestDatabase): Promise<number> {
  let pages = -1;
  const zoo = await zooOn(database, {
    latest: 1,
    async onInstall(step: Step) {
      pages = Number((await step.execute<{ cache_spill: number }>('pragma cache_spill'))[0]?.cache_spill);
    },
  });
  await zoo.upgrade();
  return pages;
}

describe('the pages that a step changes are kept in memory', () => {
  test('up to a bound, for readers to go on until then', async () => {
    await using database = await sqliteFile.create();
    expect(await spillsAfter(database)).toBe(32_767);
  });

  test('and as before for the application afterwards', async () => {
    await using database = await sqliteFile.create();
    const orm = await database.orm(zooV1());
    await orm.em.execute('pragma cache_size = 512');
    const spill = () => orm.em.execute<{ cache_spill: number }[]>('pragma cache_spill');
    const before = await spill();
    await new (schemaClass())(orm).upgrade();
    expect(await spill()).toEqual(before);
    expect(before).toEqual([{ cache_spill: 512 }]);
  });

  test('no longer than usual where a write-ahead log lets readers go on anyway', async () => {
    await using database = await sqliteFile.create({ wal: true });
    const usual = await database.execute<{ cache_spill: number }>('pragma cache_spill');
    expect(usual).toEqual([{ cache_spill: await spillsAfter(database) }]);
  });
});
