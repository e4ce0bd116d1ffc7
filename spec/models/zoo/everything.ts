import { defineEntity, p, quote, raw, sql } from '@mikro-orm/core';
import type { SqlEntityManager } from '@mikro-orm/sql';
import { Weight } from './1.ts';

/** One entity or property of every kind, so that whatever entities can do is done somewhere here. */

export const Diet = { Meat: 'meat', Plants: 'plants', "Whatever's there": "whatever's there" } as const;
export const Size = { Small: 1, Large: 2 } as const;

// ── bases and embeddables ──

export const Base = defineEntity({
  name: 'Base',
  abstract: true,
  properties: {
    id: p.integer().primary(),
    createdAt: p
      .datetime()
      .default(sql.now())
      .onCreate(() => new Date('2024-01-01T00:00:00Z')),
    revision: p.integer().version(),
  },
});

export const Point = defineEntity({
  name: 'Point',
  embeddable: true,
  properties: { x: p.double(), y: p.double().nullable() },
});

export const Address = defineEntity({
  name: 'Address',
  embeddable: true,
  properties: {
    street: p.string(),
    city: p.string().index(),
    point: () => p.embedded(Point).nullable(),
  },
});

// ── a table with every type ──

export const Animal = defineEntity({
  name: 'Animal',
  extends: Base,
  checks: [{ expression: columns => `${columns.legs} >= 0` }],
  indexes: [
    { properties: ['species', 'born'] },
    { properties: ['tag'], where: { legs: { $gt: 2 } } },
    {
      name: 'animal_lower',
      expression: (columns, table, name) => quote`create index ${name} on ${table} (lower(${columns.species ?? ''}))`,
    },
  ],
  uniques: [{ properties: ['species', 'tag'] }],
  properties: {
    species: p.string().fieldName('kind_of').length(80),
    tag: p.uuid(),
    story: p.text().nullable(),
    legs: p.smallint().default(4),
    chip: p.bigint().nullable(),
    price: p.decimal().precision(20).scale(4).nullable(),
    factor: p.double().nullable(),
    tame: p.boolean().default(false),
    born: p.date().nullable(),
    wakes: p.time().nullable(),
    seen: p.datetime().nullable(),
    facts: p.json<{ colour: string; spots: number[] }>().nullable(),
    photo: p.uint8array().nullable(),
    xray: p.blob().nullable(),
    names: p.array().nullable(),
    weight: p.type(Weight).nullable(),
    motto: p.string().default('it is "here" 100%'),
    diet: p.enum(() => Diet).default(Diet.Meat),
    size: p.enum(() => Size).nullable(),
    mood: p.enum(['calm', 'angry']).nativeEnumName('mood').nullable(),
    treats: p.enum(['bone', 'fish']).array().nullable(),
    loud: p
      .string()
      .generated(columns => `(upper(${columns.species})) stored`)
      .nullable(),
    home: () => p.embedded(Address),
    origin: () => p.embedded(Address).object().nullable(),
    travels: () => p.embedded(Point).array().nullable(),
    shouted: p.string().formula(columns => `upper(${columns.species})`),
    forgotten: p.string().persist(false).nullable(),
    mother: () => p.manyToOne(Animal).nullable(),
    children: () => p.oneToMany(Animal).mappedBy('mother'),
    passport: () => p.oneToOne(Passport).nullable(),
    friends: () => p.manyToMany(Animal).pivotTable('animal_friends'),
    keepers: () =>
      p
        .manyToMany(Person)
        .pivotEntity(() => Shift)
        .inversedBy('animals'),
    visits: () => p.oneToMany(Visit).mappedBy('animal'),
  },
});

export const Passport = defineEntity({
  name: 'Passport',
  tableName: 'order',
  properties: { number: p.string().primary(), animal: () => p.oneToOne(Animal).mappedBy('passport') },
});

// ── one table for several entities ──

export const Person = defineEntity({
  name: 'Person',
  abstract: true,
  discriminatorColumn: 'role',
  properties: {
    id: p.uuid().primary(),
    name: p.string(),
    animals: () => p.manyToMany(Animal).mappedBy('keepers'),
  },
});

export const Keeper = defineEntity({
  name: 'Keeper',
  extends: Person,
  discriminatorValue: 'keeper',
  properties: { salary: p.integer(), boss: () => p.manyToOne(Person).nullable() },
});

export const Vet = defineEntity({
  name: 'Vet',
  extends: Person,
  discriminatorValue: 'vet',
  properties: { licence: p.string().unique() },
});

// ── a table for each of several entities ──

export const Thing = defineEntity({
  name: 'Thing',
  inheritance: 'tpt',
  properties: { id: p.integer().primary(), label: p.string() },
});

export const Toy = defineEntity({ name: 'Toy', extends: Thing, properties: { bounces: p.boolean() } });

// ── keys of several columns, a pivot with a life of its own ──

export const Shift = defineEntity({
  name: 'Shift',
  properties: {
    animal: () => p.manyToOne(Animal).primary(),
    person: () => p.manyToOne(Person).primary(),
    hours: p.integer().default(8),
  },
});

export const Visit = defineEntity({
  name: 'Visit',
  properties: {
    animal: () => p.manyToOne(Animal).primary().deleteRule('cascade'),
    day: p.date().primary(),
    note: p.string().nullable(),
  },
});

export const Ticket = defineEntity({
  name: 'Ticket',
  properties: {
    id: p.integer().primary(),
    visit: () => p.manyToOne(Visit).deleteRule('cascade'),
    of: () => p.manyToOne([Passport, Visitor]).nullable(),
  },
});

export const Visitor = defineEntity({
  name: 'Visitor',
  properties: { number: p.string().primary(), visits: () => p.manyToMany(Visit) },
});

// ── no tables ──

export const Census = defineEntity({
  name: 'Census',
  view: true,
  expression: (em: SqlEntityManager) =>
    em
      .createQueryBuilder(Animal, 'a')
      .select(['a.species', raw('count(*) as heads')])
      .groupBy('a.species'),
  properties: { kind_of: p.string().primary(), heads: p.integer() },
});

export const Question = defineEntity({
  name: 'Question',
  expression: 'select 42 as answer',
  properties: { answer: p.integer() },
});
