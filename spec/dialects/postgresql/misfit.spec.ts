import { expect, test } from '@jest/globals';
import { p } from '@mikro-orm/core';
import { animals, onStage } from './stage.ts';

type Make = () => unknown;

const zoo = (property: Make) => animals(() => ({ it: property() }));

/** From, to, what fits, what does not; SQL. */
type Cell = readonly [
  from: string,
  to: string,
  make: readonly [Make, Make],
  fits: readonly string[],
  misfits: readonly string[],
];

const decimal = (precision: number, scale: number) => () => p.decimal().precision(precision).scale(scale).nullable();
const text = () => p.text().nullable();
const integer = () => p.integer().nullable();
const bigint = () => p.bigint().nullable();
const double = () => p.double().nullable();
const datetime = () => p.datetime().nullable();
const mood = (items: string[]) => () => p.enum(items).nativeEnumName('mood').nullable();
const uuid = `'a0eebc99-9c0b-4ef8-bb6d-6bb9bd380a11'`;

const cells: readonly Cell[] = [
  [
    'text',
    'integer',
    [text, integer],
    [`'4'`, `' -5 '`, `'2147483647'`],
    [`''`, `'many'`, `'1.5'`, `'2147483648'`, `'4 legs'`],
  ],
  ['native enum', 'date', [mood(['2024-02-29', 'calm']), () => p.date().nullable()], [`'2024-02-29'`], [`'calm'`]],
  ['native enum', 'integer', [mood(['1', 'calm']), integer], [`'1'`], [`'calm'`]],
  ['text', 'bigint', [text, bigint], [`'9223372036854775807'`], [`'9223372036854775808'`]],
  ['text', 'numeric(5,2)', [text, decimal(5, 2)], [`'1.25'`, `'-999.99'`, `'1e2'`], [`'1.255'`, `'1000'`, `'x'`, `''`]],
  ['text', 'double', [text, double], [`'1.5'`, `'NaN'`], [`'1,5'`]],
  ['text', 'boolean', [text, () => p.boolean().nullable()], [`'yes'`, `'0'`, `'t'`], [`'2'`, `'perhaps'`]],
  ['text', 'uuid', [text, () => p.uuid().nullable()], [uuid], [`'a0eebc99'`]],
  ['text', 'json', [text, () => p.json().nullable()], [`'{"a": [1]}'`, `'null'`], [`'{a}'`, `''`]],
  ['text', 'date', [text, () => p.date().nullable()], [`'2024-02-29'`], [`'2023-02-29'`, `'soon'`]],
  ['text', 'timestamp', [text, datetime], [`'2024-02-29 12:00+01'`], [`'2024-02-29 25:00'`]],
  ['text', 'time', [text, () => p.time().nullable()], [`'12:30'`], [`'25:30'`]],
  ['text', 'list', [text, () => p.array().nullable()], [`'{a,b}'`], [`'a,b'`]],
  [
    'text',
    'varchar(3)',
    [text, () => p.string().length(3).nullable()],
    [`'abc'`, `'äöü'`, `'🦁🦁🦁'`],
    [`'abcd'`, `'abc '`],
  ],
  ['varchar(3)', 'text', [() => p.string().length(3).nullable(), text], [`'abc'`], []],
  [
    'varchar(9)',
    'varchar(3)',
    [() => p.string().length(9).nullable(), () => p.string().length(3).nullable()],
    [`'abc'`],
    [`'abcd'`],
  ],
  [
    'varchar(3)',
    'varchar(9)',
    [() => p.string().length(3).nullable(), () => p.string().length(9).nullable()],
    [`'abc'`],
    [],
  ],
  ['integer', 'varchar(2)', [integer, () => p.string().length(2).nullable()], ['12'], ['123', '-10']],
  ['bigint', 'integer', [bigint, integer], ['2147483647', '-2147483648'], ['2147483648', '-2147483649']],
  ['integer', 'bigint', [integer, bigint], ['4'], []],
  ['integer', 'smallint', [integer, () => p.smallint().nullable()], ['32767'], ['32768']],
  ['double', 'integer', [double, integer], ['4', '-4'], ['4.5', `'NaN'`, `'Infinity'`, '1e10']],
  ['numeric(6,3)', 'integer', [decimal(6, 3), integer], ['4.000'], ['4.5']],
  [
    'numeric(6,3)',
    'numeric(4,2)',
    [decimal(6, 3), decimal(4, 2)],
    ['99.990', '0'],
    ['99.995', '100', '1.001', `'NaN'`],
  ],
  ['numeric(4,2)', 'numeric(6,3)', [decimal(4, 2), decimal(6, 3)], ['99.99'], []],
  ['integer', 'numeric(4,2)', [integer, decimal(4, 2)], ['99'], ['100']],
  [
    'double',
    'real',
    [double, () => p.float().nullable()],
    ['0.1', '0', '1e38', '-1e-45', `'-Infinity'`, `'NaN'`],
    ['1e39', '-1e300', '1e-50'],
  ],
  [
    'numeric',
    'double',
    [() => p.decimal().columnType('numeric').nullable(), double],
    ['0.1', '1e308'],
    ['1e309', '-1e-400'],
  ],
  ['integer', 'real', [integer, () => p.float().nullable()], ['16777216'], ['123456789']],
  ['integer', 'boolean', [integer, () => p.boolean().nullable()], ['0', '1'], ['2', '-1']],
  ['boolean', 'integer', [() => p.boolean().nullable(), integer], ['true', 'false'], []],
  ['integer', 'json', [integer, () => p.json().nullable()], ['4'], []],
  ['json', 'integer', [() => p.json().nullable(), integer], [`'4'`], [`'"x"'`, `'{}'`, `'4.5'`]],
  [
    'timestamp',
    'date',
    [datetime, () => p.date().nullable()],
    [`date_trunc('day', now())`, `'infinity'`],
    [`'2024-01-01 12:00'`],
  ],
  [
    'timestamp(6)',
    'timestamp(0)',
    [datetime, () => p.datetime().length(0).nullable()],
    [`'2024-01-01 12:00:01'`],
    [`'2024-01-01 12:00:01.5'`],
  ],
  ['timestamp(0)', 'timestamp(6)', [() => p.datetime().length(0).nullable(), datetime], ['now()'], []],
  ['date', 'timestamp', [() => p.date().nullable(), datetime], [`'2024-01-01'`], []],
  [
    'list',
    'list of integers',
    [() => p.array().nullable(), () => p.array(Number).columnType('int[]').nullable()],
    [`'{1,2}'`],
    [`'{a}'`],
  ],
  [
    'text',
    'enum',
    [text, () => p.enum(['sad', `o'k`]).nativeEnumName('mood').nullable()],
    [`'sad'`, `'o''k'`],
    [`'Sad'`, `''`],
  ],
  [
    'list',
    'list of an enum',
    [() => p.array().nullable(), () => p.enum(['sad', `o'k`]).array().nativeEnumName('mood').nullable()],
    [`'{sad}'`, `'{}'`],
    [`'{glad}'`],
  ],
  ['text', 'list of an enum', [text, () => p.enum(['sad']).array().nativeEnumName('mood').nullable()], [], [`'{sad}'`]],
  ['integer', 'integer', [integer, () => p.integer().nullable().default(4)], ['4'], []],
];

