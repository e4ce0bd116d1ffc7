import { expect } from '@jest/globals';
import { p, quote, Type } from '@mikro-orm/core';
import { proveChanges } from './prove.ts';
import { animal, leo } from './zoo.ts';

proveChanges([
  {
    name: 'a number becomes one of several texts',
    before: () => animal({ legs: p.integer().nullable() }),
    after: () => animal({ legs: p.enum(['3', '4']).nullable() }),
    rows: [`insert into animal (id, name, legs) values (1, 'Leo', 4)`],
    kept: { 'select name, legs from animal': [{ name: 'Leo', legs: '4' }] },
  },
  {
    name: 'a number becomes one of several texts, and a row has another',
    before: () => animal({ legs: p.integer().nullable() }),
    after: () => animal({ legs: p.enum(['3', '4']).nullable() }),
    rows: [`insert into animal (id, name, legs) values (1, 'Leo', 5)`],
    fails: expect.stringContaining('fails for 1 row. Change those rows first.'),
  },
  {
    name: 'a string becomes a text, an integer a bigint',
    before: () => animal({ story: p.string().nullable(), chip: p.integer().nullable() }),
    after: () => animal({ story: p.text().nullable(), chip: p.bigint().nullable() }),
    rows: [`insert into animal (id, name, story, chip) values (1, 'Leo', 'Once', 7)`],
    kept: { 'select story from animal where chip = 7': [{ story: 'Once' }] },
  },
  {
    name: 'an enum gets an item',
    before: () => animal({ diet: p.enum(['meat', 'plants']).default('meat') }),
    after: () => animal({ diet: p.enum(['meat', 'plants', "whatever's there"]).default('meat') }),
    rows: [leo],
    kept: { 'select diet from animal': [{ diet: 'meat' }] },
  },
  {
    name: 'an enum loses an item',
    before: () => animal({ diet: p.enum(['meat', 'plants', 'both']).default('meat') }),
    after: () => animal({ diet: p.enum(['meat', 'plants']).default('meat') }),
    rows: [leo],
    kept: { 'select diet from animal': [{ diet: 'meat' }] },
  },
  {
    name: 'a native enum gets an item',
    only: 'postgresql',
    before: () => animal({ diet: p.enum(['meat', 'plants']).nativeEnumName('diet').default('meat') }),
    after: () => animal({ diet: p.enum(['meat', 'plants', 'both']).nativeEnumName('diet').default('both') }),
    rows: [leo],
    kept: { 'select diet from animal': [{ diet: 'meat' }] },
  },
  {
    name: 'a generated column comes',
    before: () => animal(),
    after: () => animal({ loud: p.string().generated('(upper(name)) stored').nullable() }),
    rows: [leo],
    kept: { 'select loud from animal': [{ loud: 'LEO' }] },
  },
  {
    name: 'a moment is a text for the application, which SQLite stores another way',
    only: 'sqlite',
    before: () => animal({ seen: p.datetime().nullable() }),
    after: () => animal({ seen: p.datetime().runtimeType('string').nullable() }),
    rows: [`insert into animal (id, name, seen) values (1, 'Leo', 1714979289123)`],
    kept: { 'select typeof(seen) as type, seen from animal': [{ type: 'text', seen: '2024-05-06T07:08:09.123Z' }] },
  },
  {
    name: 'and a text for the application is a moment again',
    only: 'sqlite',
    before: () => animal({ seen: p.datetime().runtimeType('string').nullable() }),
    after: () => animal({ seen: p.datetime().nullable() }),
    rows: [`insert into animal (id, name, seen) values (1, 'Leo', '2024-05-06 07:08:09.123')`],
    kept: { 'select typeof(seen) as type, seen from animal': [{ type: 'integer', seen: 1714979289123 }] },
  },
  {
    name: 'two properties exchange their types',
    before: () => animal({ left: p.integer().default(1), right: p.string().default('r') }),
    after: () => animal({ right: p.integer().default(1), left: p.string().default('r') }),
  },
  {
    name: 'a text that holds numbers becomes an integer',
    before: () => animal({ legs: p.text().nullable() }),
    after: () => animal({ legs: p.integer().nullable() }),
    rows: [`insert into animal (id, name, legs) values (1, 'Leo', '4')`],
    kept: { 'select legs from animal': [{ legs: 4 }] },
  },
  {
    name: 'values of many kinds are filled in',
    before: () => animal(),
    after: () =>
      animal({
        born: p.date(),
        seen: p.datetime(),
        price: p.decimal().precision(10).scale(2),
        tame: p.boolean(),
        facts: p.json(),
        chip: p.bigint(),
        diet: p.enum(['meat', "whatever's there"]),
        tag: p.uuid(),
      }),
    answers: {
      fill: [
        'animal.born=2026-01-31',
        'animal.seen=2026-01-31T12:00:00Z',
        'animal.price=1.50',
        'animal.tame=true',
        'animal.facts={"a":[1]}',
        'animal.chip=9007199254740993',
        "animal.diet=whatever's there",
        'animal.tag=7a1bd2e1-7a0f-4bfa-9e7e-0d8f3a5f2d11',
      ],
    },
    rows: [leo],
    kept: {
      'select diet, tag from animal': [{ diet: "whatever's there", tag: '7a1bd2e1-7a0f-4bfa-9e7e-0d8f3a5f2d11' }],
    },
  },
  {
    name: 'a text becomes a string, a bigint an integer',
    before: () => animal({ story: p.text().nullable(), chip: p.bigint().nullable() }),
    after: () => animal({ story: p.string().nullable(), chip: p.integer().nullable() }),
    rows: [`insert into animal (id, name, story, chip) values (1, 'Leo', 'Once', 7)`],
    kept: { 'select story, chip from animal': [{ story: 'Once', chip: 7 }] },
  },
  {
    name: 'a string gets longer, another shorter, a price finer',
    before: () =>
      animal({
        story: p.string().length(80).nullable(),
        motto: p.string().nullable(),
        price: p.decimal().precision(8).scale(2).nullable(),
      }),
    after: () =>
      animal({
        story: p.string().length(200).nullable(),
        motto: p.string().length(40).nullable(),
        price: p.decimal().precision(9).scale(3).nullable(),
      }),
    rows: [`insert into animal (id, name, story, motto) values (1, 'Leo', 'Once', 'Roar')`],
    kept: { 'select story, motto from animal': [{ story: 'Once', motto: 'Roar' }] },
  },
  {
    name: 'an enum becomes a string',
    before: () => animal({ diet: p.enum(['meat', 'plants']).default('meat') }),
    after: () => animal({ diet: p.string().default('meat') }),
    rows: [leo],
    kept: { 'select diet from animal': [{ diet: 'meat' }] },
  },
  {
    name: 'an enum is renamed and becomes a string',
    before: () => animal({ diet: p.enum(['meat', 'plants']).default('meat').index() }),
    after: () => animal({ food: p.string().default('meat') }),
    answers: { renamed: ['animal.diet:food'] },
    rows: [leo],
    kept: { 'select food from animal': [{ food: 'meat' }] },
  },
  {
    name: 'a native enum loses an item',
    only: 'postgresql',
    before: () => animal({ diet: p.enum(['meat', 'plants', 'both']).nativeEnumName('diet').default('meat') }),
    after: () => animal({ diet: p.enum(['meat', 'plants']).nativeEnumName('diet').default('meat') }),
    rows: [leo],
    kept: { 'select diet from animal': [{ diet: 'meat' }] },
  },
  {
    name: 'a native enum comes with its property, and another goes with its own',
    only: 'postgresql',
    before: () => animal({ size: p.enum(['s', 'm']).nativeEnumName('size').default('s') }),
    after: () => animal({ diet: p.enum(['meat', 'plants']).nativeEnumName('diet').default('meat') }),
    answers: { dropped: ['animal.size'] },
    rows: [leo],
    kept: { 'select diet from animal': [{ diet: 'meat' }] },
  },
  {
    name: 'an enum becomes a native one',
    only: 'postgresql',
    before: () => animal({ diet: p.enum(['meat', 'plants']).default('meat') }),
    after: () => animal({ diet: p.enum(['meat', 'plants']).nativeEnumName('diet').default('meat') }),
    rows: [leo],
    kept: { 'select diet from animal': [{ diet: 'meat' }] },
  },
  {
    name: 'a generated column computes something else',
    before: () => animal({ loud: p.string().generated('(upper(name)) stored').nullable() }),
    after: () => animal({ loud: p.string().generated("(upper(name) || '!') stored").nullable() }),
    rows: [leo],
    kept: { 'select loud from animal': [{ loud: 'LEO!' }] },
  },
  {
    name: 'a generated column becomes one like others',
    before: () => animal({ loud: p.string().generated('(upper(name)) stored').nullable() }),
    after: () => animal({ loud: p.string().nullable() }),
    rows: [leo],
  },
  {
    name: 'a property of a custom type comes',
    before: () => animal(),
    after: () => animal({ weight: p.type(Grams).nullable() }),
    rows: [leo],
    kept: { 'select weight from animal': [{ weight: null }] },
  },
  {
    name: 'a custom type is another',
    before: () => animal({ weight: p.type(Grams).nullable() }),
    after: () => animal({ weight: p.type(Pounds).nullable() }),
    rows: [`insert into animal (id, name, weight) values (1, 'Leo', 9)`],
    kept: { 'select weight from animal': [{ weight: 9 }] },
  },
  {
    name: 'lists and documents with defaults come',
    before: () => animal(),
    after: () => animal({ tags: p.array().default(['big']), facts: p.json().default('{"legs":4}') }),
    rows: [leo],
  },
  {
    name: 'an index, a unique over two, and a check come',
    before: () => animal({ legs: p.integer().default(4), tag: p.string().nullable() }),
    after: () =>
      animal(
        { legs: p.integer().default(4).index(), tag: p.string().nullable().unique() },
        {
          uniques: [{ properties: ['name', 'tag'] }],
          checks: [{ name: 'animal_legs', expression: 'legs >= 0' }],
          indexes: [
            {
              name: 'animal_lower',
              expression: (columns: { name: string }, table: unknown, name: string) =>
                quote`create index ${name} on ${table as string} (lower(${columns.name}))`,
            },
          ],
        },
      ),
    rows: [leo],
  },
  {
    name: 'an index, a unique over two, and a check go',
    before: () =>
      animal(
        { legs: p.integer().default(4).index(), tag: p.string().nullable().unique() },
        {
          uniques: [{ properties: ['name', 'tag'] }],
          checks: [{ name: 'animal_legs', expression: 'legs >= 0' }],
          indexes: [
            {
              name: 'animal_lower',
              expression: (columns: { name: string }, table: unknown, name: string) =>
                quote`create index ${name} on ${table as string} (lower(${columns.name}))`,
            },
          ],
        },
      ),
    after: () => animal({ legs: p.integer().default(4), tag: p.string().nullable() }),
    rows: [leo],
  },
  {
    name: 'a check of a property changes',
    before: () => animal({ legs: p.integer().default(4).check('legs > 0') }),
    after: () => animal({ legs: p.integer().default(4).check('legs >= 0') }),
    rows: [leo],
  },
  {
    name: 'an index becomes unique, and a unique an index',
    before: () => animal({ tag: p.string().nullable().index(), chip: p.integer().nullable().unique() }),
    after: () => animal({ tag: p.string().nullable().unique(), chip: p.integer().nullable().index() }),
    rows: [`insert into animal (id, name, tag, chip) values (1, 'Leo', 'a', 7)`],
    kept: { 'select tag, chip from animal': [{ tag: 'a', chip: 7 }] },
  },
  {
    name: 'an index is about other properties, and other rows',
    before: () =>
      animal(
        { legs: p.integer().default(4), tag: p.string().nullable() },
        {
          indexes: [
            { name: 'animal_find', properties: ['name', 'legs'] },
            { name: 'animal_part', properties: ['tag'], where: 'legs > 2' },
          ],
        },
      ),
    after: () =>
      animal(
        { legs: p.integer().default(4), tag: p.string().nullable() },
        {
          indexes: [
            { name: 'animal_find', properties: ['name', 'tag'] },
            { name: 'animal_part', properties: ['tag'], where: 'legs > 3' },
          ],
        },
      ),
    rows: [leo],
  },
  {
    name: 'what is indexed goes, and what comes is indexed',
    before: () => animal({ legs: p.integer().default(4).index() }, { uniques: [{ properties: ['name', 'legs'] }] }),
    after: () =>
      animal(
        { chip: p.bigint().nullable().unique(), tag: p.string().nullable() },
        { uniques: [{ properties: ['name', 'tag'] }] },
      ),
    answers: { dropped: ['animal.legs'] },
    rows: [leo],
    kept: { 'select name, tag from animal': [{ name: 'Leo', tag: null }] },
  },
]);

class Grams extends Type<number, number> {
  override getColumnType() {
    return 'integer';
  }
}

class Pounds extends Type<number, number> {
  override convertToDatabaseValue(value: number) {
    return Math.round(value * 454);
  }

  override getColumnType() {
    return 'integer';
  }
}
