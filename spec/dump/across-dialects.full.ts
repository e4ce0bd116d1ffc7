import { expect, test } from '@jest/globals';
import { defineEntity, p } from '@mikro-orm/core';
import { dump, move, restore } from '../../lib/dump/index.ts';
import { postgresql, sqliteMemory } from '../support/databases.ts';
import { everyType, filesOf, newFolder, rowsIn, schemaOn } from './releases.ts';

test('from SQLite to PostgreSQL and back: three dumps are one', async () => {
  await using lite = await sqliteMemory.create();
  await using server = await postgresql.create();
  await using back = await sqliteMemory.create();
  const first = await schemaOn(lite, [everyType()]);
  await first.upgrade();
  await lite.execute(
    `insert into thing (id, big, small, flag, single, double, money, word, text, code, at, local, day, time, span, json, list, uuid, bytes, kind, kinds, home_city, home_since, away, parent_id) values ` +
      `(1, -9223372036854775808, 32767, 0, -0.5, 5e-324, -0.0001, '', 'a''b\\"c', 'é', -1, 1509239766123, '0044-03-15 BC', '00:00:00', 'P1Y-2DT3H4M5.5S', '[]', '', '00000000-0000-0000-0000-000000000000', x'', 'b', 'b', null, 0, 'null', 2), ` +
      `(2, 9007199254740993, -1, 1, 3.4028235e38, 1.7976931348623157e308, 12.3, '\u{1F418}', char(10, 9, 1, 127), 'abc', 253402300799999, null, '10000-01-01', '23:59:59', 'PT0S', '{"a":"x y","b":[1,null,0.5]}', 'x,,y', 'b2a7d9a4-0f5c-4f1e-9d7e-2d1f5f3b0c11', x'00ff', 'a', 'a,b', 'Köln', null, '{"city":"Rom"}', 1), ` +
      `(3, null, null, null, null, null, null, null, null, null, null, null, null, null, null, null, null, null, null, null, null, null, null, null, null)`,
  );
  const folders = [newFolder(), newFolder(), newFolder()] as const;
  await dump(first, folders[0]);
  const second = await schemaOn(server, [everyType()]);
  expect(await restore(second, folders[0])).toMatchObject({ rows: 3, drift: [] });
  await dump(second, folders[1]);
  const third = await schemaOn(back, [everyType()]);
  await restore(third, folders[1]);
  await dump(third, folders[2]);
  expect(rowsIn(folders[1], 'thing')).toEqual(rowsIn(folders[0], 'thing'));
  expect(filesOf(folders[1])).toEqual(filesOf(folders[0]));
  expect(filesOf(folders[2])).toEqual(filesOf(folders[0]));
  // What is computed was computed again.
  expect(await server.execute('select twice from thing order by id')).toEqual([
    { twice: 65_534 },
    { twice: -2 },
    { twice: null },
  ]);
});

test('what the other database has no room for is said before anything is written', async () => {
  await using lite = await sqliteMemory.create();
  await using server = await postgresql.create();
  const first = await schemaOn(lite, [everyType()]);
  await first.upgrade();
  await lite.execute(
    `insert into thing (id, big, word, day, uuid, at) values (1, 'many', 'ok', '2024-02-30', 'B2A7D9A4-0F5C-4F1E-9D7E-2D1F5F3B0C11', 0), ` +
      `(2, 5, 'a' || char(0), null, null, '2024-02-29 12:00:00'), (3, 'more', '${'x'.repeat(256)}', null, null, 'soon')`,
  );
  const folder = newFolder();
  await dump(first, folder);
  const second = await schemaOn(server, [everyType()]);
  await expect(restore(second, folder)).rejects.toMatchObject({
    code: 'RESTORE_REFUSED',
    misfits: [
      { table: 'thing', column: 'big', key: '1', rows: 2 },
      { table: 'thing', column: 'day', key: '1', rows: 1 },
      { table: 'thing', column: 'uuid', key: '1', rows: 1 },
      { table: 'thing', column: 'word', key: '2', rows: 1 },
      { table: 'thing', column: 'word', key: '3', rows: 1 },
      { table: 'thing', column: 'at', key: '3', rows: 1 },
    ],
  });
  expect(await server.execute(`select count(*)::int as n from pg_class where relname = 'thing'`)).toEqual([{ n: 0 }]);
});

test('a column type that the other engine does not have is said before any row is read', async () => {
  await using lite = await sqliteMemory.create();
  await using server = await postgresql.create();
  const note = () => ({
    Note: defineEntity({
      name: 'Note',
      properties: { id: p.integer().primary(), text: p.string().columnType('nvarchar(40)') },
    }),
  });
  const first = await schemaOn(lite, [note()]);
  await first.upgrade();
  await lite.execute(`insert into note (id, text) values (1, 'a')`);
  const phases: string[] = [];
  const refused = {
    code: 'RESTORE_REFUSED',
    message: expect.stringMatching(
      /cannot have the storage of version 1: type "nvarchar" does not exist, in `create table "note" .*Nothing was written/,
    ),
  };
  await expect(
    move(first, await server.orm([]), { onProgress: ({ phase }) => phases.push(phase) }),
  ).rejects.toMatchObject(refused);
  const folder = newFolder();
  await dump(first, folder);
  const second = await schemaOn(server, [note()]);
  await expect(restore(second, folder, { onProgress: ({ phase }) => phases.push(phase) })).rejects.toMatchObject(
    refused,
  );
  expect(phases).toEqual([]);
  expect(
    await server.execute(`select count(*)::int as n from pg_class where relname in ('note', 'deployed_version')`),
  ).toEqual([{ n: 0 }]);
});
