import { describe, expect, test } from '@jest/globals';
import { defineEntity, type EntityProperty, p } from '@mikro-orm/core';
import { OperationError } from '../../../../lib/errors.ts';
import { postgresqlEditor } from '../../../../lib/dialects/postgresql/editor.ts';
import { animals, onStage, type Stage } from '../stage.ts';

type Make = () => unknown;

const zoo = (property: Make, more: () => Record<string, unknown> = () => ({})) =>
  animals(() => ({ legs: property(), ...more() }));

/** Animals that refer to a zoo by its key. */
const withZoo = (key: Make) => () => {
  const Zoo = defineEntity({ name: 'Zoo', properties: { id: key() as EntityProperty } });
  return [Zoo, ...animals(() => ({ legs: p.integer(), zoo: () => p.manyToOne(Zoo) }))()];
};

const insert = (...values: string[]) =>
  `insert into animal (legs) values ${values.map(value => `(${value})`).join(', ')}`;
const legsOf = async (stage: Stage) => (await stage.rows('select legs from animal order by id')).map(row => row.legs);

async function alter(stage: Stage, more: { fill?: string; using?: string } = {}): Promise<void> {
  await stage.change([{ kind: 'alter column', name: 'legs', column: stage.column('legs'), ...more }]);
}

type Cell = readonly [
  name: string,
  before: Make,
  after: Make,
  rows: readonly string[],
  values: readonly unknown[],
  more?: { fill?: string; using?: string },
];

