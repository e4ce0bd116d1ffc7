import { existsSync, rmSync } from 'node:fs';
import { expect, test } from '@jest/globals';
import { defineEntity, p } from '@mikro-orm/core';
import { doubleDump, dump, move, restore } from '../../../lib/dump/index.ts';
import { pglite, postgresql, sqliteFile } from '../../support/databases.ts';
import { filesOf, newFolder, schemaOn, type Modules } from '../releases.ts';

/** A column type that SQLite takes, as it takes any, and PostgreSQL does not have. */
const strange = (): Modules => [
  {
    Barn: defineEntity({
      name: 'Barn',
      properties: { id: p.integer().primary(), name: p.string().columnType('clob') },
    }),
  },
];
/** Tables in a namespace, which SQLite does not have. */
const spread = (): Modules => [
  { Barn: defineEntity({ name: 'Barn', schema: 'farm', properties: { id: p.integer().primary() } }) },
];
/** Tables with names of which PostgreSQL keeps the beginning. */
const long = (...ends: readonly string[]): Modules => [
  Object.fromEntries(
    ends.map(end => [
      end,
      defineEntity({
        name: end,
        tableName: `${'barn'.padEnd(63, '_')}${end}`,
        properties: { id: p.integer().primary(), name: p.string().fieldName(`${'name'.padEnd(63, '_')}é`) },
      }),
    ]),
  ),
];
const refusal = {
  code: 'RESTORE_REFUSED',
  message: expect.stringMatching(/cannot have the storage of version 1: .+Nothing was written/s),
};

test('a new PostgreSQL database is not created for a storage that the server refuses, and no row is read', async () => {
  await using source = await sqliteFile.create();
  await using server = await postgresql.create();
  const schema = await schemaOn(source, strange());
  await schema.upgrade();
  await source.execute(`insert into barn values (1, 'North')`);
  const folder = newFolder();
  await dump(schema, folder);
  const dbName = `dejavu_absent_${process.pid}`;
  const target = await server.orm([], { dbName });
  const read: unknown[] = [];
  const onProgress = (progress: unknown) => void read.push(progress);
  await expect(move(schema, target, { onProgress })).rejects.toMatchObject(refusal);
  const there = await schemaOn({ ...server, orm: async entities => server.orm(entities, { dbName }) }, strange());
  await expect(restore(there, folder, { onProgress })).rejects.toMatchObject(refusal);
  expect(read).toEqual([]);
  expect(await server.execute(`select datname from pg_database where datname = '${dbName}'`)).toEqual([]);

  const forbidden = await server.orm([], { dbName, ensureDatabase: false });
  await expect(move(schema, forbidden, { onProgress })).rejects.toMatchObject({ code: 'DATABASE_UNAVAILABLE' });
  expect(read).toEqual([]);
});

test('tables whose names PostgreSQL cuts are restored there and back, and two that it takes for one are refused at once', async () => {
  await using source = await sqliteFile.create();
  await using server = await postgresql.create();
  await using back = await sqliteFile.create();
  const folders = [newFolder(), newFolder(), newFolder(), newFolder()] as const;
  const schema = await schemaOn(source, long('North'));
  await schema.upgrade();
  await source.execute(`insert into "${'barn'.padEnd(63, '_')}North" values (1, 'hay')`);
  await dump(schema, folders[0]);
  const there = await schemaOn(server, long('North'));
  expect(await restore(there, folders[0])).toMatchObject({ rows: 1 });
  await dump(there, folders[1]);
  const again = await schemaOn(back, long('North'));
  expect(await restore(again, folders[1])).toMatchObject({ rows: 1 });
  await dump(again, folders[2]);
  expect(filesOf(folders[2])).toEqual(filesOf(folders[0]));

  await using twin = await sqliteFile.create();
  await using other = await postgresql.create();
  const twins = await schemaOn(twin, long('North', 'South'));
  await twins.upgrade();
  await dump(twins, folders[3]);
  await expect(restore(await schemaOn(other, long('North', 'South')), folders[3])).rejects.toMatchObject(refusal);
  await expect(move(twins, await other.orm([]))).rejects.toMatchObject(refusal);
});

test('a new SQLite file is not created for a storage that SQLite refuses, and no row is read', async () => {
  await using source = await postgresql.create();
  await using file = await sqliteFile.create();
  const schema = await schemaOn(source, spread());
  await schema.upgrade();
  await source.execute('insert into farm.barn values (1)');
  const folder = newFolder();
  await dump(schema, folder);
  rmSync(file.address as string, { force: true });
  const read: unknown[] = [];
  const onProgress = (progress: unknown) => void read.push(progress);
  await expect(move(schema, await file.orm([]), { onProgress })).rejects.toMatchObject(refusal);
  await expect(restore(await schemaOn(file, spread()), folder, { onProgress })).rejects.toMatchObject(refusal);
  expect(read).toEqual([]);
  expect(existsSync(file.address as string)).toBe(false);
});

test('the double dump test has its scratch databases on PGlite too, with no trace in the database itself', async () => {
  await using database = await pglite.create();
  const modules = [
    { Barn: defineEntity({ name: 'Barn', properties: { id: p.integer().primary(), name: p.string() } }) },
  ];
  const schema = await schemaOn(database, modules);
  await schema.upgrade();
  await database.execute(`insert into barn (name) values ('North'), ('South')`);
  const report = await doubleDump(schema);
  expect(report.checks.map(({ check }) => check)).toEqual(['again', 'storage', 'new storage']);
  expect(report.isEqual).toBe(true);
  expect(await database.execute('select count(*)::int as n from barn')).toEqual([{ n: 2 }]);
});
