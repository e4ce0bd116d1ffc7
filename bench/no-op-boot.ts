import { Umzug, type UmzugStorage } from 'umzug';
import type { MikroORM } from '@mikro-orm/sql';
import type { DatabaseKind } from '../spec/support/databases.ts';
import { record } from '../spec/support/recorder.ts';
import { BOOKKEEPING, openByHand } from './by-hand.ts';
import type { Attempt, Race } from './harness.ts';
import { kyselyName, openKysely } from './kysely-migrator.ts';
import { CREATE_COUNTER, counter, LaterSchema, STEPS, TRIVIAL, withMigrations } from './subjects.ts';

// Enough for Node.js to have compiled what runs: a boot that is warm.
const TIMES = 400;

/** A boot that finds nothing to do, with a thousand steps behind it. */
export async function noOpBoot(kind: DatabaseKind): Promise<Race> {
  return {
    what: `boot with nothing to do, ${STEPS} steps known`,
    on: kind.name,
    ours: () => ours(kind),
    byHand: () => byHand(kind),
    migrator: () => migrator(kind),
    peers: { Kysely: () => kysely(kind), Umzug: () => umzug(kind) },
    times: TIMES,
    rounds: 3,
    budget: `1 statement: ${await statements(ours(kind))}; Migrator ${await statements(migrator(kind))}`,
  };
}

interface Boot extends Attempt {
  readonly orm: MikroORM;
  boot(): Promise<unknown>;
}

async function ours(kind: DatabaseKind): Promise<Boot> {
  const database = await kind.create();
  const orm = await database.orm(counter());
  await new LaterSchema(orm).upgrade();
  // each boot has a Schema of its own, as a process would
  const boot = () => new LaterSchema(orm).upgrade();
  return { orm, boot, run: () => repeat(boot), end: () => database.drop() };
}

async function migrator(kind: DatabaseKind): Promise<Boot> {
  const database = await kind.create();
  const trivial = Array.from({ length: STEPS }, () => [TRIVIAL]);
  const orm = await database.orm(counter(), withMigrations([[CREATE_COUNTER], ...trivial]));
  const boot = () => orm.migrator.up();
  await boot();
  return { orm, boot, run: () => repeat(boot), end: () => database.drop() };
}

async function kysely(kind: DatabaseKind): Promise<Attempt> {
  const database = await kind.create();
  const first = openKysely(database, [CREATE_COUNTER]);
  await first.up();
  await first.close();
  // As if it had run them, later: on SQLite it would commit each by itself.
  const ran = Array.from({ length: STEPS }, (_, index) => `('${kyselyName(index + 2)}', '9999')`);
  await database.execute(`insert into kysely_migration (name, timestamp) values ${ran.join(', ')}`);
  const opened = openKysely(database, [CREATE_COUNTER, ...Array<string>(STEPS).fill(TRIVIAL)]);
  return {
    run: () => repeat(() => opened.up()),
    end: async () => {
      await opened.close();
      await database.drop();
    },
  };
}

async function umzug(kind: DatabaseKind): Promise<Attempt> {
  const database = await kind.create();
  const driver = await openByHand(database);
  await driver.batch('create table ran (name text primary key)');
  const names = Array.from({ length: STEPS }, (_, index) => kyselyName(index + 1));
  const migrations = names.map(name => ({ name, up: async () => void (await driver.send(TRIVIAL)) }));
  await driver.batch(`insert into ran (name) values ${names.map(name => `('${name}')`).join(', ')}`);
  // The lightest storage there can be: a table read by the driver itself.
  const storage: UmzugStorage = {
    executed: async () =>
      (await driver.send('select name from ran order by name')).map(row => (row as { name: string }).name),
    logMigration: async ({ name }) => void (await driver.send('insert into ran (name) values ($1)', name)),
    unlogMigration: async ({ name }) => void (await driver.send('delete from ran where name = $1', name)),
  };
  return {
    run: () => repeat(() => new Umzug({ migrations, storage, logger: undefined }).up()),
    end: async () => {
      await driver.close();
      await database.drop();
    },
  };
}

async function byHand(kind: DatabaseKind): Promise<Attempt> {
  const database = await kind.create();
  const driver = await openByHand(database);
  await driver.batch(BOOKKEEPING);
  return {
    run: () => repeat(() => driver.send('select * from deployed where guid = $1', 'bench')),
    end: async () => {
      await driver.close();
      await database.drop();
    },
  };
}

async function repeat(boot: () => Promise<unknown>): Promise<void> {
  for (let n = 0; n < TIMES; n += 1) await boot();
}

/** Counts what one boot sends, on an ORM that is connected. */
async function statements(place: Promise<Boot>): Promise<number> {
  const opened = await place;
  const recording = await record(opened.orm);
  await opened.boot();
  recording.stop();
  await opened.end();
  return recording.statements.length;
}
