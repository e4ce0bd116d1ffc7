import { describe, expect, test } from '@jest/globals';
import { defineEntity, p, raw, type EntitySchema } from '@mikro-orm/core';
import { jsonOf } from '../../lib/models/describe-indexes.ts';
import { describeModule } from '../../lib/models/frozen-models.ts';
import { offline } from './support.ts';

const orms = offline();

/** An entity of a stranger, with options that are rarely set. */
function animal({ properties = {}, ...options }: Record<string, unknown> = {}) {
  const Home = defineEntity({ name: 'Home', embeddable: true, properties: { city: p.string(), zip: p.string() } });
  const Animal = defineEntity({
    name: 'Animal',
    ...options,
    properties: {
      id: p.integer().primary(),
      species: p.string().fieldName('kind_of'),
      legs: p.integer(),
      facts: p.json<unknown>().fieldName('known').nullable(),
      home: () => p.embedded(Home),
      house: () => p.embedded(Home).object(),
      mother: (): unknown => p.manyToOne(Animal).nullable(),
      twin: (): unknown => p.oneToOne(Animal).nullable(),
      ...(properties as object),
    },
  } as never) as EntitySchema;
  return { Animal, Home };
}

/** What both dialects say of the entity's indexes and uniques. */
function described(options: Record<string, unknown>) {
  const [one, other] = orms.map(({ orm }) => {
    const { entities } = describeModule(orm, animal(options), { name: 'the frozen version 1' });
    const [{ indexes, uniques } = {}] = entities;
    return { indexes, uniques };
  });
  expect(other).toStrictEqual(one);
  return one!;
}

/** The unique constraint of the one-to-one relation, which is in every description. */
const twin = { columns: ['twin_id'] };

describe('indexes', () => {
  test.each<[string, Record<string, unknown>, object | undefined]>([
    ['none: the plain ones of relations are made by some dialects', {}, undefined],
    [
      'a plain one on a relation says no more than the relation',
      { indexes: [{ properties: ['mother'] }, { properties: 'twin', name: 'by_twin' }] },
      undefined,
    ],
    [
      'one on a relation with an option is kept',
      { indexes: [{ properties: ['mother'], type: 'hash' }] },
      [{ columns: ['mother_id'], type: 'hash' }],
    ],
    [
      'a plain one on a relation and a column is kept',
      { indexes: [{ properties: ['mother', 'legs'] }] },
      [{ columns: ['mother_id', 'legs'] }],
    ],
    [
      'at a property, with and without a name',
      { properties: { tail: p.integer().index(), wings: p.integer().index('by_wings') } },
      [{ columns: ['tail'] }, { columns: ['wings'], hints: { name: 'by_wings' } }],
    ],
    [
      'at a property and at the entity: once',
      { properties: { tail: p.integer().index() }, indexes: [{ properties: 'tail' }] },
      [{ columns: ['tail'] }],
    ],
    [
      'the same under other names: one for each, ordered by name, the unnamed one first',
      {
        indexes: [
          { properties: 'legs', name: 'b' },
          { properties: 'legs', name: 'A' },
          { properties: 'legs', name: 'b' },
          { properties: 'legs' },
        ],
      },
      [{ columns: ['legs'] }, { columns: ['legs'], hints: { name: 'A' } }, { columns: ['legs'], hints: { name: 'b' } }],
    ],
    [
      'columns in the place of properties',
      { indexes: [{ properties: [], columns: [{ name: 'species', sort: 'desc' }, { name: 'legs' }] }] },
      [{ columns: ['kind_of', 'legs'], order: [{ name: 'kind_of', sort: 'desc' }, { name: 'legs' }] }],
    ],
    [
      'properties with options of their columns',
      { indexes: [{ properties: ['legs', 'species'], columns: [{ name: 'species', length: 5 }] }] },
      [{ columns: ['legs', 'kind_of'], order: [{ name: 'kind_of', length: 5 }] }],
    ],
    [
      'keys inside a document, under the name of its column',
      { indexes: [{ properties: 'facts.tail.length' }, { properties: 'house.city' }] },
      [{ columns: ['house.city'] }, { columns: ['known.tail.length'] }],
    ],
    [
      'parts of an embedded property',
      { indexes: [{ properties: ['home.zip', 'home.city'] }] },
      [{ columns: ['home_zip', 'home_city'] }],
    ],
    [
      'a condition in SQL, in one spelling',
      { indexes: [{ properties: 'legs', where: 'legs   >  2' }] },
      [{ columns: ['legs'], where: 'legs > 2' }],
    ],
    [
      'a condition in data, with SQL as key and as value',
      {
        indexes: [
          {
            properties: 'legs',
            where: { [raw('lower(kind_of)')]: 'lion', species: raw('upper(?)', ['x']), legs: null },
          },
        ],
      },
      [
        {
          columns: ['legs'],
          where: { 'lower(kind_of)': 'lion', species: { sql: 'upper(?)', params: ['x'] }, legs: null },
        },
      ],
    ],
    [
      'options that only some databases have',
      {
        indexes: [
          { properties: ['legs', 'id'], invisible: true, disabled: true, clustered: true, fillFactor: 70 },
          { properties: ['id', 'legs'], invisible: false, disabled: false, clustered: false, options: { parser: 'x' } },
        ],
      },
      [
        { columns: ['id', 'legs'], options: { parser: 'x' } },
        { columns: ['legs', 'id'], fillFactor: 70, invisible: true, disabled: true, clustered: true },
      ],
    ],
    [
      'columns that are included',
      { indexes: [{ properties: ['legs', 'id'], include: ['species', 'mother'] }] },
      [{ columns: ['legs', 'id'], include: ['kind_of', 'mother_id'] }],
    ],
    [
      'an expression, which the name of the index has no part in',
      {
        indexes: [
          {
            name: 'lower',
            expression: (columns: Record<string, string>, table: object, name: string) =>
              `create index ${name} on ${String(table)} (lower(${columns['species']}))`,
          },
        ],
      },
      [{ columns: [], expression: 'create index index on animal (lower(kind_of))', hints: { name: 'lower' } }],
    ],
  ])('%s', (_what, options, indexes) => {
    expect(described(options).indexes).toStrictEqual(indexes);
  });
});

