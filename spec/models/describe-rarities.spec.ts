import { describe, expect, test } from '@jest/globals';
import { Type, defineEntity, p, types, type EntityProperty } from '@mikro-orm/core';
import { holdsStored, isStored, isToOne, logicalType } from '../../lib/models/describe-properties.ts';
import { describeModule } from '../../lib/models/frozen-models.ts';
import { offline } from './support.ts';

class Weight extends Type<number, number> {}

test.each<[unknown, Type<unknown> | undefined, string]>([
  ['bool', undefined, 'boolean'],
  ['Buffer', undefined, 'blob'],
  ['bytea', undefined, 'blob'],
  ['char(3)', undefined, 'character'],
  ['character varying(3)', undefined, 'string'],
  ['double precision', undefined, 'double'],
  ['INT', undefined, 'integer'],
  ['jsonb', undefined, 'json'],
  ['Number', undefined, 'integer'],
  ['numeric(3, 2)', undefined, 'decimal'],
  ['Object', undefined, 'json'],
  ['timestamp(3)', undefined, 'datetime'],
  ['timestamptz', undefined, 'datetime'],
  ['varchar(3)', undefined, 'string'],
  ['Date', undefined, 'datetime'],
  ['date', undefined, 'date'],
  ['string[]', undefined, 'array'],
  ['String', undefined, 'string'],
  ['constructor', undefined, 'constructor'],
  ['Money', undefined, 'Money'],
  ['a(1) b', undefined, 'a(1) b'],
  [undefined, undefined, 'unknown'],
  ['string', new Weight(), 'Weight'],
  ['string', new types.json(), 'json'],
])('the logical type of %s is told in one spelling', (type, customType, told) => {
  expect(logicalType({ type: type as string, ...(customType && { customType }) })).toBe(told);
});

const prop = (options: object) => ({ kind: 'scalar', ...options }) as unknown as EntityProperty;
const stored = prop({});
const unstored = prop({ persist: false });

test.each<[string, object, boolean]>([
  ['a scalar', {}, true],
  ['one that is not persisted', { persist: false }, false],
  [
    'one that an ORM marks, inside a document',
    { persist: false, userDefined: false, embedded: ['home', 'city'] },
    true,
  ],
  ['one that an ORM marks, elsewhere', { persist: false, userDefined: false }, false],
  ['a formula', { formula: () => '1' }, false],
  ['the many of a one', { kind: '1:m' }, false],
  ['a many-to-one relation', { kind: 'm:1' }, true],
  ['the owner of many to many', { kind: 'm:n', owner: true }, true],
  ['the other side of many to many', { kind: 'm:n', owner: false }, false],
  ['the owner of one to one', { kind: '1:1', owner: true }, true],
  ['the other side of one to one', { kind: '1:1', owner: false }, false],
  ['an embedded one', { kind: 'embedded' }, true],
  ['a scalar with parts', { persist: false, embeddedProps: { stored } }, false],
  [
    'an embedded one with a stored part',
    { kind: 'embedded', persist: false, embeddedProps: { unstored, stored } },
    true,
  ],
  ['an embedded one without a stored part', { kind: 'embedded', persist: false, embeddedProps: { unstored } }, false],
  ['an embedded one without parts', { kind: 'embedded', persist: false }, false],
  ['a document', { kind: 'embedded', persist: false, object: true, embeddedProps: { stored } }, false],
  ['a list', { kind: 'embedded', persist: false, array: true, embeddedProps: { stored } }, false],
])('%s: stored or not', (_what, options, is) => {
  expect(isStored(prop(options))).toBe(is);
});

test('what holds stored parts, and what is to one', () => {
  const holds = [{}, { embeddedProps: { stored } }, { object: true, embeddedProps: { stored } }].map(prop);
  expect(holds.map(holdsStored)).toEqual([false, true, false]);
  const kinds = ['m:1', '1:1', '1:m', 'm:n', 'scalar', 'embedded'];
  expect(kinds.filter(kind => isToOne(prop({ kind })))).toEqual(['m:1', '1:1']);
});

const id = p.integer().primary();
const Owl = defineEntity({ name: 'Owl', schema: 'birds', properties: { id } } as never);
const Tiger = defineEntity({ name: 'Tiger', properties: { id } });

/** The property `it` of an entity, as both dialects mean it; and its hints on PostgreSQL. */
function described(it: unknown, { options = {}, others = {} }: { options?: object; others?: object } = {}) {
  const Zoo = defineEntity({ name: 'Zoo', ...others, properties: { id, it } } as never);
  const [one, other] = offline(options).map(({ orm }) => {
    const { entities } = describeModule(orm, { Zoo, Owl, Tiger, Seat, Shift, Spot, Pair }, { name: 'version 1' });
    const found = entities.find(({ name }) => name === 'Zoo')!.properties.find(({ name }) => name === 'it');
    const { hints, ...meaning } = found!;
    return { hints, meaning };
  });
  expect(other?.meaning).toStrictEqual(one?.meaning);
  return { ...other!.meaning, hints: other?.hints };
}

