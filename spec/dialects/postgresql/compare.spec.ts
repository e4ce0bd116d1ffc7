import { describe, expect, test } from '@jest/globals';
import { p } from '@mikro-orm/core';
import { postgresqlEditor } from '../../../lib/dialects/postgresql/editor.ts';
import { animals, found, onStage } from './stage.ts';

type Make = () => unknown;

/** Animals that have `it`, `it1`, `it2`, … */
const zoo = (...properties: Make[]) =>
  animals(() => Object.fromEntries(properties.map((property, index) => [`it${index || ''}`, property()])));

const differences: readonly (readonly [string, Make, Make, string])[] = [
  ['a length', () => p.string().length(10), () => p.string(), 'character varying(10), wanted character varying(255)'],
  ['a type', () => p.integer(), () => p.bigint(), 'integer, wanted bigint'],
  ['nulls', () => p.integer(), () => p.integer().nullable(), 'not null, wanted nullable'],
  ['no nulls', () => p.integer().nullable(), () => p.integer(), 'nullable, wanted not null'],
  ['a default', () => p.integer(), () => p.integer().default(4), 'no default, wanted default 4'],
  [
    'another default',
    () => p.string().default('a'),
    () => p.string().default('A'),
    `default 'a'::character varying, wanted default 'A'::character varying`,
  ],
  ['no default', () => p.text().default('a'), () => p.text(), `default 'a'::text, wanted no default`],
  [
    'an expression',
    () => p.integer().generated('(id * 2) stored'),
    () => p.integer().generated('(id + 2) stored'),
    'generated (id * 2) stored, wanted generated (id + 2) stored',
  ],
  [
    'no expression',
    () => p.integer().generated('(id * 2) stored'),
    () => p.integer(),
    'generated (id * 2) stored, wanted not generated',
  ],
  [
    'an identity',
    () => p.integer(),
    () => p.integer().generated('identity'),
    'not generated, wanted generated identity',
  ],
  ['a collation', () => p.text().collation('C'), () => p.text(), `collation C, wanted the type's own collation`],
  ['a comment', () => p.text(), () => p.text().comment(`it's`), `no comment, wanted comment 'it''s'`],
  ['a counter', () => p.integer(), () => p.integer().autoincrement(), 'no default, wanted default nextval'],
  ['an enum', () => p.text(), () => p.enum(['a']).nativeEnumName('Kind'), 'text, wanted "Kind"'],
  [
    'items',
    () => p.enum(['a', `b's`]).nativeEnumName('kind'),
    () => p.enum([`b's`, 'c']).nativeEnumName('kind'),
    `of 'a', 'b''s', wanted 'b''s', 'c'`,
  ],
  ['two things', () => p.text(), () => p.integer().nullable(), 'text, wanted integer; not null, wanted nullable'],
];

test.each(differences)('%s is told', async (_, is, wanted, difference) => {
  await onStage({ before: zoo(is), after: zoo(wanted) }, async stage => {
    const before = await stage.read();
    const told = await stage.difference('it');
    expect(told?.slice(0, difference.length)).toBe(difference);
    expect(await stage.read()).toEqual(before);
  });
});

const same: readonly (readonly [string, Make])[] = [
  ['integer', () => p.integer().default(-4)],
  ['bigint', () => p.bigint().default('4')],
  ['text', () => p.text().default(`it's a::text \\ "x"`)],
  ['varchar', () => p.string().length(9).default('a')],
  ['numeric', () => p.decimal().precision(9).scale(2).default('1.50')],
  ['boolean', () => p.boolean().default(false)],
  ['datetime', () => p.datetime().defaultRaw('now()')],
  ['datetime of its own precision', () => p.datetime().length(3).defaultRaw('current_timestamp(3)')],
  ['date', () => p.date().default('2020-01-01')],
  ['time', () => p.time().default('12:00')],
  ['json', () => p.json().defaultRaw(`'{"a": [1, "it''s"]}'`)],
  ['list', () => p.array().default(['a', 'b'])],
  ['uuid', () => p.uuid().defaultRaw('gen_random_uuid()')],
  ['bytes', () => p.blob().nullable()],
  ['counter', () => p.integer().autoincrement()],
  ['identity', () => p.bigint().generated('by default as identity')],
  ['computed', () => p.text().generated(`(coalesce('a', id::text) || 'it''s') stored`)],
  ['enum of texts', () => p.enum(['a', 'b']).default('a')],
  ['native enum', () => p.enum(['a', 'b']).nativeEnumName('Kind').default('a')],
  ['list of a native enum', () => p.enum(['a', 'b']).array().nativeEnumName('kind').default(['a'])],
  ['enum of numbers', () => p.enum([1, 2]).default(1)],
  ['unsigned', () => p.integer().unsigned()],
  ['column type by hand', () => p.string().columnType('DECIMAL( 9 , 3 )').nullable()],
];

