import type { DatabaseKind, TestDatabase } from '../spec/support/databases.ts';
import { BOOKKEEPING, type Driver, openByHand, stepByHand } from './by-hand.ts';
import type { Attempt, Budget, Race } from './harness.ts';
import { openKysely } from './kysely-migrator.ts';
import { CREATE_COUNTER, counter, FirstSchema, LaterSchema, STEPS, TRIVIAL, withMigrations } from './subjects.ts';

type Mode = 'plan' | 'step';

/** A thousand trivial steps, committed together or one by one. */
export function manySteps(kind: DatabaseKind, mode: Mode, budget: Budget): Race {
  return {
    what: `${STEPS} trivial steps, ${mode === 'plan' ? 'one transaction' : 'a transaction each'}`,
    on: kind.name,
    ours: () => ours(kind, mode),
    byHand: () => byHand(kind, mode),
    migrator: () => migrator(kind, mode),
    // On SQLite it begins no transaction.
    ...((mode === 'step' || kind.dialect === 'postgresql') && { peers: { Kysely: () => kysely(kind, mode) } }),
    rounds: mode === 'plan' ? 5 : 3,
    budget,
  };
}

async function ours(kind: DatabaseKind, mode: Mode): Promise<Attempt> {
  const database = await kind.create();
  await new FirstSchema(await database.orm(counter())).upgrade();
  await database.execute('insert into counter (id, n) values (1, 0)');
  const orm = await database.orm(counter());
  await orm.connect();
  return { run: () => new LaterSchema(orm).upgrade({ transaction: mode }), end: () => end(database) };
}

async function migrator(kind: DatabaseKind, mode: Mode): Promise<Attempt> {
  const database = await kind.create();
  await database.execute(CREATE_COUNTER);
  await database.execute('insert into counter (id, n) values (1, 0)');
  const migrations = Array.from({ length: STEPS }, () => [TRIVIAL]);
  const orm = await database.orm(counter(), withMigrations(migrations, mode === 'plan'));
  await orm.connect();
  return { run: () => orm.migrator.up(), end: () => end(database) };
}

async function kysely(kind: DatabaseKind, mode: Mode): Promise<Attempt> {
  const database = await kind.create();
  await database.execute(CREATE_COUNTER);
  await database.execute('insert into counter (id, n) values (1, 0)');
  const opened = openKysely(database, Array(STEPS).fill(TRIVIAL), mode === 'plan');
  return {
    run: () => opened.up(),
    end: async () => {
      await opened.close();
      await end(database);
    },
  };
}

async function byHand(kind: DatabaseKind, mode: Mode): Promise<Attempt> {
  const database = await kind.create();
  const driver = await openByHand(database);
  await driver.batch(`${CREATE_COUNTER}; insert into counter (id, n) values (1, 0); ${BOOKKEEPING}`);
  return {
    run: () => (mode === 'plan' ? together(driver, allSteps) : each(driver)),
    end: async () => {
      await driver.close();
      await end(database);
    },
  };
}

async function each(driver: Driver): Promise<void> {
  for (let version = 2; version <= STEPS + 1; version += 1) {
    await together(driver, () => stepByHand(driver, version, TRIVIAL));
  }
}

async function allSteps(driver: Driver): Promise<void> {
  for (let version = 2; version <= STEPS + 1; version += 1) await stepByHand(driver, version, TRIVIAL);
}

async function together(driver: Driver, work: (driver: Driver) => Promise<void>): Promise<void> {
  await driver.send('begin');
  await work(driver);
  await driver.send('commit');
}

async function end(database: TestDatabase): Promise<void> {
  const [row] = await database.execute<{ n: number }>('select n from counter');
  await database.drop();
  if (row?.n !== STEPS) throw new Error(`the counter is at ${row?.n} after ${STEPS} steps`);
}