const cells: readonly Cell[] = [
  ['integer to bigint', () => p.integer(), () => p.bigint(), ['4'], ['4']],
  ['integer to text', () => p.integer(), () => p.text(), ['4'], ['4']],
  ['text to integer', () => p.text(), () => p.integer(), [`'4'`, `' 5 '`], [4, 5]],
  ['text to varchar', () => p.text(), () => p.string().length(3), [`'abc'`], ['abc']],
  ['varchar to text', () => p.string().length(3), () => p.text(), [`'abc'`], ['abc']],
  ['a longer varchar', () => p.string().length(3), () => p.string().length(30), [`'abc'`], ['abc']],
  ['boolean to integer', () => p.boolean(), () => p.integer(), ['true', 'false'], [1, 0]],
  ['boolean to smallint', () => p.boolean(), () => p.smallint(), ['true', 'false'], [1, 0]],
  ['bigint to boolean', () => p.bigint(), () => p.boolean(), ['1', '0'], [true, false]],
  [
    'text to uuid',
    () => p.text(),
    () => p.uuid(),
    [`'a0eebc99-9c0b-4ef8-bb6d-6bb9bd380a11'`],
    ['a0eebc99-9c0b-4ef8-bb6d-6bb9bd380a11'],
  ],
  [
    'uuid to text',
    () => p.uuid(),
    () => p.text(),
    [`'a0eebc99-9c0b-4ef8-bb6d-6bb9bd380a11'`],
    ['a0eebc99-9c0b-4ef8-bb6d-6bb9bd380a11'],
  ],
  ['text to json', () => p.text(), () => p.json(), [`'{"a": 1}'`], [{ a: 1 }]],
  ['integer to json', () => p.integer(), () => p.json(), ['4'], [4]],
  ['text to a list', () => p.text(), () => p.array(), [`'{a,b}'`], [['a', 'b']]],
  [
    'numeric to another',
    () => p.decimal().precision(10).scale(2),
    () => p.decimal().precision(12).scale(3),
    ['1.25'],
    ['1.250'],
  ],
  ['date to timestamp', () => p.date(), () => p.datetime(), [`'2020-01-02'`], [expect.anything()]],
  ['null to not null', () => p.integer().nullable(), () => p.integer(), ['4', 'null'], [4, 0], { fill: '0' }],
  [
    'null to not null by the row',
    () => p.integer().nullable(),
    () => p.integer(),
    ['4', 'null'],
    [4, 20],
    { fill: 'id * 10' },
  ],
  [
    'null to not null with another type',
    () => p.integer().nullable(),
    () => p.text(),
    ['4', 'null'],
    ['4', 'none'],
    { fill: `'none'` },
  ],
  ['not null to null', () => p.integer(), () => p.integer().nullable(), ['4'], [4]],
  ['a default', () => p.integer(), () => p.integer().default(4), ['3'], [3]],
  ['another default', () => p.string().default('a'), () => p.string().default(`it's a \\ %? "🦁"`), ['default'], ['a']],
  ['no default', () => p.integer().default(4), () => p.integer(), ['default'], [4]],
  ['a default of another type', () => p.text().default('4'), () => p.integer().default(5), ['default'], [4]],
  ['the same default of another type', () => p.text().default('a'), () => p.string().default('a'), ['default'], ['a']],
  [
    'a default that the new type does not read',
    () => p.text().default('many'),
    () => p.integer().default(5),
    [`'4'`],
    [4],
  ],
  [
    'an expression of the row',
    () => p.integer(),
    () => p.text(),
    ['4', '2'],
    ['4 of 1', '2 of 2'],
    { using: `legs || ' of ' || id` },
  ],
  ['an expression for the same type', () => p.integer(), () => p.integer(), ['4', '2'], [8, 4], { using: 'legs * 2' }],
  ['a collation', () => p.text(), () => p.text().collation('C'), [`'a'`], ['a']],
  ['no collation', () => p.text().collation('C'), () => p.text(), [`'a'`], ['a']],
  ['a comment', () => p.text(), () => p.text().comment(`it's`), [`'a'`], ['a']],
  ['a number that counts', () => p.integer(), () => p.integer().autoincrement(), ['4', '2'], [4, 2]],
  ['a number that counts no longer', () => p.integer().autoincrement(), () => p.integer(), ['4', 'default'], [4, 1]],
  [
    'a number that counts further',
    () => p.integer().autoincrement(),
    () => p.bigint().autoincrement(),
    ['default'],
    ['1'],
  ],
  ['an identity', () => p.integer(), () => p.integer().generated('by default as identity'), ['4'], [4]],
  [
    'an identity of one that counted',
    () => p.integer().autoincrement(),
    () => p.integer().generated('by default as identity'),
    ['4'],
    [4],
  ],
  [
    'one that counts of an identity',
    () => p.integer().generated('by default as identity'),
    () => p.integer().autoincrement(),
    ['4'],
    [4],
  ],
  ['no identity', () => p.integer().generated('by default as identity'), () => p.integer(), ['4'], [4]],
  [
    'a stricter identity',
    () => p.integer().generated('by default as identity'),
    () => p.integer().generated('identity'),
    ['4'],
    [4],
  ],
  ['no longer computed', () => p.integer().generated('(id * 2) stored'), () => p.integer(), ['default'], [2]],
  [
    'no longer computed, and of another type',
    () => p.integer().generated('(id * 2) stored'),
    () => p.text(),
    ['default'],
    ['2'],
  ],
  ['computed', () => p.integer(), () => p.integer().generated('(id * 2) stored'), ['9'], [2]],
  [
    'computed, under an index',
    () => p.integer().index().unique(),
    () => p.integer().index().unique().generated('(id * 2) stored'),
    ['9'],
    [2],
  ],
  [
    'computed otherwise',
    () => p.integer().generated('(id * 2) stored'),
    () => p.integer().generated('(id * 3) stored'),
    ['default'],
    [3],
  ],
  [
    'computed, of another type',
    () => p.integer().generated('(id * 2) stored'),
    () => p.bigint().generated('(id * 2) stored'),
    ['default'],
    ['2'],
  ],
];

test.each(cells)('%s', async (...[, before, after, rows, values, more]) => {
  await onStage({ before: zoo(before), after: zoo(after), rows: insert(...rows) }, async stage => {
    await alter(stage, more);
    expect(await legsOf(stage)).toEqual(values);
    expect(await stage.difference('legs')).toBeUndefined();
    expect(await stage.portrait()).toEqual(await stage.freshPortrait());
  });
});

test('what was computed for every reading is written down once', async () => {
  const before = zoo(() => p.integer().generated('(id * 2) virtual'));
  await onStage({ before, after: zoo(() => p.integer()), rows: insert('default', 'default') }, async stage => {
    await alter(stage);
    expect(await legsOf(stage)).toEqual([2, 4]);
    expect(await stage.portrait()).toEqual(await stage.freshPortrait());
  });
});

test('what was stored is computed for every reading', async () => {
  const before = zoo(() => p.integer().generated('(id * 2) stored'));
  const after = zoo(() => p.integer().generated('(id * 2) virtual'));
  await onStage({ before, after, rows: insert('default', 'default') }, async stage => {
    await alter(stage);
    expect(await legsOf(stage)).toEqual([2, 4]);
    expect(await stage.portrait()).toEqual(await stage.freshPortrait());
  });
});

