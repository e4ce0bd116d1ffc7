import { existsSync } from 'node:fs';
import { expect, test } from '@jest/globals';
import { defineEntity, p } from '@mikro-orm/core';
import { dump, move, restore } from '../../../lib/dump/index.ts';
import { postgresql, sqliteFile, type TestDatabase } from '../../support/databases.ts';
import { newFolder, rowsIn, schemaOn, type Modules } from '../releases.ts';

function farm(): Modules {
  const Barn = defineEntity({ name: 'Barn', properties: { id: p.integer().primary() } });
  const Cow = defineEntity({
    name: 'Cow',
    checks: [{ name: 'cow_age', expression: 'age >= 0' }],
    properties: {
      id: p.integer().primary(),
      barn: () => p.manyToOne(Barn),
      mother: () => p.manyToOne(Cow).nullable(),
      age: p.integer().default(0),
    },
  });
  return [{ Barn, Cow }];
}

const NEXT = 'Correct or delete these rows, and dump again.';

async function refusals(database: TestDatabase): Promise<string> {
  const schema = await schemaOn(database, farm());
  const folder = newFolder();
  const refused = { code: 'TARGET_INVALID', message: expect.stringContaining(NEXT) };
  const error = await dump(schema, folder).then(
    () => undefined,
    (thrown: unknown) => thrown as Error,
  );
  expect(error).toMatchObject(refused);
  expect(existsSync(folder)).toBe(false);
  await using target = await sqliteFile.create();
  await expect(move(schema, await target.orm([]))).rejects.toMatchObject(refused);
  expect(await target.execute('select name from sqlite_master')).toEqual([]);
  return error?.message ?? '';
}

test('rows that SQLite took while foreign keys were off are named before a dump of them is written', async () => {
  await using database = await sqliteFile.create();
  await (await schemaOn(database, farm())).upgrade();
  await database.execute('insert into barn (id) values (1)');
  const broken = new (await import('better-sqlite3')).default(database.address);
  broken.pragma('foreign_keys = off');
  broken.exec('insert into cow (id, barn_id, mother_id) values (1, 1, null), (2, 9, null), (3, 1, 8)');
  broken.close();
  const message = await refusals(database);
  expect(message).toContain('1 row of cow with a barn_id that no row of barn has.');
  const [, sql = ''] = /barn has\. List them: (.+?)\. /.exec(message) ?? [];
  expect(await database.execute(sql)).toMatchObject([{ id: 2, barn_id: 9 }]);
  expect(message).toContain('1 row of cow with a mother_id that no row of cow has.');
  // What is left out, or becomes null, is no matter.
  const folder = newFolder();
  await dump(await schemaOn(database, farm()), folder, { except: { Cow: 'broken' } });
  await database.execute('delete from cow where id <> 1');
  await dump(await schemaOn(database, farm()), newFolder());
});

test('rows whose foreign key has two columns are counted where both together lead to no row', async () => {
  const Stall = defineEntity({
    name: 'Stall',
    properties: { barn: p.integer().primary(), number: p.integer().primary() },
  });
  const Horse = defineEntity({
    name: 'Horse',
    properties: { id: p.integer().primary(), stall: () => p.manyToOne(Stall).nullable() },
  });
  await using database = await sqliteFile.create();
  const schema = await schemaOn(database, [{ Stall, Horse }]);
  await schema.upgrade();
  await database.execute('insert into stall (barn, number) values (1, 1), (1, 2), (2, 1)');
  const broken = new (await import('better-sqlite3')).default(database.address);
  broken.pragma('foreign_keys = off');
  const rows = '(1, 1, 1), (2, 1, 2), (3, 2, 2), (4, 3, 1), (5, null, null), (6, null, 9), (7, 9, null)';
  broken.exec(`insert into horse (id, stall_barn, stall_number) values ${rows}`);
  broken.close();
  await expect(dump(schema, newFolder())).rejects.toMatchObject({
    code: 'TARGET_INVALID',
    message: expect.stringContaining('2 rows of horse with a stall_barn, stall_number that no row of stall has.'),
  });
  await database.execute('delete from horse where id in (3, 4)');
  await expect(dump(schema, newFolder())).resolves.toMatchObject({ rows: 8 });
});

test('rows that PostgreSQL keeps under constraints that are not valid are named before a dump of them is written', async () => {
  await using database = await postgresql.create();
  await using target = await postgresql.create();
  await (await schemaOn(database, farm())).upgrade();
  await database.execute('insert into barn (id) values (1)');
  await database.execute('alter table cow drop constraint cow_barn_id_foreign, drop constraint cow_age');
  await database.execute('alter table cow alter barn_id drop not null');
  await database.execute('insert into cow (id, barn_id, age) values (1, 1, 1), (2, 9, 1), (3, null, 1), (4, 1, -1)');
  await database.execute(
    'alter table cow add constraint cow_barn_id_foreign foreign key (barn_id) references barn (id) not valid, add constraint cow_age check (age >= 0) not valid',
  );
  const message = await refusals(database);
  expect(message).toMatch(
    /1 row of cow with a barn_id that no row of barn has\. List them: .+? Then run: alter table .*cow.* validate constraint .*cow_barn_id_foreign/,
  );
  expect(message).toContain('1 row of cow without barn_id, which is never null.');
  expect(message).toContain('1 row of cow against the check cow_age.');
  // Once the rows are right, it does not matter that no constraint was validated.
  await database.execute('delete from cow where id > 1');
  const folder = newFolder();
  await dump(await schemaOn(database, farm()), folder);
  expect(rowsIn(folder, 'cow')).toEqual(['[1,1,null,1]']);
  expect(await restore(await schemaOn(target, farm()), folder)).toMatchObject({ rows: 2, drift: [] });
});
