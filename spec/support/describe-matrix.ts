import { afterAll, afterEach, beforeAll, describe, expect, test } from '@jest/globals';
import { databases, type Entities, type TestDatabase } from './databases.ts';
import { kinds, trials, tryOut, type KindName } from './matrix.ts';
import { photograph } from './life/rows.ts';

/**
 * Declares the tests of operations with kinds of columns, rows and all.
 *
 * @param isTried says which of the cells are declared, by the numbers of the operation and of the kind of column
 */
export function describeMatrix(isTried: (operation: number, column: number) => boolean): void {
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

      for (const [nth, [operation, trial]] of Object.entries(trials).entries()) {
        for (const name of (Object.keys(kinds) as KindName[]).filter((_, column) => isTried(nth, column))) {
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