test('a text that is too long is not cut', async () => {
  await onStage(
    { before: zoo(() => p.text()), after: zoo(() => p.string().length(2)), rows: insert(`'abc'`) },
    async stage => {
      await expect(alter(stage)).rejects.toThrow('value too long for type character varying(2)');
    },
  );
});

test('one that came to count goes on behind its values', async () => {
  for (const property of [() => p.integer().autoincrement(), () => p.integer().generated('by default as identity')]) {
    await onStage({ before: zoo(() => p.integer()), after: zoo(property), rows: insert('4', '2') }, async stage => {
      await alter(stage);
      expect(await stage.rows('insert into animal default values returning legs')).toEqual([{ legs: 5 }]);
    });
  }
});

test('a key that other tables refer to can be of another type', async () => {
  const rows = 'insert into zoo default values; insert into animal (legs, zoo_id) values (4, 1)';
  await onStage(
    { before: withZoo(() => p.integer().primary()), after: withZoo(() => p.bigint().primary()), rows },
    async stage => {
      await stage.change([{ kind: 'alter column', name: 'id', column: stage.column('id', 'zoo') }], 'zoo');
      await stage.change([{ kind: 'alter column', name: 'zoo_id', column: stage.column('zoo_id') }]);
      expect(await stage.portrait()).toEqual(await stage.freshPortrait());
    },
  );
});

test('several columns are altered by one statement', async () => {
  const names = ['a', 'b', 'c'];
  const with3 = (make: Make) =>
    zoo(
      () => p.integer(),
      () => Object.fromEntries(names.map(name => [name, make()])),
    );
  await onStage(
    {
      before: with3(() => p.text()),
      after: with3(() => p.integer().default(1)),
      rows: `insert into animal (legs, a, b, c) values (1, '1', '2', '3')`,
    },
    async stage => {
      const sent: string[] = [];
      await postgresqlEditor.change(
        { ...stage.context(), sql: { execute: sql => (sent.push(sql), stage.sql.execute(sql)) } },
        { name: 'animal', namespace: undefined },
        names.map(name => ({ kind: 'alter column', name, column: stage.column(name) })),
      );
      expect(sent.filter(sql => sql.startsWith('alter table'))).toEqual([
        expect.stringMatching(/"a" type .*"b" type .*"c" type /),
      ]);
      expect(await stage.rows('select a, b, c from animal')).toEqual([{ a: 1, b: 2, c: 3 }]);
    },
  );
});

describe('what stands in the way', () => {
  test('a view that reads the column is named, and nothing was changed', async () => {
    const rows = `create view tall as select legs from animal; create materialized view taller as select id from animal where legs > 2`;
    await onStage({ before: zoo(() => p.integer()), after: zoo(() => p.bigint()), rows }, async stage => {
      const failing = alter(stage);
      await expect(failing).rejects.toThrow(OperationError);
      await expect(failing).rejects.toThrow(
        'animal.legs cannot change its type: materialized view taller, view tall use it. Drop those first with step.execute(), and create them again afterwards.',
      );
      expect((await stage.read()).columns[1]?.type).toBe('integer');
    });
  });

  test('a view does not keep a default or a null from being changed', async () => {
    const rows = `create view tall as select legs from animal`;
    await onStage(
      { before: zoo(() => p.integer()), after: zoo(() => p.integer().nullable().default(4)), rows },
      async stage => {
        await alter(stage);
        const legs = (await stage.read()).columns[1];
        expect(legs).toMatchObject({ nullable: true, default: '4' });
      },
    );
  });

  test('a column that is not there is named', async () => {
    await onStage({ before: zoo(() => p.integer()) }, async stage => {
      await expect(
        stage.change([{ kind: 'alter column', name: 'tail', column: stage.column('legs') }]),
      ).rejects.toThrow('the table animal has no column tail, so it cannot be altered');
    });
  });

  test('a table that is not there is named', async () => {
    await onStage({ before: zoo(() => p.integer()) }, async stage => {
      const missing = { name: 'plant', namespace: 'garden' };
      await expect(
        postgresqlEditor.change(stage.context(), missing, [{ kind: 'drop column', name: 'x' }]),
      ).rejects.toThrow('the table garden.plant does not exist, so it cannot be changed');
    });
  });
});
