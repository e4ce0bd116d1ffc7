import { defineEntity, p } from '@mikro-orm/core';
import type { Cell } from './cell.ts';
import { proveChanges } from './prove.ts';

type Options = readonly [properties: () => object, more?: object];

function entity(name: string, tableName: string, [properties, more = {}]: Options) {
  const One = defineEntity({
    name,
    tableName,
    properties: { id: p.integer().primary(), name: p.string(), ...properties() },
    ...more,
  } as never);
  return { [name]: One };
}

const rows = [`insert into animal (id, name, mood) values (1, 'Leo', 'calm'), (2, 'Elsa', null)`];
const mood = (...items: string[]): Options => [() => ({ mood: p.enum(items).nullable() })];
const native = (...items: string[]): Options => [
  () => ({ mood: p.enum(items).nativeEnumName('mood_kind').nullable() }),
];
const text = (more: object, property: () => object = () => ({ mood: p.string().nullable() })): Options => [
  property,
  more,
];

/** Parts that are named after the table and a property, whatever they are over, and some that only look like it. */
const named = (column: string): Options => [
  () => ({
    [column]: p.string().nullable().check('id > -1'),
    loud: p.string().generated(`(upper(${column})) stored`).nullable(),
    legs: p.integer().nullable().check(`name <> 'x'`),
  }),
  {
    checks: [
      { expression: `${column} <> 'x'` },
      { name: 'animal_id_check', expression: 'id > -2' },
      { name: 'animal_name_check', expression: `${column} <> 'y'` },
    ],
    indexes: [
      { properties: ['name'], where: `${column} <> 'sad'` },
      {
        properties: [column],
        expression: (columns: Record<string, string>, table: unknown, name: string) =>
          `create index ${name} on ${String(table)} (lower(${columns[column]}))`,
      },
    ],
    uniques: [{ properties: ['legs'], where: `${column} <> 'sad'` }],
  },
];

/** What else is changed in the step that renames a table. */
const changes: readonly (readonly [string, Options, Options, Partial<Cell>?])[] = [
  ['nothing else', named('mood'), named('mood')],
  ['its enum gets an item', mood('calm', 'wild'), mood('calm', 'sad', 'wild')],
  ['its enum loses an item', mood('calm', 'wild'), mood('calm')],
  ['its native enum gets an item', native('calm', 'wild'), native('calm', 'sad', 'wild'), { only: 'postgresql' }],
  ['its native enum loses an item', native('calm', 'wild'), native('calm'), { only: 'postgresql' }],
  [
    'its native enum gets an item and a default',
    native('calm', 'wild'),
    [() => ({ mood: p.enum(['sad', 'calm', 'wild']).nativeEnumName('mood_kind').nullable().default('sad') })],
    { only: 'postgresql' },
  ],
  [
    'its native enum gets another name and an item',
    native('calm', 'wild'),
    [() => ({ mood: p.enum(['calm', 'sad', 'wild']).nativeEnumName('beast_mood').nullable() })],
    { only: 'postgresql' },
  ],
  [
    'its native enum, which has a default, loses it and an item',
    [() => ({ mood: p.enum(['sad', 'calm', 'wild']).nativeEnumName('mood_kind').nullable().default('sad') })],
    native('calm', 'wild'),
    { only: 'postgresql' },
  ],
  [
    'its list of a native enum gets an item',
    [
      () => ({
        mood: p.enum(['calm', 'wild']).nullable(),
        moods: p.enum(['calm', 'wild']).array().nativeEnumName('mood_kind').nullable(),
      }),
    ],
    [
      () => ({
        mood: p.enum(['calm', 'wild']).nullable(),
        moods: p.enum(['calm', 'sad', 'wild']).array().nativeEnumName('mood_kind').nullable(),
      }),
    ],
    { only: 'postgresql' },
  ],
  [
    'two properties of its native enum get an item',
    [
      () => ({
        mood: p.enum(['calm', 'wild']).nativeEnumName('mood_kind').nullable(),
        other: p.enum(['calm', 'wild']).nativeEnumName('mood_kind').default('wild'),
      }),
    ],
    [
      () => ({
        mood: p.enum(['calm', 'sad', 'wild']).nativeEnumName('mood_kind').nullable(),
        other: p.enum(['calm', 'sad', 'wild']).nativeEnumName('mood_kind').default('sad'),
      }),
    ],
    { only: 'postgresql' },
  ],
  ['its enum becomes a native one', mood('calm', 'wild'), native('calm', 'sad', 'wild'), { only: 'postgresql' }],
  [
    'its check says another thing',
    text({}, () => ({ mood: p.string().nullable().check(`mood <> 'sad'`) })),
    text({}, () => ({ mood: p.string().nullable().check(`mood <> 'bad'`) })),
  ],
  ['it loses a check', text({}, () => ({ mood: p.string().nullable().check(`mood <> 'sad'`) })), text({})],
  [
    'its index is of other rows',
    text({ indexes: [{ properties: ['mood'], where: `mood <> 'sad'` }] }),
    text({ indexes: [{ properties: ['mood'], where: `mood <> 'bad'` }] }),
  ],
  ['it loses an index', text({}, () => ({ mood: p.string().nullable().index() })), text({})],
  ['it loses a unique constraint', text({}, () => ({ mood: p.string().nullable().unique() })), text({})],
  [
    'its index becomes unique',
    text({ indexes: [{ properties: ['mood'] }] }),
    text({ uniques: [{ properties: ['mood'] }] }),
  ],
];