test.each(cells)('%s to %s', async (_, __, [from, to], fits, misfits) => {
  const rows = [...fits, ...misfits, 'null'].map((value, index) => `(${index}, ${value})`).join(', ');
  await onStage(
    { before: zoo(from), after: zoo(to), rows: `insert into animal (id, it) values ${rows}` },
    async stage => {
      const misfit = await stage.misfit('it');
      const told = await stage.rows(`select id from animal where ${misfit ?? 'false'} order by id`);
      expect(told).toEqual(misfits.map((__value, index) => ({ id: fits.length + index })));
      // and what is said to fit does
      await stage.rows(`delete from animal where ${misfit ?? 'false'}`);
      await stage.change([{ kind: 'alter column', name: 'it', column: stage.column('it') }]);
      expect(await stage.rows('select count(*)::int as n from animal')).toEqual([{ n: fits.length + 1 }]);
    },
  );
});

test('a condition that can never be true is not one', async () => {
  for (const [from, to] of [
    [integer, bigint],
    [() => p.string().length(3), () => p.string().length(9)],
    [decimal(4, 2), text],
  ] as const) {
    await onStage({ before: zoo(from), after: zoo(to) }, async stage =>
      expect(await stage.misfit('it')).toBeUndefined(),
    );
  }
});

test.each<[string, Make, Make, string]>([
  ['integer', integer, () => p.date().nullable(), 'date'],
  ['timestamp with time zone', datetime, decimal(10, 2), 'numeric(10,2)'],
  ['bytea', () => p.blob().nullable(), () => p.date().nullable(), 'date'],
  ['text[]', () => p.array().nullable(), integer, 'integer'],
])('%s has no cast to a type, which is told by name, whatever the rows are', async (type, from, to, wanted) => {
  await onStage({ before: zoo(from), after: zoo(to) }, async stage => {
    await expect(stage.misfit('it')).rejects.toMatchObject({
      code: 'OPERATION_REFUSED',
      message: `animal.it cannot become ${wanted}: PostgreSQL has no cast from ${type}. Convert the values: { using: raw('…') }.`,
    });
    // The transaction goes on
    expect(await stage.rows('select 1 as n')).toEqual([{ n: 1 }]);
  });
});
