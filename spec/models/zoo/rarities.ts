import { defineEntity, p, raw, sql } from '@mikro-orm/core';

/** What few entities say: each option of a property, an index or a table that has a part in the description. */

export const Spot = defineEntity({
  name: 'Spot',
  embeddable: true,
  properties: { x: p.double(), hidden: p.string().persist(false).nullable(), note: p.string().nullable() },
});

export const Place = defineEntity({
  name: 'Place',
  embeddable: true,
  properties: {
    city: p.string(),
    spot: () => p.embedded(Spot).nullable(),
    inner: () => p.embedded(Spot).object().nullable(),
    more: () => p.embedded(Spot).array().nullable(),
  },
});

export const Pay = defineEntity({
  name: 'Pay',
  embeddable: true,
  abstract: true,
  discriminatorColumn: 'kind',
  properties: { kind: p.enum(['cash', 'card']) },
});
export const Cash = defineEntity({
  name: 'Cash',
  embeddable: true,
  extends: Pay,
  discriminatorValue: 'cash',
  properties: { coins: p.integer().nullable() },
});
export const Card = defineEntity({
  name: 'Card',
  embeddable: true,
  extends: Pay,
  discriminatorValue: 'card',
  properties: { number: p.string().nullable() },
});

export const Zoo = defineEntity({
  name: 'Zoo',
  comment: 'all of them',
  checks: [
    { name: 'big', expression: 'size > 3' },
    { expression: 'size < 9', property: 'size' },
    { expression: (columns: Readonly<Record<string, string>>) => `${columns['town']} <> ''` },
  ],
  indexes: [
    { name: 'by_town', properties: ['town'], where: `size > 1` },
    { properties: ['size'], where: { $or: [{ size: { $gt: 1 } }, { town: { $in: ['x', 'y'] } }] } },
    { properties: ['opened'], where: { opened: { $gt: new Date('2024-01-01T00:00:00Z') } } },
    { columns: [{ name: 'town', sort: 'desc', nulls: 'last' }] as never },
    { properties: ['place.city'] as never },
    { properties: ['data.a.b'] as never },
    { properties: ['home.city'] as never, type: 'btree' },
    { name: 'lower_town', expression: 'create index lower_town on zoo (lower(town))' },
    { properties: ['size', 'town'], include: ['opened'] as never, fillFactor: 70 },
  ],
  uniques: [
    { name: 'once', properties: ['town', 'opened'], deferrable: 'deferred' as never },
    { properties: ['size', 'opened'], where: 'size > 5' },
    { expression: 'create unique index "lower_once" on "zoo" (lower("town"))', name: 'lower_once' },
  ] as never,
  triggers: [
    { timing: 'before', events: ['update', 'insert'], body: 'select 1' },
    { name: 'told', timing: 'after', events: ['delete'], forEach: 'statement', when: 'size > 1', body: 'select 2' },
    { name: 'written', timing: 'after', events: ['insert'], expression: 'create trigger written' },
  ] as never,
  properties: {
    id: p.bigint().primary().autoincrement(false),
    town: p
      .string()
      .comment('where it is')
      .unique('town_once' as never),
    size: p.smallint().unsigned(),
    opened: p.datetime(3).nullable(),
    told: p.datetime().runtimeType('string').nullable(),
    counted: p.datetime().runtimeType('number').nullable(),
    day: p.date().runtimeType('Date').nullable(),
    data: p.json<unknown>().default('{"a":1}').nullable(),
    number: p.decimal().precision(9).scale(1).default('1.5'),
    flag: p.boolean().default(true),
    moment: p.datetime().default(sql.now()),
    raw: p.string().default(raw(`upper('x')`)),
    either: p.enum(["it's", 'b']).default('b'),
    some: p.enum([1, 2]).nullable(),
    several: p
      .enum(['x', 'y'])
      .array()
      .default(['x'] as never),
    twice: p.integer().generated('(size * 2) stored').nullable(),
    revision: p.integer().version(),
    stamp: p.datetime().version(),
    checked: p.integer().check('checked > 0'),
    home: () => p.embedded(Place),
    bare: () => p.embedded(Place).prefix(false).nullable(),
    named: () => p.embedded(Place).prefix('own_').prefixMode('absolute').nullable(),
    place: () => p.embedded(Place).object().nullable(),
    places: () => p.embedded(Place).array(),
    pay: () => p.embedded([Cash, Card]).nullable(),
    paid: () => p.embedded([Cash, Card]).array().nullable(),
    unstored: () => p.embedded(Spot).persist(false).nullable(),
    first: () => p.manyToOne(Stall).nullable().deferMode('deferred'),
    free: () => p.manyToOne(Stall).nullable().createForeignKeyConstraint(false),
    plain: () => p.manyToOne(Stall).nullable().deleteRule('no action').updateRule('cascade'),
    gone: () => p.manyToOne(Stall).nullable().deleteRule('set null').foreignKeyName('gone_key'),
    unindexed: () =>
      p
        .manyToOne(Stall)
        .nullable()
        .index(false as never),
    any: () => p.manyToOne([Tiger, Owl]).nullable(),
    needed: () => p.manyToOne([Owl, Tiger]),
    ordered: () => p.manyToMany(Stall).fixedOrder(),
    placed: () => p.manyToMany(Stall).fixedOrderColumn('at'),
    joined: () =>
      p.manyToMany(Stall).joinColumns('zoo_key').inverseJoinColumns('row_key', 'seat_key').pivotTable('zoo_rows'),
    self: () => p.manyToMany(Zoo),
    alone: () =>
      p
        .oneToOne(Owl)
        .owner()
        .nullable()
        .unique(false as never),
  },
});

