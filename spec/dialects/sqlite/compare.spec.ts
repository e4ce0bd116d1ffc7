import { describe, expect, test } from '@jest/globals';
import { defineEntity, p } from '@mikro-orm/core';
import type { LiveColumn, LiveTable } from '../../../lib/dialects/table-changes.ts';
import { sqliteEditor } from '../../../lib/dialects/sqlite/editor.ts';
import { onStage } from './stage.ts';

const zoo =
  (properties: Record<string, unknown>, meta: object = {}) =>
  () => [defineEntity({ name: 'Animal', properties: { id: p.integer().primary(), ...properties }, ...meta } as never)];

/** How a column written so differs from the property wanted. */
async function difference(written: string, property: unknown): Promise<string | undefined> {
  let found: string | undefined;
  const rows = `drop table animal; create table animal (id integer primary key autoincrement, name text, ${written})`;
  await onStage({ before: zoo({ name: p.string(), value: property }), rows }, async ({ context, read, column }) => {
    const live = await read();
    const there = live.columns.find(({ name }) => name === 'value') as LiveColumn;
    found = await sqliteEditor.difference(context(), live, there, column('value'));
  });
  return found;
}

describe('a column is as wanted', () => {
  test.each([
    ['whatever its case and quotes', 'Value INTEGER not null', p.integer()],
    [
      'whatever the white space in its type',
      '"value" NUMERIC ( 10 , 2 ) null',
      p.decimal().nullable().columnType('numeric(10,2)'),
    ],
    [
      'whatever the parentheses around its default',
      `value text not null default ('it''s')`,
      p.string().default(`it's`),
    ],
    [
      'whatever the case of a keyword',
      'value datetime not null default CURRENT_TIMESTAMP',
      p.datetime().defaultRaw('current_timestamp'),
    ],
    ['if its default is null', 'value integer default NULL', p.integer().nullable()],
    [
      'however its expression is quoted',
      'value text as (Upper("name")) stored',
      p.string().generated('(upper(`name`)) stored'),
    ],
    [
      'if it says nothing of where it is kept',
      'value text as (upper(name))',
      p.string().generated('(upper(name)) virtual'),
    ],
    ['if it compares byte by byte', 'value text collate binary not null', p.string()],
  ] as const)('%s', async (_, written, property) => {
    expect(await difference(written.replace('Value', 'value'), property)).toBeUndefined();
  });
});

describe('a column differs, and how is said', () => {
  test.each([
    ['value text', p.integer(), 'text, wanted integer; nullable, wanted not null'],
    ['value not null', p.string(), 'of no type, wanted text'],
    [
      'value text not null',
      p.string().nullable().default('a'),
      `not null, wanted nullable; no default, wanted default 'a'`,
    ],
    [`value text not null default 'A'`, p.string().default('a'), `default 'A', wanted default 'a'`],
    [
      'value text as (upper(name)) virtual',
      p.string().generated('(upper(name)) stored'),
      'generated (upper(name)) virtual, wanted generated (upper(name)) stored',
    ],
    [
      'value text',
      p.string().generated('(upper(name)) stored'),
      'not generated, wanted generated (upper(name)) stored',
    ],
    ['value text collate nocase not null', p.string(), 'collation nocase, wanted no collation'],
    ['value varchar(20) not null', p.string(), 'varchar(20), wanted text'],
  ] as const)('%s', async (written, property, said) => {
    expect(await difference(written, property)).toBe(said);
  });

  test('but not in what an entity leaves to others', async () => {
    expect(await difference('value varchar(20) not null', p.string().ignoreSchemaChanges('type'))).toBeUndefined();
  });
});

test('the key is as wanted although it does not say so', async () => {
  const rows = 'drop table animal; create table animal (id INTEGER primary key)';
  await onStage({ before: zoo({}), rows }, async ({ context, read, column }) => {
    const live = await read();
    expect(await sqliteEditor.difference(context(), live, live.columns[0] as LiveColumn, column('id'))).toBeUndefined();
  });
});

describe('an index', () => {
  const meta = {
    indexes: [
      { name: 'plain', properties: ['name', 'legs'] },
      { name: 'partial', properties: ['name'], where: 'legs > 2' },
      { name: 'lower_name', expression: 'create index lower_name on animal (lower(name) desc)' },
    ],
    uniques: [{ name: 'once', properties: ['name'] }],
  };
  const before = zoo({ name: p.string(), legs: p.integer() }, meta);

  test.each([
    ['plain', 'create index x on animal (name, legs)', undefined],
    ['plain', 'CREATE INDEX x ON Animal ("name" ASC, [legs])', undefined],
    [
      'plain',
      'create index x on animal (legs, name)',
      'not unique over (legs, name), wanted not unique over (name, legs)',
    ],
    [
      'plain',
      'create index x on animal (name collate nocase, legs)',
      'not unique over (name collate nocase, legs), wanted not unique over (name, legs)',
    ],
    [
      'plain',
      'create unique index x on animal (name, legs)',
      'unique over (name, legs), wanted not unique over (name, legs)',
    ],
    ['partial', 'create index x on animal (name) where ("Legs">2)', undefined],
    [
      'partial',
      'create index x on animal (name)',
      'not unique over (name), wanted not unique over (name) where legs > 2',
    ],
    ['lower_name', 'create index x on animal (LOWER(name) DESC)', undefined],
    [
      'lower_name',
      'create index x on animal (lower(name))',
      'not unique over (lower(name)), wanted not unique over (lower(name) desc)',
    ],
    ['once', 'alter table animal add column more text', undefined],
  ] as const)('%s beside %s', async (name, made, said) => {
    const rows = `drop table animal; create table animal (id integer, name text, legs integer, constraint x unique (name)); ${made}`;
    await onStage({ before, rows }, async ({ context, read, index }) => {
      const live = await read();
      const there = live.indexes.findLast(one => one.name === 'x') as LiveTable['indexes'][number];
      expect(await sqliteEditor.indexDifference(context(), live, there, index(name))).toBe(said);
    });
  });
});

