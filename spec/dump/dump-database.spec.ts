import { existsSync, mkdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { defineEntity, p } from '@mikro-orm/core';
import { dump } from '../../lib/dump/index.ts';
import { postgresql, sqliteFile, sqliteMemory, type TestDatabase } from '../support/databases.ts';
import { createRole } from '../support/roles.ts';
import { everyType, filesOf, newFolder, rowsIn, schemaOn } from './releases.ts';

const NOTHING = `[1${',null'.repeat(24)}]`;
const EVERYTHING = [
  `2,9007199254740993,-1,true,0.1,1e+21,"12.3000","Zoë \\"q\\" \\\\","🐘\u2028","abc","2017-10-29 01:16:06.123",null`,
  `"1899-12-31","12:34:57","P1DT2H",[{"a":"x y","b":[1,null,0.5]}],["x","y"],"b2a7d9a4-0f5c-4f1e-9d7e-2d1f5f3b0c11"`,
  `"00ff","a",["a","b"],"Köln",null,[{"city":"Rom"}],1`,
].join();

describe.each([sqliteMemory, postgresql])('dump() on $name', kind => {
  let database: TestDatabase;
  let schema: Awaited<ReturnType<typeof schemaOn>>;
  const isSqlite = kind.dialect === 'sqlite';
  beforeAll(async () => {
    database = await kind.create();
    schema = await schemaOn(database, [everyType()]);
    await schema.upgrade();
    const moment = isSqlite ? '1509239766123' : `'2017-10-29 02:16:06.123+01'`;
    const bytes = isSqlite ? `x'00ff'` : `'\\x00ff'::bytea`;
    const items = (text: string) => (isSqlite ? `'${text}'` : `'{${text}}'::text[]`);
    await database.execute(
      `insert into thing (id, big, small, flag, single, double, money, word, text, code, at, day, time, span, json, list, uuid, bytes, kind, kinds, home_city, away, parent_id) values ` +
        `(1, null, null, null, null, null, null, null, null, null, null, null, null, null, null, null, null, null, null, null, null, null, null), ` +
        `(2, 9007199254740993, -1, ${isSqlite ? 1 : 'true'}, 0.1, 1e21, 12.3, 'Zoë "q" \\', '🐘\u2028', 'abc', ${moment}, '1899-12-31', '12:34:57', 'P1DT2H', ` +
        `'{"a":"x y","b":[1,null,0.5]}', ${items('x,y')}, 'b2a7d9a4-0f5c-4f1e-9d7e-2d1f5f3b0c11', ${bytes}, 'a', ${items('a,b')}, 'Köln', '{"city":"Rom"}', 1)`,
    );
  });
  afterAll(() => database.drop());

  test('writes the same bytes for the same rows, and for the same values of another dialect', async () => {
    const [one, other] = [newFolder(), newFolder()];
    const report = await dump(schema, one);
    expect(report).toMatchObject({ guid: 'zoo', version: 1, rows: 2, leftOut: [] });
    await dump(schema, other);
    expect(filesOf(one)).toEqual(filesOf(other));
    expect(Object.keys(filesOf(one))).toEqual(['manifest.json', 'tables/thing.jsonl']);
    expect(rowsIn(one, 'thing')).toEqual([NOTHING, `[${EVERYTHING}]`]);
    // The digest of the manifest stands in its last line.
    expect(readFileSync(join(one, 'manifest.json'), 'utf8')).toMatch(/"complete": "[0-9a-f]{64}"\n}\n$/);
  });

  test('overwrites no folder, and leaves none behind that is not whole', async () => {
    const folder = newFolder();
    mkdirSync(folder);
    await expect(dump(schema, folder)).rejects.toMatchObject({ code: 'TARGET_INVALID', target: folder });
    await expect(dump(schema, join(folder, 'no', 'such'))).rejects.toMatchObject({ code: 'TARGET_INVALID' });
    const stopped = newFolder();
    const controller = new AbortController();
    const dumping = dump(schema, stopped, { signal: controller.signal, onProgress: () => controller.abort() });
    await expect(dumping).rejects.toMatchObject({ code: 'UPGRADE_ABORTED' });
    expect(existsSync(stopped)).toBe(false);
  });

  test('refuses a database with a column that its version does not have, unless that is meant to be', async () => {
    await database.execute('alter table thing add column legacy_note text');
    await expect(dump(schema, newFolder())).rejects.toMatchObject({
      code: 'STORAGE_DIFFERS',
      message: expect.stringContaining('thing column legacy_note is extra'),
    });
    const knowing = await schemaOn(database, [everyType()], { extra: ['thing.column.legacy_*'] });
    await expect(dump(knowing, newFolder())).resolves.toMatchObject({ rows: 2 });
    await database.execute('alter table thing drop column legacy_note');
  });
});