test.each(same)('%s is what it was made as', async (_, make) => {
  await onStage({ before: zoo(make) }, async stage => {
    expect(await stage.difference('it')).toBeUndefined();
    expect(await stage.difference('id')).toBeUndefined();
  });
});

describe('what says the same in other words', () => {
  test.each([
    [
      'a default that was converted with its column',
      () => p.text().default('a'),
      () => p.string().default('a'),
      'alter table animal alter it type varchar(255)',
    ],
    [
      'a moment',
      () => p.datetime(),
      () => p.datetime().defaultRaw('current_timestamp'),
      'alter table animal alter it set default now()',
    ],
    [
      'a number between quotes',
      () => p.integer(),
      () => p.integer().default(4),
      `alter table animal alter it set default '4'`,
    ],
    ['a comment that nobody asked for', () => p.integer(), () => p.integer(), `comment on column animal.it is 'mine'`],
  ])('%s', async (_, is, wanted, made) => {
    await onStage({ before: zoo(is), after: zoo(wanted), rows: made }, async stage => {
      expect(await stage.difference('it')).toBeUndefined();
    });
  });

  test('and what the entity says is not to be compared', async () => {
    const after = zoo(() => p.text().default('a').ignoreSchemaChanges('type', 'default'));
    await onStage({ before: zoo(() => p.integer()), after }, async stage => {
      expect(await stage.difference('it')).toBeUndefined();
    });
  });
});

test('all columns of one reading are spelt at once', async () => {
  const properties = [() => p.text(), () => p.integer().generated('(it2 * 2) stored'), () => p.integer()];
  await onStage({ before: zoo(...properties) }, async stage => {
    const sent: string[] = [];
    const context = { ...stage.context(), sql: { execute: (sql: string) => (sent.push(sql), stage.sql.execute(sql)) } };
    const table = await stage.read();
    for (const column of table.columns) {
      expect(await postgresqlEditor.difference(context, table, column, stage.column(column.name))).toBeUndefined();
    }
    expect(sent.filter(sql => sql.startsWith('create table'))).toHaveLength(1);
  });
});

test('a column can be compared while another is of a type that is not there', async () => {
  const after = zoo(
    () => p.text(),
    () => p.string().columnType('citext').nullable(),
  );
  await onStage({ before: zoo(() => p.text()), after }, async stage => {
    expect(await stage.difference('it')).toBeUndefined();
  });
});

test('a role that may alter its tables, and make none, can compare them', async () => {
  const before = zoo(() => p.integer().index());
  const after = zoo(() => p.bigint().unique());
  const given =
    `create role dejavu_owner; alter table animal owner to dejavu_owner; ` +
    `alter table animal rename constraint animal_pkey to kept; alter index animal_it_index rename to animal_it_unique; ` +
    `set local role dejavu_owner`;
  await onStage({ before, after, rows: given }, async stage => {
    await expect(stage.rows('savepoint tried; create table mine (id int)')).rejects.toThrow('permission denied');
    await stage.rows('rollback to savepoint tried');
    expect(await stage.difference('it')).toBe('integer, wanted bigint');
    expect(await stage.indexDifference('animal_it_unique')).toBe(
      'index using btree (it), wanted constraint UNIQUE (it)',
    );
    await stage.change([{ kind: 'alter column', name: 'it', column: stage.column('it') }]);
    expect(await stage.difference('it')).toBeUndefined();
  });
});

test('what is wanted of one reading by two releases is told apart', async () => {
  await onStage({ before: zoo(() => p.integer()), after: zoo(() => p.bigint()) }, async stage => {
    const table = await stage.read();
    const column = stage.column('it');
    const other = { ...column, type: 'text' };
    const tell = (wanted: typeof column) =>
      postgresqlEditor.difference(stage.context(), table, found(table.columns[1]), wanted);
    expect([await tell(column), await tell(other), await tell(column)]).toEqual([
      'integer, wanted bigint',
      'integer, wanted text',
      'integer, wanted bigint',
    ]);
  });
});