/** The values that do not fit, of these, in a column of that type. */
async function misfits(type: string, values: readonly string[], property: unknown): Promise<string[]> {
  const found: string[] = [];
  const listed = values.map(value => `(${value})`).join(', ');
  const rows = `drop table animal; create table animal (id integer primary key, value ${type}); insert into animal (value) values ${listed}`;
  await onStage({ before: zoo({ value: property }), rows }, async ({ context, read, column, rows: select }) => {
    const live = await read();
    const condition = await sqliteEditor.misfit(context(), live, live.columns[1] as LiveColumn, column('value'));
    if (condition === undefined) return;
    const ids = await select(`select id from animal where ${condition} order by id`);
    found.push(...ids.map(({ id }) => values[Number(id) - 1] as string));
  });
  return found;
}

describe('a value that does not fit is found', () => {
  test.each([
    [
      'text',
      p.integer(),
      ["'12'", "' 12 '", "'-1.0'", "'9223372036854775807'", 'null'],
      ["'x'", "''", "'1.5'", "'12 cm'", "'9223372036854775808'", "x'31'"],
    ],
    ['real', p.integer(), ['12.0', '-0.0', 'null'], ['1.5', '1e300']],
    ['text', p.double(), ["'1.5'", "'1e3'", "'12'", 'null'], ["'x'", "''", "'1,5'"]],
    ['integer', p.double(), ['12', 'null'], ['9007199254740993']],
    [
      'text',
      p.decimal(),
      ["'1.50'", "'-12345678901.2345'", "'9223372036854775807'", "'0.000'"],
      ["'x'", "'1234567890.1234567'"],
    ],
    ['text', p.json(), [`'{"a": [1]}'`, "'1'", 'null'], ["'x'", "''", "'{'"]],
    ['integer', p.string(), ['1', '1.5', "'x'", 'null'], ["x'31'"]],
    ['text', p.blob(), ["x'31'", 'null'], ["'x'", "''"]],
    [
      'text',
      p.datetime(),
      ["'2020-01-01'", "'2020-01-01T00:00:00.5+02:00'", 'null'],
      ["'x'", "'now'", "'2460000'", "'2023-02-29'", "'2020-01-01 00:00:00.1234'"],
    ],
    [
      'datetime',
      p.date(),
      ['1714953600000', "'2024-05-06'", 'null'],
      ['1714953600001', "'2024-05-06 07:08:09'", "'x'"],
    ],
    ['datetime', p.time(), ['1714979289000', "'2024-05-06 07:08:09'"], ['1714979289123', "'x'"]],
    ['date', p.datetime(), ["'2024-05-06'"], ["'06.05.2024'"]],
    ['time', p.datetime(), ['null'], ["'07:08:09'"]],
    [
      'text',
      p.double(),
      ["'9007199254740992'"],
      ["'12345678901234567.89'", "'1e400'", "'1e-400'", "'9007199254740993'"],
    ],
    ['text', p.integer(), ["'-9007199254740993'"], ["'12345678901234567.89'"]],
    ['real', p.string(), ['0.1 + 0.2', '4.0'], ['9e999']],
    ['varchar(3)', p.string().length(1), ["'xyz'"], []],
    ['integer', p.bigint(), ["'x'", '1.5'], []],
    ['', p.integer(), ["'12'", '12', '12.0'], ["'x'", "x'31'"]],
  ] as const)('%s, %#', async (type, property, fit, unfit) => {
    expect(await misfits(type, [...fit, ...unfit], property)).toEqual(unfit);
  });

  test('and every other is the same in the new column', async () => {
    const rows = `insert into animal (id, value) values (1, ' 12 '), (2, '-1.0'), (3, '9223372036854775807'), (4, null)`;
    await onStage(
      { before: zoo({ value: p.string().nullable() }), after: zoo({ value: p.integer().nullable() }), rows },
      async stage => {
        await stage.change({ kind: 'alter column', name: 'value', column: stage.column('value') });
        expect(
          await stage.rows('select typeof(value) as type, cast(value as text) as value from animal order by id'),
        ).toEqual([
          { type: 'integer', value: '12' },
          { type: 'integer', value: '-1' },
          { type: 'integer', value: '9223372036854775807' },
          { type: 'null', value: null },
        ]);
      },
    );
  });
});