const cells = changes.flatMap(([what, before, after, more]): Cell[] => [
  {
    name: `an entity is renamed, and ${what}`,
    before: () => entity('Animal', 'animal', before),
    after: () => entity('Beast', 'beast', after),
    answers: { renamed: ['animal:beast'] },
    rows,
    kept: {
      'select id, name, mood from beast order by id': [
        { id: 1, name: 'Leo', mood: 'calm' },
        { id: 2, name: 'Elsa', mood: null },
      ],
    },
    ...more,
  },
  {
    name: `a table is renamed, and ${what}`,
    before: () => entity('Animal', 'animal', before),
    after: () => entity('Animal', 'beast', after),
    rows,
    ...more,
  },
]);

proveChanges([
  ...cells,
  {
    name: 'an entity and a property are renamed at once',
    before: () => entity('Animal', 'animal', named('mood')),
    after: () => entity('Beast', 'beast', named('temper')),
    answers: { renamed: ['animal:beast', 'animal.mood:temper'] },
    rows,
    kept: {
      'select id, name, temper from beast order by id': [
        { id: 1, name: 'Leo', temper: 'calm' },
        { id: 2, name: 'Elsa', temper: null },
      ],
    },
  },
  {
    name: 'a table is renamed, and its indexes and keys keep the names that they were given',
    before: () => pinned('Animal', 'animal', 'mood', 'zoo'),
    after: () => pinned('Animal', 'beast', 'mood', 'zoo'),
  },
  {
    name: 'properties are renamed, and their indexes and keys keep the names that they were given',
    before: () => pinned('Animal', 'animal', 'mood', 'zoo'),
    after: () => pinned('Animal', 'animal', 'temper', 'park'),
    answers: { renamed: ['animal.mood:temper', 'animal.zoo:park'] },
  },
  {
    name: 'an embedded property is renamed, with indexes that the embeddable declares',
    before: () => housed('home'),
    after: () => housed('den'),
    answers: { renamed: ['animal.home:den'] },
    rows: [`insert into animal (id, home_city, home_zip, home_land) values (1, 'Paris', '75001', 'fr')`],
    kept: {
      'select den_city, den_zip, den_land from animal': [{ den_city: 'Paris', den_zip: '75001', den_land: 'fr' }],
    },
  },
  {
    name: 'a property inside an embedded one is renamed, and so is the table',
    before: () => housed('home'),
    after: () => housed('home', { table: 'beast', city: 'town' }),
    answers: { renamed: ['animal.home.city:home.town'] },
    rows: [`insert into animal (id, home_city, home_zip, home_land) values (1, 'Paris', '75001', 'fr')`],
    kept: { 'select home_town from beast': [{ home_town: 'Paris' }] },
  },
]);

/** Animals in a zoo, whose parts have names that MikroORM would give only to those of the first release. */
function pinned(name: string, tableName: string, column: string, zoo: string) {
  const Zoo = defineEntity({ name: 'Zoo', properties: { id: p.integer().primary() } });
  const One = defineEntity({
    name,
    tableName,
    properties: {
      id: p.integer().primary(),
      [column]: p.string().nullable(),
      [zoo]: () => p.manyToOne(Zoo).foreignKeyName('animal_zoo_id_foreign').index('animal_zoo_id_index').nullable(),
    },
    indexes: [{ name: 'animal_mood_index', properties: [column] }],
    uniques: [{ name: 'animal_mood_unique', properties: [column] }],
  } as never);
  return { Zoo, [name]: One };
}

/** Animals with an embedded address, whose indexes have no names. */
function housed(property: string, { table = 'animal', city = 'city' } = {}) {
  const Address = defineEntity({
    name: 'Address',
    embeddable: true,
    properties: { [city]: p.string().index(), zip: p.string(), land: p.string().unique() },
    indexes: [{ properties: [city, 'zip'] }],
  } as never);
  const Animal = defineEntity({
    name: 'Animal',
    tableName: table,
    properties: { id: p.integer().primary(), [property]: p.embedded(Address as never) },
  } as never);
  return { Address, Animal };
}
