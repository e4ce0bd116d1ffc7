import { describe, expect, test } from '@jest/globals';
import {
  configurationOf,
  connectionTo,
  hasOwnDialect,
  isConnected,
  nativeClientOf,
  openAgain,
  optionsOf,
} from '../../lib/mikro-orm/connection-parts.ts';
import { primaryOf } from '../../lib/store/connection.ts';
import { databases, nodeSqlite, postgresql, sqliteFile } from '../support/databases.ts';

describe.each(databases)('$name', kind => {
  test('a connection shows what it was made from, and whether it is open', async () => {
    await using database = await kind.create();
    const orm = await database.orm([]);
    const connection = primaryOf(orm);
    expect(configurationOf(connection)).toBe(orm.config);
    expect(optionsOf(connection)).toHaveProperty('dbName');
    await connection.ensureConnection();
    expect(isConnected(connection)).toBe(true);
    openAgain(connection);
    expect(isConnected(connection)).toBe(false);
    expect(await connection.execute('select 1 as one')).toEqual([{ one: 1 }]);
  });
});

test('a connection like another one leads to another database, and the first stays where it is', async () => {
  await using database = await postgresql.create();
  const connection = primaryOf(await database.orm([]));
  const other = connectionTo(connection, 'postgres');
  await other.connect({ skipOnConnect: true });
  const name = 'select current_database() as name';
  expect(await other.execute(name)).toEqual([{ name: 'postgres' }]);
  expect(await connection.execute(name)).toEqual([{ name: new URL(database.address ?? '').pathname.slice(1) }]);
  await other.close();
  expect(isConnected(connection)).toBe(true);
});

test('the native client is there where MikroORM made it, and nowhere else', async () => {
  await using file = await sqliteFile.create();
  await using own = await nodeSqlite.create();
  const [made, unmade] = [await file.orm([]), await own.orm([])];
  expect(await nativeClientOf(primaryOf(made))).toMatchObject({ name: file.address, inTransaction: false });
  expect(await nativeClientOf(primaryOf(unmade))).toBeUndefined();
  expect([made, unmade].map(orm => hasOwnDialect(orm.config))).toEqual([false, true]);
});

test('a part that is gone is named', () => {
  const gone = {} as never;
  expect(() => configurationOf(gone)).toThrow(/^MikroORM 7\.\d+\.\d+ no longer has Connection\.config/);
  expect(() => optionsOf(gone)).toThrow('no longer has Connection.options');
  expect(() => isConnected(gone)).toThrow('no longer has Connection.connected');
  expect(() => openAgain(gone)).toThrow('no longer has Connection.connected');
});