const Seat = defineEntity({
  name: 'Seat',
  properties: { row: p.string().length(3).primary(), no: p.integer().primary() },
});
const Spot = defineEntity({ name: 'Spot', embeddable: true, properties: { x: p.double() } });
const Pair = defineEntity({ name: 'Pair', properties: { id } });
const Shift = defineEntity({
  name: 'Shift',
  properties: { zoo: () => p.manyToOne('Zoo' as never).primary(), tiger: () => p.manyToOne(Tiger).primary() } as never,
});
const toTiger = { table: 'tiger', columns: ['id'] };
const keyed = { name: 'it', kind: 'm:1', target: 'Tiger', columns: ['it_id'], hints: { columnTypes: ['int'] } };

describe('a property', () => {
  test.each<[string, unknown, object, object?]>([
    [
      'rules in capitals',
      () => p.manyToOne(Tiger).deleteRule('CASCADE').updateRule('NO ACTION'),
      { ...keyed, references: { ...toTiger, onDelete: 'cascade' } },
    ],
    [
      'rules of the ORM',
      () => p.manyToOne(Tiger),
      { ...keyed, references: { ...toTiger, onDelete: 'restrict', onUpdate: 'set null' } },
      { options: { schemaGenerator: { defaultDeleteRule: 'restrict', defaultUpdateRule: 'set null' } } },
    ],
    [
      'an ORM without foreign keys',
      () => p.manyToOne(Tiger),
      keyed,
      { options: { schemaGenerator: { createForeignKeyConstraints: false } } },
    ],
    ['a view keeps no constraint', () => p.manyToOne(Tiger), keyed, { others: { view: true, expression: 'select 1' } }],
    [
      'a target in a namespace',
      () => p.manyToOne(Owl),
      { ...keyed, target: 'Owl', references: { table: 'owl', namespace: 'birds', columns: ['id'] } },
    ],
    [
      'a relation with a default, an index by name and a comment',
      () => p.manyToOne(Tiger).default(1).index('by_it').comment('which'),
      {
        ...keyed,
        default: '1',
        references: toTiger,
        hints: { columnTypes: ['int'], comment: 'which', index: 'by_it' },
      },
    ],
    [
      'a pivot table in an entity',
      () => p.manyToMany(Tiger).pivotEntity(() => Shift as never),
      {
        name: 'it',
        kind: 'm:n',
        target: 'Tiger',
        pivot: { table: 'shift', entity: 'Shift', columns: ['zoo_id'], inverseColumns: ['tiger_id'] },
        hints: undefined,
      },
    ],
    [
      'a version with a default',
      p.integer().version().default(7),
      {
        name: 'it',
        kind: 'scalar',
        type: 'integer',
        columns: ['it'],
        version: true,
        default: '7',
        hints: { columnTypes: ['int'] },
      },
    ],
    [
      'a native enum keeps its order, and a default',
      p.enum(['b', 'a']).nativeEnumName('letters').default('a'),
      {
        name: 'it',
        kind: 'enum',
        columns: ['it'],
        items: ['b', 'a'],
        nativeEnum: 'letters',
        default: "'a'",
        hints: { columnTypes: ['letters'] },
      },
    ],
    [
      'a collation and words for the column',
      p.string().collation('C').length(9),
      {
        name: 'it',
        kind: 'scalar',
        type: 'string',
        columns: ['it'],
        collation: 'C',
        hints: { columnTypes: ['varchar(9)'], length: 9 },
      },
    ],
    [
      'a document with a default',
      () => p.embedded(Spot).object().default('{"x":1}'),
      {
        name: 'it',
        kind: 'embedded',
        embeddable: 'Spot',
        object: true,
        columns: ['it'],
        default: `'{"x":1}'`,
        hints: { columnTypes: ['jsonb'] },
      },
    ],
    [
      'several targets under values of its own',
      () => p.manyToOne([Pair, Tiger]).discriminatorMap({ two: 'Pair', one: 'Tiger' }),
      {
        name: 'it',
        kind: 'm:1',
        target: ['Pair', 'Tiger'],
        columns: ['it_type', 'it_id'],
        discriminator: { column: 'it_type', values: { one: 'Tiger', two: 'Pair' } },
        hints: { columnTypes: ['varchar(255)', 'int'] },
      },
    ],
  ])('%s', (...[, it, told, more]) => {
    expect(described(it, more)).toStrictEqual(told);
  });
});
