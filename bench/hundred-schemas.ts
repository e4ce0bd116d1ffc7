import { defineEntity, p } from '@mikro-orm/sql';
import { upgradeAll } from '../lib/index.ts';
import type { DatabaseKind } from '../spec/support/databases.ts';
import { record } from '../spec/support/recorder.ts';
import { schemaClass } from '../spec/support/schemas.ts';
import { openByHand } from './by-hand.ts';
import type { Attempt, Race } from './harness.ts';
import { CREATE_COUNTER, counter, withMigrations } from './subjects.ts';

const SCHEMAS = 100;
const TIMES = 20;
const numbers = Array.from({ length: SCHEMAS }, (_, index) => index);

/** A boot of an application with a hundred modules that finds nothing to do. The Migrator has one list for all of them. */
export async function hundredSchemas(kind: DatabaseKind): Promise<Race> {
  const counted = await ours(kind);
  await counted.end();
  return {
    what: `upgradeAll of ${SCHEMAS} Schemas with nothing to do`,
    on: kind.name,
    ours: () => ours(kind),
    byHand: () => byHand(kind),
    migrator: () => migrator(kind),
    times: TIMES,
    rounds: 3,
    budget: `1 statement: ${counted.statements}`,
  };
}

async function ours(kind: DatabaseKind): Promise<Attempt & { readonly statements: number }> {
  const database = await kind.create();
  const orm = await database.orm(
    numbers.map(number => defineEntity({ name: `Entity${number}`, properties: { id: p.integer().primary() } })),
  );
  const schemas = numbers.map(number => {
    const dependsOn = number > 0 ? { [`module${number - 1}`]: 1 } : {};
    const members = { guid: `module${number}`, entities: [`Entity${number}`], dependsOn };
    return new (schemaClass(members, { name: `Module${number}` }))(orm);
  });
  await upgradeAll(schemas);
  const recording = await record(orm);
  await upgradeAll(schemas);
  recording.stop();
  return {
    statements: recording.statements.length,
    run: () => repeat(() => upgradeAll(schemas)),
    end: () => database.drop(),
  };
}

async function byHand(kind: DatabaseKind): Promise<Attempt> {
  const database = await kind.create();
  const driver = await openByHand(database);
  await driver.batch('create table deployed (guid varchar(255) primary key, version integer not null)');
  await driver.batch(`insert into deployed values ${numbers.map(number => `('module${number}', 1)`).join(', ')}`);
  const sql = `select * from deployed where guid in (${numbers.map(number => `'module${number}'`).join(', ')})`;
  return {
    run: () => repeat(() => driver.send(sql)),
    end: async () => {
      await driver.close();
      await database.drop();
    },
  };
}

async function migrator(kind: DatabaseKind): Promise<Attempt> {
  const database = await kind.create();
  const orm = await database.orm(counter(), withMigrations([[CREATE_COUNTER]]));
  await orm.migrator.up();
  return { run: () => repeat(() => orm.migrator.up()), end: () => database.drop() };
}

async function repeat(boot: () => Promise<unknown>): Promise<void> {
  for (let n = 0; n < TIMES; n += 1) await boot();
}
