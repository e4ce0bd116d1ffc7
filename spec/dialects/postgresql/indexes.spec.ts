import { describe, expect, test } from '@jest/globals';
import { defineEntity, p } from '@mikro-orm/core';
import { aim } from '../../../lib/dialects/postgresql/alter-table/alteration.ts';
import { onStage } from './stage.ts';

interface Declared {
  readonly indexes?: readonly object[];
  readonly uniques?: readonly object[];
}

function zoo({ indexes = [], uniques = [] }: Declared = {}) {
  return () => [
    defineEntity({
      name: 'Animal',
      properties: {
        id: p.integer().primary(),
        name: p.string(),
        legs: p.integer().nullable(),
        tags: p.array().nullable(),
        data: p.json().nullable(),
        told: p.text().nullable(),
      },
      indexes: indexes as never,
      uniques: uniques as never,
    }),
  ];
}

const rows = `insert into animal (name, legs) values ('Leo', 4), ('Hua', null), ('Tony', 4)`;

const kinds: readonly (readonly [string, Declared])[] = [
  ['plain', { indexes: [{ properties: ['name'] }] }],
  ['unique', { uniques: [{ properties: ['name'] }] }],
  ['composite', { indexes: [{ properties: ['name', 'legs'] }] }],
  ['unique and composite', { uniques: [{ properties: ['legs', 'name'] }] }],
  ['partial', { indexes: [{ properties: ['name'], where: { legs: { $gt: 2 } } }] }],
  ['unique and partial', { uniques: [{ properties: ['legs'], where: { name: 'Leo' } }] }],
  [
    'of an expression',
    {
      indexes: [{ name: 'by_lower', expression: 'create index "by_lower" on "animal" (lower(name), (legs + 1) desc)' }],
    },
  ],
  [
    'of an expression, without quotes',
    {
      indexes: [
        {
          name: 'by_lower',
          expression: 'CREATE UNIQUE INDEX IF NOT EXISTS by_lower ON public.animal (lower(name)) WHERE legs > 4',
        },
      ],
    },
  ],
  [
    'where nulls are not distinct',
    {
      indexes: [
        { name: 'one_null', expression: 'create unique index one_null on animal (name, legs) nulls not distinct' },
      ],
    },
  ],
  ['gin', { indexes: [{ properties: ['tags'], type: 'gin' }] }],
  ['into JSON', { indexes: [{ properties: ['data.size'] }] }],
  ['unique into JSON', { uniques: [{ properties: ['data.size'] }] }],
  ['of texts', { indexes: [{ properties: ['told'], type: 'fulltext' }] }],
  [
    'with another order',
    {
      indexes: [
        {
          properties: ['name', 'legs'],
          columns: [
            { name: 'name', sort: 'desc' },
            { name: 'legs', nulls: 'first' },
          ],
        },
      ],
    },
  ],
  ['including more', { indexes: [{ properties: ['name'], include: ['legs'], fillFactor: 70 }] }],
  ['deferred', { uniques: [{ properties: ['name'], deferMode: 'deferred' }] }],
  ['with a name that needs quoting', { indexes: [{ properties: ['name'], name: `By "na me" %?'` }] }],
];

describe.each(kinds)('an index %s', (_, declared) => {
  test('is added, is what a new installation has, and no other', async () => {
    await onStage({ before: zoo(), after: zoo(declared), rows }, async stage => {
      const index = stage.index();
      await stage.change([{ kind: 'add index', index }]);
      expect(await stage.indexDifference(index.keyName)).toBeUndefined();
      expect(await stage.portrait()).toEqual(await stage.freshPortrait());
    });
  });

  test('is dropped', async () => {
    await onStage({ before: zoo(declared), after: zoo(), rows }, async stage => {
      const { indexes } = await stage.read();
      await stage.change(indexes.map(({ name }) => ({ kind: 'drop index', name })));
      expect(await stage.portrait()).toEqual(await stage.freshPortrait());
    });
  });
});

test.each([
  [
    'columns',
    { properties: ['name'] },
    { properties: ['name', 'legs'] },
    'index using btree (name), wanted index using btree (name, legs)',
  ],
  [
    'kind',
    { properties: ['tags'], type: 'gin' },
    { properties: ['tags'] },
    'index using gin (tags), wanted index using btree (tags)',
  ],
  [
    'condition',
    { properties: ['name'], where: { legs: 2 } },
    { properties: ['name'], where: { legs: 3 } },
    'index using btree (name) WHERE (legs = 2), wanted index using btree (name) WHERE (legs = 3)',
  ],
  [
    'expression',
    { expression: 'create index i on animal (lower(name))' },
    { expression: 'create unique index i on animal (upper(name))' },
    'index using btree (lower((name)::text)), wanted unique index using btree (upper((name)::text))',
  ],
])('a difference of %s is told', async (_, is, wanted, difference) => {
  const before = zoo({ indexes: [{ ...is, name: 'i' }] });
  await onStage({ before, after: zoo({ indexes: [{ ...wanted, name: 'i' }] }), rows }, async stage => {
    const table = await stage.read();
    expect(await stage.indexDifference('i')).toBe(difference);
    expect(await stage.read()).toEqual(table);
  });
});

test('a unique index is not the constraint', async () => {
  const before = zoo({ indexes: [{ name: 'i', expression: 'create unique index i on animal (name)' }] });
  const after = zoo({ uniques: [{ name: 'i', properties: ['name'] }] });
  await onStage({ before, after, rows }, async stage => {
    expect(await stage.indexDifference('i')).toBe('unique index using btree (name), wanted constraint UNIQUE (name)');
  });
});

test.each([
  ['create index "a" on "animal" ("on")', 'create index x on T ("on")'],
  [
    'CREATE UNIQUE INDEX CONCURRENTLY IF NOT EXISTS "a on b" ON ONLY "n s"."t""x" using gin (a)',
    'CREATE UNIQUE INDEX CONCURRENTLY IF NOT EXISTS x ON ONLY T using gin (a)',
  ],
  ['create index on animal (name)', 'create index x on T (name)'],
  ['create index\n  tiere_ä\n  on zoo . tier_1$ (a)', 'create index\n  x on T (a)'],
  ['alter table "zoo"."animal" add constraint "c" unique ("a")', 'alter table T add constraint "c" unique ("a")'],
  ['drop table animal', 'drop table animal'],
])('%s is aimed at another table', (statement, aimed) => {
  expect(aim(statement, 'T', 'x')).toBe(aimed);
});

test('a statement keeps the name of its index', () => {
  expect(aim('create index $1 on animal (a)', '"$&"')).toBe('create index $1 on animal (a)');
  expect(aim('create index a on animal (a)', '"$&"')).toBe('create index a on "$&" (a)');
});
