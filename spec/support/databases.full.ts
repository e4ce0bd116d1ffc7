import { afterEach, describe, expect, test } from '@jest/globals';
import { defineEntity, p } from '@mikro-orm/core';
import {
  type DatabaseOptions,
  databases,
  openOrm,
  pglite,
  postgresql,
  sqliteFile,
  type TestDatabase,
} from './databases.ts';

const keepers = () => ({
  Keeper: defineEntity({ name: 'Keeper', properties: { id: p.integer().primary(), name: p.string() } }),
});

let open: TestDatabase[] = [];

afterEach(async () => {
  for (const database of open) await database.drop();
  open = [];
});

async function created(kind = sqliteFile, options?: DatabaseOptions) {
  const database = await kind.create(options);
  open.push(database);
  return database;
}

test.each([...databases, pglite])('what one ORM wrote to $name, the next reads after it was closed', async kind => {
  const database = await created(kind);
  const first = keepers();
  const orm = await database.orm(first);
  await orm.schema.create();
  const em = orm.em.fork();
  em.create(first.Keeper, { id: 1, name: "O'Hara ?" });
  await em.flush();
  await orm.close(true);

  const second = keepers();
  const later = await database.orm(second);
  const keeper = await later.em.fork().findOneOrFail(second.Keeper, 1);
  expect(keeper.name).toBe("O'Hara ?");
  expect(await database.execute('select name from keeper')).toEqual([{ name: "O'Hara ?" }]);
});

describe.each(databases)('$name', kind => {
  test('raw SQL goes past the ORMs, one statement or several', async () => {
    const database = await created(kind);
    await database.execute('create table a (n integer); insert into a values (1); insert into a values (2)');
    expect(await database.execute('select n from a order by n')).toEqual([{ n: 1 }, { n: 2 }]);
    const marker = kind.dialect === 'sqlite' ? '?' : '$1';
    expect(await database.execute(`select n from a where n = ${marker}`, [2])).toEqual([{ n: 2 }]);
    await expect(database.execute('select * from nowhere')).rejects.toThrow(/nowhere/);
  });

  test('a new database is empty, whatever its neighbour holds', async () => {
    const [one, other] = [await created(kind), await created(kind)];
    await one.execute('create table hers (n integer)');
    await expect(other.execute('select n from hers')).rejects.toThrow(/hers/);
  });

  test('dropping twice is as good as once', async () => {
    const database = await kind.create();
    await database.orm(keepers());
    await database.drop();
    await database.drop();
    await expect(database.execute('select 1')).rejects.toThrow(/not open|does not exist|closed|directory/);
  });
});

test('a pool of one is a pool of one', async () => {
  const orm = await (await created(postgresql, { pool: 1 })).orm(keepers());
  const pool = await orm.em.getConnection().getNativeClient();
  expect(pool).toMatchObject({ options: { max: 1 } });
});

test('a SQLite file keeps a write-ahead log when asked to', async () => {
  const database = await created(sqliteFile, { wal: true });
  expect(await database.execute('pragma journal_mode')).toEqual([{ journal_mode: 'wal' }]);
  expect(await (await created(sqliteFile)).execute('pragma journal_mode')).toEqual([{ journal_mode: 'delete' }]);
});

test.each([sqliteFile, postgresql])('another process finds a $name by its address', async kind => {
  const database = await created(kind);
  await database.execute('create table a (n integer)');
  const orm = await openOrm(database.address ?? '', keepers());
  try {
    expect(await orm.em.execute('select n from a')).toEqual([]);
  } finally {
    await orm.close(true);
  }
});