describe.each([sqliteMemory, postgresql])('entities that are left out of a dump on $name', kind => {
  const release = () => {
    const Session = defineEntity({ name: 'Session', properties: { id: p.integer().primary() } });
    const Visit = defineEntity({
      name: 'Visit',
      properties: { id: p.integer().primary(), session: () => p.manyToOne(Session).nullable() },
    });
    const Click = defineEntity({
      name: 'Click',
      properties: { id: p.integer().primary(), session: () => p.manyToOne(Session) },
    });
    return { Session, Visit, Click };
  };

  test('have a reason, and nothing refers to them', async () => {
    await using database = await kind.create();
    const schema = await schemaOn(database, [release()]);
    await schema.upgrade();
    await database.execute('insert into session (id) values (1)');
    await database.execute('insert into visit (id, session_id) values (1, 1), (2, null)');
    await database.execute('insert into click (id, session_id) values (1, 1)');
    const refused = (except: object, message: string) =>
      expect(dump(schema, newFolder(), { except: except as never })).rejects.toMatchObject({
        code: 'TARGET_INVALID',
        message: expect.stringContaining(message),
      });
    await refused({ Nobody: 'gone' }, 'Nobody, which is not an entity');
    await refused({ Session: '' }, 'without a reason');
    await refused({ Session: 'they end' }, 'click.session_id refers to Session');
    await refused({ Session: 'they end', Click: 'not kept' }, "references: 'null'");
    const folder = newFolder();
    const except = { Session: { reason: 'they end', references: 'null' }, Click: 'not kept' } as const;
    const report = await dump(schema, folder, { except });
    expect(String(report)).toMatch(`version 1 into ${folder}, in `);
    expect(report.leftOut).toEqual([
      { entity: 'Session', table: 'session', reason: 'they end' },
      { entity: 'Click', table: 'click', reason: 'not kept' },
    ]);
    expect(report.tables.map(({ table, rows }) => [table, rows])).toEqual([['visit', 2]]);
    expect(rowsIn(folder, 'visit')).toEqual(['[1,null]', '[2,null]']);
  });
});

test('SQLite values of another kind than their column keep it', async () => {
  await using database = await sqliteMemory.create();
  const schema = await schemaOn(database, [everyType()]);
  await schema.upgrade();
  const cells: readonly (readonly [column: string, sql: string, json: string])[] = [
    ['big', `'many'`, '{"text":"many"}'],
    ['big', '-9223372036854775808', '-9223372036854775808'],
    ['big', '1.5', '{"real":1.5}'],
    ['flag', '2', '{"integer":"2"}'],
    // It stores no negative zero.
    ['double', '-0.0', '0'],
    ['double', '9e999', '"Infinity"'],
    ['double', `x'ff'`, '{"blob":"ff"}'],
    ['double', '5e-324', '5e-324'],
    ['money', '9007199254740993', '"9007199254740993.0000"'],
    ['money', '1.5e300', `"15${'0'.repeat(299)}.0000"`],
    ['money', `'a lot'`, '{"text":"a lot"}'],
    ['word', `'a' || char(0) || 'b'`, String.raw`"a\u0000b"`],
    ['word', `cast(x'61ff' as text)`, '{"bytes":"61ff"}'],
    ['word', `char(0xfeff) || char(0xfffd)`, '"\u{FEFF}\u{FFFD}"'],
    ['word', `x'61'`, '{"blob":"61"}'],
    ['at', `'2024-02-29 12:00:00'`, '{"text":"2024-02-29 12:00:00"}'],
    ['at', '-62135596800001', '"0001-12-31 23:59:59.999 BC"'],
    ['at', '253402300800000', '"10000-01-01 00:00:00"'],
    ['at', '9007199254740993', '{"integer":"9007199254740993"}'],
    ['json', `'null'`, '[null]'],
    ['json', `'{"b": 1, "a":2}'`, String.raw`{"text":"{\"b\": 1, \"a\":2}"}`],
    ['json', `'{"b":1e400,"a":12345678901234567890}'`, '[{"b":1e400,"a":12345678901234567890}]'],
    ['json', `'5'`, '[5]'],
    ['json', `'1.50'`, '[1.5]'],
    ['json', `'{oops'`, '{"text":"{oops"}'],
    ['list', `''`, '[]'],
    ['list', `',a'`, '["","a"]'],
    ['bytes', `'text'`, '{"text":"text"}'],
    ['bytes', `x''`, '""'],
    ['uuid', '7.25', '"7.25"'],
    ['day', '20240229', '{"integer":"20240229"}'],
  ];
  for (const [index, [column, sql]] of cells.entries())
    await database.execute(`insert into thing (id, ${column}) values (${index}, ${sql})`);
  const folder = newFolder();
  await dump(schema, folder);
  const manifest = JSON.parse(readFileSync(join(folder, 'manifest.json'), 'utf8'));
  const names: string[] = manifest.tables[0].columns.map(({ name }: { name: string }) => name);
  const found = rowsIn(folder, 'thing').map((line, index) => {
    const [column, sql] = cells[index] as (typeof cells)[number];
    const before = `[${index}${',null'.repeat(names.indexOf(column) - 1)},`;
    return [
      column,
      sql,
      line.slice(before.length, -(',null'.repeat(names.length - names.indexOf(column) - 1).length + 1)),
    ];
  });
  expect(found).toEqual(cells);
});

