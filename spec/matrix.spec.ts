import { afterAll, afterEach, beforeAll, describe, expect, test } from '@jest/globals';
import { Step } from '../lib/operations/step.ts';
import { databases, type Entities, type TestDatabase } from './support/databases.ts';
import { kinds, trials, tryOut, type KindName } from './support/matrix.ts';
import { photograph } from './support/life/rows.ts';

/** What a step offers beside operations. */
const others = ['constructor', 'version', 'em', 'before', 'after', 'signal', 'execute', 'progress'];

test('every operation of a step is in the matrix', () => {
  const offered = Object.getOwnPropertyNames(Step.prototype).filter(name => !others.includes(name));
  expect(Object.keys(trials).toSorted()).toEqual(offered.toSorted());
});

// in memory and in a file SQLite does the same with a table
for (const kind of databases.filter(({ name }) => name !== 'sqlite file')) {
  describe(`on ${kind.name}`, () => {
    let database: TestDatabase;
    const fresh = new Map<unknown, Partial<Record<KindName, unknown>>>();
    beforeAll(async () => {
      database = await kind.create({ pool: 2 });
    });
    afterEach(() => empty(database));
    afterAll(() => database.drop());

    for (const [operation, trial] of Object.entries(trials)) {
      for (const name of Object.keys(kinds) as KindName[]) {
        test(`${operation} of a ${name} column, rows and all`, async () => {
          const column = kinds[name];
          const left = await tryOut(database, trial, column);
          expect(left).toEqual(trial.left(column) ?? [undefined, undefined]);

          const { storage } = await photograph(database);
          // many operations lead to the same entities
          const known = fresh.get(trial.after) ?? {};
          fresh.set(trial.after, known);
          known[name] ??= await freshStorage(database, trial.after(column));
          expect(storage).toEqual(known[name]);
        });
      }
    }
  });
}

/** What MikroORM makes of entities in an empty database. */
async function freshStorage(database: TestDatabase, entities: Entities): Promise<unknown> {
  await empty(database);
  const orm = await database.orm(entities);
  await orm.schema.create();
  await orm.close(true);
  return (await photograph(database)).storage;
}

/** Drops whatever is there: a new database for each cell would take most of the time. */
async function empty(database: TestDatabase): Promise<void> {
  if (database.dialect === 'postgresql') {
    await database.execute('drop schema public cascade; create schema public');
    return;
  }
  const tables = await database.execute<{ name: string }>(
    `select name from sqlite_master where type = 'table' and name not like 'sqlite%'`,
  );
  await database.execute('pragma foreign_keys = off');
  for (const { name } of tables) await database.execute(`drop table "${name}"`);
}