describe('uniques', () => {
  test.each<[string, Record<string, unknown>, object[]]>([
    ['that of a one-to-one relation', {}, [twin]],
    ['a primary key is unique anyway', { properties: { id: p.integer().primary().unique() } }, [twin]],
    [
      'a part of a primary key is not',
      { properties: { no: p.integer().primary().unique() } },
      [{ columns: ['no'] }, { columns: ['twin_id', 'twin_no'] }],
    ],
    [
      'at a property, with a name, and checked at the end of the transaction',
      { properties: { tail: { type: 'integer', unique: 'one_tail', deferMode: 'deferred' } } },
      [{ columns: ['tail'], deferrable: 'deferred', hints: { name: 'one_tail' } }, twin],
    ],
    [
      'at the entity, with a name, and checked at the end of the transaction',
      { uniques: [{ properties: ['species', 'legs'], name: 'once', deferMode: 'immediate' }] },
      [{ columns: ['kind_of', 'legs'], deferrable: 'immediate', hints: { name: 'once' } }, twin],
    ],
    ['on a relation, plain', { uniques: [{ properties: 'mother' }] }, [{ columns: ['mother_id'] }, twin]],
  ])('%s', (_what, options, uniques) => {
    expect(described(options).uniques).toStrictEqual(uniques);
  });
});

test.each<[string, unknown, unknown]>([
  ['nothing', undefined, undefined],
  ['null', null, null],
  ['a number', 0, 0],
  ['a text', '', ''],
  ['a moment', new Date(0), '1970-01-01T00:00:00.000Z'],
  ['a pattern', /^x$/i, '/^x$/i'],
  ['SQL', raw('now()'), { sql: 'now()', params: [] }],
  ['SQL with values', raw('? + ?', [1, new Date(0)]), { sql: '? + ?', params: [1, '1970-01-01T00:00:00.000Z'] }],
  ['a list with a gap', [1, undefined, [/x/]], [1, null, ['/x/']]],
  ['keys without a value', { a: undefined, b: { c: undefined, d: null } }, { b: { d: null } }],
  ['SQL as a key', { [raw('lower(x)')]: /y/ }, { 'lower(x)': '/y/' }],
  ['a symbol as a key', { [Symbol('a')]: 1 }, { 'Symbol(a)': 1 }],
])('plain data out of %s', (_what, value, data) => {
  expect(jsonOf(value)).toStrictEqual(data);
});
