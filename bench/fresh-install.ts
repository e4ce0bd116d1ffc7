import type { DatabaseKind, TestDatabase } from '../spec/support/databases.ts';
import { BOOKKEEPING, openByHand } from './by-hand.ts';
import type { Attempt, Budget, Race } from './harness.ts';
import { FirstSchema, manyTables, TABLES, withMigrations } from './subjects.ts';

/** The first boot of all, on an empty database. */
export async function freshInstall(kind: DatabaseKind, budget: Budget): Promise<Race> {
  const sql = await storageSql(kind);
  return {
    what: `fresh install of ${TABLES} tables`,
    on: kind.name,
    ours: () => ours(kind),
    byHand: () => byHand(kind, sql),
    migrator: () => migrator(kind, sql),
    rounds: 5,
    budget,
  };
}

async function ours(kind: DatabaseKind): Promise<Attempt> {
  const database = await kind.create();
  const orm = await database.orm(manyTables());
  await orm.connect();
  return { run: () => new FirstSchema(orm).upgrade(), end: () => end(database) };
}

async function byHand(kind: DatabaseKind, sql: readonly string[]): Promise<Attempt> {
  const database = await kind.create();
  const driver = await openByHand(database);
  return {
    run: () => driver.batch(`begin; ${BOOKKEEPING}; ${sql.join('\n')} commit`),
    end: async () => {
      await driver.close();
      await end(database);
    },
  };
}

/** With one migration that has it all, as `migration:create --initial` writes it. */
async function migrator(kind: DatabaseKind, sql: readonly string[]): Promise<Attempt> {
  const database = await kind.create();
  const orm = await database.orm(manyTables(), withMigrations([sql]));
  await orm.connect();
  return { run: () => orm.migrator.up(), end: () => end(database) };
}

async function storageSql(kind: DatabaseKind): Promise<readonly string[]> {
  const database = await kind.create();
  const orm = await database.orm(manyTables());
  const sql = await orm.schema.getCreateSchemaSQL({ wrap: false });
  await database.drop();
  return sql.split('\n').filter(line => line.trim() !== '');
}

async function end(database: TestDatabase): Promise<void> {
  const [row] = await database.execute<{ n: number | string }>(
    database.dialect === 'sqlite'
      ? `select count(*) as n from sqlite_master where type = 'table' and name like 'thing%'`
      : `select count(*) as n from pg_tables where tablename like 'thing%'`,
  );
  await database.drop();
  if (Number(row?.n) !== TABLES) throw new Error(`${row?.n} of ${TABLES} tables are there`);
}