test('PostgreSQL values keep what other databases have no room for', async () => {
  await using database = await postgresql.create();
  const schema = await schemaOn(database, [everyType()]);
  await schema.upgrade();
  await database.execute(
    `set intervalstyle = 'sql_standard'; set datestyle = 'German'; set timezone = 'Europe/Berlin'`,
  );
  const cells: readonly (readonly [column: string, sql: string, json: string])[] = [
    ['double', `'NaN'`, '"NaN"'],
    ['double', `'-Infinity'`, '"-Infinity"'],
    ['double', `'-0'`, '-0'],
    ['double', '1e15', '1000000000000000'],
    ['double', '1e-5', '0.00001'],
    ['single', '0.1', '0.1'],
    ['single', '3.4028235e38', '3.4028235e+38'],
    ['money', '12345678901234567890123456.7891', '"12345678901234567890123456.7891"'],
    ['at', `'infinity'`, '"infinity"'],
    ['at', `'0044-03-15 12:00:00.123456+00 BC'`, '"0044-03-15 12:00:00.123456 BC"'],
    ['at', `'294276-12-31 23:59:59.999999+00'`, '"294276-12-31 23:59:59.999999"'],
    ['local', `'2017-10-29 02:16:06.5'`, '"2017-10-29 02:16:06.5"'],
    ['day', `'-infinity'`, '"-infinity"'],
    ['day', `'5874897-12-31'`, '"5874897-12-31"'],
    ['time', `'24:00:00'`, '"24:00:00"'],
    ['span', `'1 year -2 days 03:04:05.000006'`, '"P1Y-2DT3H4M5.000006S"'],
    ['json', `'null'`, '[null]'],
    [
      'json',
      `'{"b" : 1e400, "a,b": "x: y", "c\\"": [ ]}'`,
      String.raw`[{"b":1${'0'.repeat(400)},"c\"":[],"a,b":"x: y"}]`,
    ],
    ['list', `'{}'`, '[]'],
    ['list', `array[null, 'null', '', 'a,b', '{"']`, String.raw`[null,"null","","a,b","{\""]`],
    ['list', `array[array['a', null], array['b', 'c']]`, '[["a",null],["b","c"]]'],
    ['list', `'[0:1]={a,b}'`, '{"text":"[0:1]={a,b}"}'],
    ['bytes', `''`, '""'],
    ['code', `'ab'`, '"ab"'],
  ];
  for (const [index, [column, sql]] of cells.entries())
    await database.execute(`insert into thing (id, ${column}) values (${index}, ${sql})`);
  const folder = newFolder();
  await dump(schema, folder);
  const manifest = JSON.parse(readFileSync(join(folder, 'manifest.json'), 'utf8'));
  const names: string[] = manifest.tables[0].columns.map(({ name }: { name: string }) => name);
  const found = rowsIn(folder, 'thing').map((line, index) => {
    const [column, sql] = cells[index] as (typeof cells)[number];
    const before = `[${index}${',null'.repeat(names.indexOf(column) - 1)},`;
    return [
      column,
      sql,
      line.slice(before.length, -(',null'.repeat(names.length - names.indexOf(column) - 1).length + 1)),
    ];
  });
  expect(found).toEqual(cells);
});

test('a role that may not read all of it is told what to grant, and then dumps', async () => {
  await using database = await postgresql.create();
  await (await schemaOn(database, [everyType()])).upgrade();
  await using role = await createRole(
    database,
    'grant usage on schema public to $role',
    'grant select on all tables in schema public to $role',
  );
  const as = { ...database, orm: (entities: never) => database.orm(entities, { clientUrl: role.url }) };
  const schema = await schemaOn(as, [everyType()]);
  const folder = newFolder();
  const error = await dump(schema, folder).catch((reason: Error) => reason);
  expect(error).toMatchObject({ code: 'PERMISSION_DENIED', cause: { code: '42501' } });
  const [, grants = ''] = /permission denied for sequence thing_id_seq\. Grant it: (.*)$/.exec(String(error)) ?? [];
  expect(existsSync(folder)).toBe(false);
  await database.execute(grants.replaceAll('<role>', role.name));
  expect(await dump(schema, folder)).toMatchObject({ rows: 0 });
});

test('a SQLite database with text in UTF-16 is refused', async () => {
  await using database = await sqliteFile.create();
  await database.execute(`pragma encoding = 'UTF-16le'; create table first (n); drop table first`);
  const schema = await schemaOn(database, [everyType()]);
  await schema.upgrade();
  await database.execute(`insert into thing (id, text, small) values (1, 'abc', 'x')`);
  await expect(dump(schema, newFolder())).rejects.toMatchObject({ message: expect.stringContaining('UTF-16le') });
});