export const Stall = defineEntity({
  name: 'Stall',
  properties: {
    row: p.string().length(3).primary(),
    seat: p.smallint().primary(),
    of: () => p.manyToOne(Zoo).nullable(),
  },
});

export const Beast = defineEntity({
  name: 'Beast',
  inheritance: 'tpt',
  checks: [{ expression: 'legs >= 0', property: 'legs' }],
  properties: { id: p.integer().primary(), legs: p.integer(), friends: () => p.manyToMany(Beast) },
});
export const Tiger = defineEntity({
  name: 'Tiger',
  extends: Beast,
  properties: { stripes: p.integer(), hunts: () => p.manyToMany(Owl) },
});
export const Cub = defineEntity({ name: 'Cub', extends: Tiger, properties: { age: p.smallint().index() } });
export const Owl = defineEntity({ name: 'Owl', properties: { id: p.integer().primary() } });

export const Fish = defineEntity({
  name: 'Fish',
  discriminatorColumn: 'sort',
  discriminatorMap: { f: 'Fish', s: 'Shark', w: 'WhiteShark' } as never,
  properties: { id: p.integer().primary(), sort: p.enum(['f', 's', 'w']) },
});
export const Shark = defineEntity({ name: 'Shark', extends: Fish, properties: { teeth: p.integer().fieldName('t') } });
export const WhiteShark = defineEntity({
  name: 'WhiteShark',
  extends: Shark,
  properties: { length: p.double(), eats: () => p.manyToMany(Owl) },
});

const typed = (type: string) => p.type(type as never).nullable();
export const Words = defineEntity({
  name: 'Words',
  properties: {
    id: p.integer().primary(),
    ...Object.fromEntries(
      [
        'bool',
        'buffer',
        'bytea',
        'char',
        'character varying',
        'double precision',
        'jsonb',
        'numeric',
        'object',
        'timestamp',
      ]
        .concat(
          'timestamptz',
          'varchar(7)',
          'varchar',
          'int',
          'int4',
          'number',
          'Date',
          'bigint',
          'real',
          'money',
          'string[]',
        )
        .map((type, index) => [`word${index}`, typed(type)]),
    ),
  },
});

export const Sizes = defineEntity({
  name: 'Sizes',
  view: true,
  expression: 'select size from zoo',
  properties: { size: p.integer().primary() },
});
export const Kept = defineEntity({
  name: 'Kept',
  view: { materialized: true, withData: false },
  expression: 'select size from zoo',
  indexes: [{ name: 'kept_size', properties: ['size'] }],
  properties: { size: p.integer().primary() },
});
