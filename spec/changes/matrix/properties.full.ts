import { expect } from '@jest/globals';
import { EntityCaseNamingStrategy, type EntitySchema, p } from '@mikro-orm/core';
import { proveChanges } from './prove.ts';
import { animal, bare, leo } from './zoo.ts';

proveChanges([
  {
    name: 'a new property that may be null',
    before: () => animal(),
    after: () => animal({ legs: p.integer().nullable() }),
    rows: [leo],
    kept: { 'select name, legs from animal': [{ name: 'Leo', legs: null }] },
  },
  {
    name: 'a new property with a default',
    before: () => animal(),
    after: () => animal({ motto: p.string().default('it\'s 100% "mine" \\ ? 🦁') }),
    rows: [leo],
    kept: { 'select motto from animal': [{ motto: 'it\'s 100% "mine" \\ ? 🦁' }] },
  },
  {
    name: 'a new property that is filled with a value',
    before: () => animal(),
    after: () => animal({ legs: p.integer() }),
    answers: { fill: ['animal.legs=4'] },
    rows: [leo],
    kept: { 'select legs from animal': [{ legs: 4 }] },
  },
  {
    name: 'a new property that is filled by SQL',
    before: () => animal(),
    after: () => animal({ label: p.string() }),
    answers: { 'fill-sql': ["animal.label=upper(name) || '!'"] },
    rows: [leo],
    kept: { 'select label from animal': [{ label: 'LEO!' }] },
  },
  {
    name: 'a new property that nobody fills',
    before: () => animal(),
    after: () => animal({ legs: p.integer() }),
    answers: { 'fill-none': ['animal.legs'] },
  },
  {
    name: 'a property that goes from the middle',
    before: () => animal({ legs: p.integer().default(4), tail: p.boolean().default(true) }),
    after: () => animal({ tail: p.boolean().default(true) }),
    rows: [leo],
    kept: { 'select name from animal': [{ name: 'Leo' }] },
  },
  {
    name: 'a property that is renamed',
    before: () => animal({ species: p.string() }),
    after: () => animal({ family: p.string() }),
    answers: { renamed: ['animal.species:family'] },
    rows: [`insert into animal (id, name, species) values (1, 'Leo', 'lion')`],
    kept: { 'select name, family from animal': [{ name: 'Leo', family: 'lion' }] },
  },
  {
    name: 'a property that is dropped, and another of its kind',
    before: () => animal({ species: p.string() }),
    after: () => animal({ family: p.string() }),
    answers: { dropped: ['animal.species'], fill: ['animal.family=cats'] },
    refused: expect.stringContaining('is NOT NULL'),
    rows: [`insert into animal (id, name, species) values (1, 'Leo', 'lion')`],
    kept: { 'select name, family from animal': [{ name: 'Leo', family: 'cats' }] },
  },
  {
    name: 'a property that is renamed and is another type',
    before: () => animal({ legs: p.integer().default(4) }),
    after: () => animal({ feet: p.bigint().default(4) }),
    answers: { renamed: ['animal.legs:feet'] },
    rows: [leo],
    kept: { 'select name from animal where feet = 4': [{ name: 'Leo' }] },
  },
  {
    name: 'a property that is renamed and unique with another',
    before: () => animal({ species: p.string() }, { uniques: [{ properties: ['name', 'species'] }] }),
    after: () => animal({ family: p.string() }, { uniques: [{ properties: ['name', 'family'] }] }),
    answers: { renamed: ['animal.species:family'] },
    rows: [`insert into animal (id, name, species) values (1, 'Leo', 'lion')`],
    kept: { 'select family from animal': [{ family: 'lion' }] },
  },
  {
    name: 'a property that keeps its column under another name',
    before: () => animal({ species: p.string() }),
    after: () => animal({ family: p.string().fieldName('species') }),
    rows: [`insert into animal (id, name, species) values (1, 'Leo', 'lion')`],
    kept: { 'select species from animal': [{ species: 'lion' }] },
  },
  {
    name: 'a property whose column gets another name',
    before: () => animal({ species: p.string() }),
    after: () => animal({ species: p.string().fieldName('Kind of') }),
    rows: [`insert into animal (id, name, species) values (1, 'Leo', 'lion')`],
    kept: { 'select "Kind of" from animal': [{ 'Kind of': 'lion' }] },
  },
  {
    name: 'a property that is renamed over three versions',
    before: () => animal({ species: p.string().unique() }, { indexes: [{ properties: ['name', 'species'] }] }),
    after: () => animal({ family: p.string().unique() }, { indexes: [{ properties: ['name', 'family'] }] }),
    answers: { 'rename-over-three': ['animal.species:family'] },
    rows: [`insert into animal (id, name, species) values (1, 'Leo', 'lion')`],
    kept: { 'select species, family from animal': [{ species: 'lion', family: 'lion' }] },
  },
  {
    name: 'null becomes not null',
    before: () => animal({ legs: p.integer().nullable() }),
    after: () => animal({ legs: p.integer() }),
    answers: { fill: ['animal.legs=0'] },
    rows: [leo, `insert into animal (id, name, legs) values (2, 'Hua', 4)`],
    kept: { 'select legs from animal order by id': [{ legs: 0 }, { legs: 4 }] },
  },
  {
    name: 'not null becomes null',
    before: () => animal({ legs: p.integer() }),
    after: () => animal({ legs: p.integer().nullable() }),
    rows: [`insert into animal (id, name, legs) values (1, 'Leo', 4)`],
    kept: { 'select legs from animal': [{ legs: 4 }] },
  },
  {
    name: 'another default',
    before: () => animal({ legs: p.integer().default(4) }),
    after: () => animal({ legs: p.integer().default(2) }),
  },
  {
    name: 'names that have to be quoted',
    before: () => animal({}, { tableName: 'select' }),
    after: () =>
      animal(
        { order: p.string().default('a'), 'Mixed Case': p.integer().nullable().fieldName('Mixed Case') },
        { tableName: 'select' },
      ),
    rows: [`insert into "select" (id, name) values (1, 'Leo')`],
    kept: { 'select "order", "Mixed Case" from "select"': [{ order: 'a', 'Mixed Case': null }] },
  },
  {
    name: 'a property that counts for optimistic locking comes',
    before: () => animal(),
    after: () => animal({ revision: p.integer().version() }),
    rows: [leo],
    kept: { 'select revision from animal': [{ revision: 1 }] },
  },
  {
    name: 'null becomes not null, and nobody says what rows get',
    before: () => animal({ legs: p.integer().nullable() }),
    after: () => animal({ legs: p.integer() }),
    answers: { 'fill-none': ['animal.legs'] },
    rows: [`insert into animal (id, name, legs) values (1, 'Leo', 4)`],
    kept: { 'select legs from animal': [{ legs: 4 }] },
  },
  {
    name: 'a default goes, and another comes',
    before: () => animal({ legs: p.integer().default(4), tail: p.boolean() }),
    after: () => animal({ legs: p.integer(), tail: p.boolean().default(true) }),
    rows: [`insert into animal (id, name, tail) values (1, 'Leo', false)`],
  },
  {
    name: 'a new property that the application fills by itself',
    before: () => animal(),
    after: () => animal({ seen: p.datetime().onCreate(() => new Date()) }),
    answers: { 'fill-sql': ['animal.seen=current_timestamp'] },
    rows: [leo],
    kept: { 'select name from animal where seen is not null': [{ name: 'Leo' }] },
  },
  {
    name: 'a property is renamed that was unique, and has an index as well',
    before: () => animal({ legs: p.integer().nullable().unique() }),
    after: () => animal({ feet: p.integer().nullable().index().unique() }),
    answers: { renamed: ['animal.legs:feet'] },
    rows: [leo, 'update animal set legs = 4'],
    kept: { 'select feet from animal': [{ feet: 4 }] },
  },
  {
    name: 'a property is renamed that had an index, and is unique as well',
    before: () => animal({ legs: p.integer().nullable().index() }),
    after: () => animal({ feet: p.integer().nullable().index().unique() }),
    answers: { renamed: ['animal.legs:feet'] },
    rows: [leo, 'update animal set legs = 4'],
    kept: { 'select feet from animal': [{ feet: 4 }] },
  },
  {
    name: 'a property that is stored is computed, and the other way round',
    before: () => animal({ legs: p.integer().nullable(), feet: p.integer().generated('(id * 2) stored').nullable() }),
    after: () => animal({ legs: p.integer().generated('(id * 2) stored').nullable(), feet: p.integer().nullable() }),
    rows: [leo, 'update animal set legs = 4'],
    kept: { 'select legs, feet from animal': [{ legs: 2, feet: 2 }] },
  },
  {
    name: 'a computed number is a stored list from now on, which PostgreSQL casts no number to',
    only: 'postgresql',
    before: () => animal({ feet: p.integer().generated('(id * 2) stored').nullable() }),
    after: () => animal({ feet: p.array().nullable() }),
    rows: [leo],
    fails: expect.stringContaining('animal.feet cannot become text[]: PostgreSQL has no cast from integer.'),
  },
  {
    name: 'a property is renamed that is checked, computed from, and unique where it is set',
    before: () =>
      animal(
        { legs: p.integer().default(4), paws: p.integer().generated('(legs * 2) stored').nullable() },
        {
          checks: [{ name: 'animal_some', expression: 'legs >= 0' }],
          uniques: [{ properties: ['name'], where: 'legs > 1' }],
        },
      ),
    after: () =>
      animal(
        { feet: p.integer().default(4), paws: p.integer().generated('(feet * 2) stored').nullable() },
        {
          checks: [{ name: 'animal_some', expression: 'feet >= 0' }],
          uniques: [{ properties: ['name'], where: 'feet > 1' }],
        },
      ),
    answers: { renamed: ['animal.legs:feet'] },
    rows: [leo],
    kept: { 'select feet, paws from animal': [{ feet: 4, paws: 8 }] },
  },
  {
    name: 'properties of several words under a naming strategy of the application',
    orm: { namingStrategy: EntityCaseNamingStrategy },
    before: () => animal({ firstName: p.string().default('Leo') }),
    after: () => animal({ givenName: p.string().default('Leo'), lastSeen: p.datetime().nullable() }),
    answers: { renamed: ['animal.firstName:givenName'] },
    rows: [`insert into "Animal" (id, name) values (1, 'L')`],
    kept: { 'select "givenName", "lastSeen" from "Animal"': [{ givenName: 'Leo', lastSeen: null }] },
  },
  {
    name: 'an embedded property is put around columns that stay, and a new one',
    before: () => animal({ homeCity: p.string().nullable(), homeStreet: p.string().nullable() }),
    after: () =>
      housed({ city: p.string().nullable(), street: p.string().nullable(), zip: p.string().nullable() }, Address => ({
        home: () => p.embedded(Address),
      })),
    rows: [`insert into animal (id, name, home_city, home_street) values (1, 'Leo', 'Utrecht', 'Neude')`],
    kept: {
      'select home_city, home_street, home_zip from animal': [
        { home_city: 'Utrecht', home_street: 'Neude', home_zip: null },
      ],
    },
  },
  {
    name: 'an embedded property comes',
    before: () => animal(),
    after: () =>
      housed({ street: p.string().nullable(), city: p.string() }, Address => ({ home: () => p.embedded(Address) })),
    answers: { fill: ['animal.home.city=Bern'] },
    rows: [leo],
    kept: { 'select home_street, home_city from animal': [{ home_street: null, home_city: 'Bern' }] },
  },
  {
    name: 'something inside an embedded property comes, goes, and changes',
    before: () =>
      housed({ street: p.string().nullable(), city: p.string().nullable() }, Address => ({
        home: () => p.embedded(Address),
      })),
    after: () =>
      housed({ zip: p.integer().nullable(), city: p.string() }, Address => ({ home: () => p.embedded(Address) })),
    answers: { fill: ['animal.home.city=Bern'] },
    rows: [leo],
    kept: { 'select home_zip, home_city from animal': [{ home_zip: null, home_city: 'Bern' }] },
  },
  {
    name: 'something inside an embedded property is renamed',
    before: () => housed({ city: p.string().nullable() }, Address => ({ home: () => p.embedded(Address) })),
    after: () => housed({ town: p.string().nullable() }, Address => ({ home: () => p.embedded(Address) })),
    answers: { renamed: ['animal.home.city:home.town'] },
    rows: [`insert into animal (id, name, home_city) values (1, 'Leo', 'Bern')`],
    kept: { 'select home_town from animal': [{ home_town: 'Bern' }] },
  },
  {
    name: 'an embedded property is renamed',
    before: () =>
      housed({ street: p.string().nullable(), city: p.string() }, Address => ({ home: () => p.embedded(Address) })),
    after: () =>
      housed({ street: p.string().nullable(), city: p.string() }, Address => ({ place: () => p.embedded(Address) })),
    answers: { renamed: ['animal.home:place'] },
    rows: [`insert into animal (id, name, home_city) values (1, 'Leo', 'Bern')`],
    kept: { 'select place_city from animal': [{ place_city: 'Bern' }] },
  },
  {
    name: 'an embedded property becomes JSON',
    before: () => housed({ city: p.string().nullable() }, Address => ({ home: () => p.embedded(Address) })),
    after: () =>
      housed({ city: p.string().nullable() }, Address => ({ home: () => p.embedded(Address).object().nullable() })),
    rows: [leo],
    kept: { 'select home from animal': [{ home: null }] },
  },
  {
    name: 'an embedded property goes',
    before: () => housed({ city: p.string().nullable() }, Address => ({ home: () => p.embedded(Address) })),
    after: () => animal(),
    rows: [`insert into animal (id, name, home_city) values (1, 'Leo', 'Bern')`],
    kept: { 'select name from animal': [{ name: 'Leo' }] },
  },
  {
    name: 'an embeddable is renamed',
    before: () => housed({ city: p.string().nullable() }, Address => ({ home: () => p.embedded(Address) })),
    after: () => {
      const Place = bare('Place', { city: p.string().nullable() }, { embeddable: true });
      return { ...animal({ home: () => p.embedded(Place) }), Place };
    },
    rows: [`insert into animal (id, name, home_city) values (1, 'Leo', 'Bern')`],
    kept: { 'select home_city from animal': [{ home_city: 'Bern' }] },
  },
  {
    name: 'documents hold something else',
    before: () =>
      housed({ city: p.string(), zip: p.string().nullable() }, Address => ({
        home: () => p.embedded(Address).object().nullable(),
      })),
    after: () =>
      housed({ town: p.string(), zip: p.integer().nullable(), street: p.text().nullable() }, Address => ({
        home: () => p.embedded(Address).object().nullable(),
      })),
    answers: { renamed: ['animal.home.city:home.town'] },
    rows: [`insert into animal (id, name, home) values (1, 'Leo', '{"city":"Bern"}')`],
  },
  {
    name: 'comments that come, change and go, beside another change',
    before: () =>
      animal({ legs: p.integer().nullable().comment('how many'), tail: p.string().nullable().comment('gone') }),
    after: () =>
      animal({
        legs: p.integer().nullable().comment('how many there are'),
        tail: p.string().nullable(),
        wings: p.integer().nullable().comment('of birds'),
      }),
    rows: [leo],
    kept: { 'select name from animal': [{ name: 'Leo' }] },
  },
  {
    name: 'the comment of a table, beside another change',
    before: () => animal({}, { comment: 'in the zoo' }),
    after: () => animal({ legs: p.integer().default(4) }, { comment: 'in the zoo, and at home' }),
    rows: [leo],
    kept: { 'select name, legs from animal': [{ name: 'Leo', legs: 4 }] },
  },
]);

/** Animals with an address each. */
function housed(parts: object, embed: (Address: EntitySchema) => object) {
  const Address = bare('Address', parts, { embeddable: true });
  return { ...animal(embed(Address)), Address };
}
