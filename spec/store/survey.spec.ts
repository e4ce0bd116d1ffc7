import { expect, test } from '@jest/globals';
import { defineEntity, p } from '@mikro-orm/core';
import { sqliteMemory } from '../support/databases.ts';
import { schemaClass } from '../support/schemas.ts';

const summer = () => [
  defineEntity({ name: 'Summer', tableName: 'été', properties: { id: p.integer().primary() } }),
  defineEntity({ name: 'Animal', tableName: 'Animal', properties: { id: p.integer().primary() } }),
];

test('on SQLite a table is the entity’s own in another letter case of A to Z, and a stranger in one of É', async () => {
  await using database = await sqliteMemory.create();
  await database.execute('create table "ÉTÉ" (id integer primary key)');
  const zoo = new (schemaClass({ latest: 1 }))(await database.orm(summer()));
  await expect(zoo.upgrade()).rejects.toMatchObject({ code: 'VERSION_MISSING', ownTables: [], otherTables: ['ÉTÉ'] });
  await database.execute('create table animal (id integer primary key)');
  await expect(zoo.upgrade()).rejects.toMatchObject({ code: 'VERSION_MISSING', ownTables: ['Animal'] });
  await database.execute('drop table animal');
  await zoo.upgrade({ install: true });
  expect(await database.execute(`select name from sqlite_master where name in ('été', 'ÉTÉ') order by name`)).toEqual([
    { name: 'ÉTÉ' },
    { name: 'été' },
  ]);
});
