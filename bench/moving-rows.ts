import { defineEntity, p } from '@mikro-orm/core';
import { Migration } from '@mikro-orm/migrations';
import { Schema, type Step } from '../lib/index.ts';
import type { DatabaseKind, TestDatabase } from '../spec/support/databases.ts';
import { openByHand } from './by-hand.ts';
import type { Attempt, Race } from './harness.ts';

const ROWS = 100_000;
const BATCH = 1000;

function animals() {
  return defineEntity({
    name: 'Animal',
    properties: { id: p.integer().primary(), name: p.string(), legs: p.integer().nullable() },
  });
}

class First extends Schema {
  readonly guid = 'bench';
  readonly latest: number = 1;
}

type Way = 'fill' | 'each';

/**
 * A hundred thousand rows, a value of each worked out in TypeScript, a batch at a time. Beside it stands what a careful
 * person writes: for plain rows one statement a batch, for entities `find` and `flush`.
 */
export function movingRows(kind: DatabaseKind, way: Way): Race {
  return {
    what: `${ROWS} rows through ${way}()`,
    on: kind.name,
    ours: () => ours(kind, way),
    byHand: () => (way === 'fill' ? byHand(kind) : byFlush(kind)),
    migrator: () => migrator(kind),
    rounds: 2,
    budget: way === 'fill' ? 1.25 : 0.67,
  };
}

async function ours(kind: DatabaseKind, way: Way): Promise<Attempt> {
  const database = await populated(kind);
  const Animal = animals();
  class Second extends First {
    override readonly latest = 2;
    async upgradeTo_2(step: Step) {
      if (way === 'fill') {
        await step.fill(Animal, 'legs', animal => animal.name.length);
        return;
      }
      await step.each(Animal, { batch: BATCH }, rows => {
        for (const animal of rows) animal.legs = animal.name.length;
      });
    }
  }
  const orm = await database.orm([Animal]);
  await orm.connect();
  return { run: () => new Second(orm).upgrade(), end: () => end(database) };
}

/** The same by hand: by key, with one statement a batch. */
async function byHand(kind: DatabaseKind): Promise<Attempt> {
  const database = await populated(kind);
  const driver = await openByHand(database);
  const run = async () => {
    await driver.send('begin');
    for (let last = 0; ;) {
      const rows = (await driver.send(
        'select id, name from animal where id > $1 order by id limit $2',
        last,
        BATCH,
      )) as {
        id: number;
        name: string;
      }[];
      if (rows.length === 0) break;
      const values = rows.map(({ id, name }) => `(${id}, ${name.length})`).join(', ');
      await driver.send(`update animal as a set legs = v.column2 from (values ${values}) as v where a.id = v.column1`);
      last = rows.at(-1)?.id ?? 0;
    }
    await driver.send('commit');
  };
  return {
    run,
    end: async () => {
      await driver.close();
      await end(database);
    },
  };
}

/** The same by hand, with entities. */
async function byFlush(kind: DatabaseKind): Promise<Attempt> {
  const database = await populated(kind);
  const Animal = animals();
  const orm = await database.orm([Animal]);
  await orm.connect();
  const run = () =>
    orm.em.fork().transactional(async em => {
      for (let last = 0; ;) {
        const rows = await em.find(Animal, { id: { $gt: last } }, { orderBy: { id: 'asc' }, limit: BATCH });
        if (rows.length === 0) break;
        last = rows.at(-1)?.id ?? 0;
        for (const animal of rows) animal.legs = animal.name.length;
        await em.flush();
        em.clear();
      }
    });
  return { run, end: () => end(database) };
}

async function migrator(kind: DatabaseKind): Promise<Attempt> {
  const database = await populated(kind);
  class Legs extends Migration {
    override async up(): Promise<void> {
      for (let last = 0; ;) {
        const rows = (await this.execute(
          `select id, name from animal where id > ${last} order by id limit ${BATCH}`,
        )) as {
          id: number;
          name: string;
        }[];
        if (rows.length === 0) break;
        const values = rows.map(({ id, name }) => `(${id}, ${name.length})`).join(', ');
        await this.execute(
          `update animal as a set legs = v.column2 from (values ${values}) as v where a.id = v.column1`,
        );
        last = rows.at(-1)?.id ?? 0;
      }
    }
  }
  const { Migrator } = await import('@mikro-orm/migrations');
  const orm = await database.orm([animals()], {
    extensions: [Migrator],
    migrations: { migrationsList: [{ name: 'Legs', class: Legs }], snapshot: false, silent: true },
  });
  await orm.connect();
  return { run: () => orm.migrator.up(), end: () => end(database) };
}

async function populated(kind: DatabaseKind): Promise<TestDatabase> {
  const database = await kind.create();
  const orm = await database.orm([animals()]);
  await new First(orm).upgrade();
  const numbers =
    kind.dialect === 'sqlite'
      ? `with recursive n(i) as (select 1 union all select i + 1 from n where i < ${ROWS}) select i, 'animal ' || i from n`
      : `select i, 'animal ' || i from generate_series(1, ${ROWS}) as n(i)`;
  await database.execute(`insert into animal (id, name) ${numbers}`);
  return database;
}

async function end(database: TestDatabase): Promise<void> {
  const [row] = await database.execute<{ n: number }>(
    'select cast(count(*) as integer) as n from animal where legs = length(name)',
  );
  await database.drop();
  if (row?.n !== ROWS) throw new Error(`${row?.n} of ${ROWS} rows were moved`);
}
