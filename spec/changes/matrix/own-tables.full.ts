import { expect } from '@jest/globals';
import { p, type EntitySchema } from '@mikro-orm/core';
import { proveChanges } from './prove.ts';
import { bare, named } from './zoo.ts';

const legs = () => ({ legs: p.integer().nullable() });
const rex = [`insert into pet (id, name) values (1, 'Rex')`, 'insert into dog (id, legs) values (1, 3)'];
const tom = [`insert into pet (id, name) values (2, 'Tom')`, 'insert into cat (id, legs) values (2, 4)'];
const nemo = `insert into pet (id, name) values (3, 'Nemo')`;
const down = [
  `insert into pet (id, name, legs) values (1, 'Rex', 3), (2, 'Tom', 4)`,
  'insert into dog (id) values (1)',
  'insert into cat (id) values (2)',
];

// Entities extend each other, and each has a table: their rows have the primary key in common.
proveChanges([
  {
    name: 'a property moves up to the parent',
    before: () => pets({ Dog: legs() }),
    after: () => pets({ Pet: legs() }),
    rows: [...rex, nemo],
    kept: {
      'select name, legs from pet order by id': [
        { name: 'Rex', legs: 3 },
        { name: 'Nemo', legs: null },
      ],
    },
  },
  {
    name: 'a property moves up to the parent from two children, and may not be null there',
    before: () => pets({ Dog: { legs: p.integer() }, Cat: { legs: p.integer() } }),
    after: () => pets({ Pet: { legs: p.integer() } }),
    answers: { fill: ['pet.legs=0'] },
    rows: [...rex, ...tom, nemo],
    kept: {
      'select name, legs from pet order by id': [
        { name: 'Rex', legs: 3 },
        { name: 'Tom', legs: 4 },
        { name: 'Nemo', legs: 0 },
      ],
    },
  },
  {
    name: 'a property moves up to the parent, and every row has a value for it',
    before: () => pets({ Dog: { legs: p.integer() } }),
    after: () => pets({ Pet: { legs: p.integer() } }),
    answers: { 'fill-none': ['pet.legs'] },
    rows: rex,
    kept: { 'select legs from pet': [{ legs: 3 }] },
  },
  {
    name: 'a property moves up to the parent, and a row has no value for it',
    before: () => pets({ Dog: { legs: p.integer() } }),
    after: () => pets({ Pet: { legs: p.integer() } }),
    answers: { 'fill-none': ['pet.legs'] },
    rows: [...rex, nemo],
    fails: expect.stringContaining('.legs cannot become NOT NULL: 1 row is null. Pass a value for them: { fill: … }.'),
  },
  {
    name: 'a property moves down to both children',
    before: () => pets({ Pet: { legs: p.integer() } }),
    after: () => pets({ Dog: { legs: p.integer() }, Cat: { legs: p.integer() } }),
    rows: down,
    kept: {
      'select id, legs from dog': [{ id: 1, legs: 3 }],
      'select id, legs from cat': [{ id: 2, legs: 4 }],
    },
  },
  {
    name: 'a property moves down to one child, and no other row has a value',
    before: () => pets({ Pet: legs() }),
    after: () => pets({ Dog: legs() }),
    rows: [
      `insert into pet (id, name, legs) values (1, 'Rex', 3), (2, 'Tom', null)`,
      'insert into dog (id) values (1)',
      'insert into cat (id) values (2)',
    ],
    kept: { 'select id, legs from dog': [{ id: 1, legs: 3 }] },
  },
  {
    name: 'a property moves down to one child, and another row has a value',
    before: () => pets({ Pet: legs() }),
    after: () => pets({ Dog: legs() }),
    rows: down,
    fails: expect.stringContaining(
      'legs cannot move to dog: 1 row has a value and no row there. Move those values first, or give them up: { discard: true }.',
    ),
  },
  {
    name: 'a property moves down to a child, and another of the same name comes on purpose',
    before: () => pets({ Pet: legs() }),
    after: () => pets({ Dog: legs() }),
    answers: { dropped: ['pet.legs'] },
    rows: down,
    kept: { 'select id, legs from dog': [{ id: 1, legs: null }] },
    refused: expect.anything(),
  },
  {
    name: 'a property of a child goes, and the parent gets another of the same name on purpose',
    before: () => pets({ Dog: legs() }),
    after: () => pets({ Pet: legs() }),
    answers: { dropped: ['dog.legs'] },
    rows: rex,
    kept: { 'select legs from pet': [{ legs: null }] },
    refused: expect.anything(),
  },
  {
    name: 'a property moves over two tables, with its index and its check',
    before: () => pets({ Puppy: tagged() }),
    after: () => pets({ Pet: tagged() }),
    rows: [
      `insert into pet (id, name) values (1, 'Rex')`,
      'insert into dog (id) values (1)',
      `insert into puppy (id, tag, weight) values (1, 'a1', 7)`,
    ],
    kept: { 'select tag, weight from pet': [{ tag: 'a1', weight: 7 }] },
  },
  {
    name: 'a relation moves up, and another down',
    before: () => owned(['Dog'], ['Pet']),
    after: () => owned(['Pet'], ['Dog']),
    rows: [
      `insert into person (id, name) values (1, 'Ann'), (2, 'Bob')`,
      `insert into pet (id, name, vet_id) values (1, 'Rex', 2)`,
      'insert into dog (id, owner_id) values (1, 1)',
    ],
    kept: {
      'select owner_id from pet': [{ owner_id: 1 }],
      'select vet_id from dog': [{ vet_id: 2 }],
    },
  },
  {
    name: 'an embedded property moves up',
    before: () => pets({ Dog: home() }),
    after: () => pets({ Pet: home() }),
    rows: [
      `insert into pet (id, name) values (1, 'Rex')`,
      `insert into dog (id, home_city, home_street) values (1, 'Rome', 'Via')`,
    ],
    kept: { 'select home_city, home_street from pet': [{ home_city: 'Rome', home_street: 'Via' }] },
  },
  {
    name: 'a property moves up while parent and child get other names',
    before: () => pets({ Dog: legs() }),
    after: () => pets({ Pet: legs() }, { Pet: 'Beast', Dog: 'Hound' }),
    answers: { renamed: ['pet:beast', 'dog:hound'] },
    rows: [...rex, nemo],
    kept: {
      'select name, legs from beast order by id': [
        { name: 'Rex', legs: 3 },
        { name: 'Nemo', legs: null },
      ],
    },
  },
  {
    name: 'a property moves up, and a view reads it',
    before: () => ({ ...pets({ Dog: legs() }), Legs: view('select id, legs from dog') }),
    after: () => ({ ...pets({ Pet: legs() }), Legs: view('select id, legs from pet') }),
    rows: [...rex, nemo],
    kept: {
      'select id, legs from legs order by id': [
        { id: 1, legs: 3 },
        { id: 3, legs: null },
      ],
    },
  },
  {
    name: 'a property moves up between tables whose key has two columns',
    before: () => pets({ Dog: legs() }, {}, { country: p.string().primary() }),
    after: () => pets({ Pet: legs() }, {}, { country: p.string().primary() }),
    rows: [
      `insert into pet (id, country, name) values (1, 'IT', 'Rex'), (1, 'FR', 'Roi')`,
      `insert into dog (id, country, legs) values (1, 'IT', 3), (1, 'FR', 4)`,
    ],
    kept: {
      'select country, legs from pet order by country': [
        { country: 'FR', legs: 4 },
        { country: 'IT', legs: 3 },
      ],
    },
  },
  {
    name: 'a property moves up between two namespaces',
    only: 'postgresql',
    before: () => pets({ Dog: legs() }, {}, {}, { schema: 'kennel' }),
    after: () => pets({ Pet: legs() }, {}, {}, { schema: 'kennel' }),
    rows: [rex[0] ?? '', 'insert into kennel.dog (id, legs) values (1, 3)'],
    kept: { 'select name, legs from pet': [{ name: 'Rex', legs: 3 }] },
  },
  {
    name: 'a property of a child gets the name that one of its parent had, and one more index',
    before: () => pets({ Pet: { size: p.integer().nullable() }, Dog: { tail: p.integer().nullable().unique() } }),
    after: () => pets({ Dog: { size: p.text().nullable().index().unique() } }),
    answers: { renamed: ['dog.tail:size'], dropped: ['pet.size'] },
    rows: [`insert into pet (id, name, size) values (1, 'Rex', 7)`, 'insert into dog (id, tail) values (1, 3)'],
    kept: { 'select size from dog': [{ size: '3' }] },
  },
  {
    name: 'a document and a date move up',
    before: () => pets({ Dog: { notes: p.json().nullable(), born: p.datetime().nullable() } }),
    after: () => pets({ Pet: { notes: p.json().nullable(), born: p.datetime().nullable() } }),
    rows: [`insert into pet (id, name) values (1, 'Rex')`, `insert into dog (id, notes) values (1, '{"a":1}')`],
    kept: { [`select count(*) as n from pet where cast(notes as text) like '%a%'`]: [{ n: expect.anything() }] },
  },
]);

interface Own {
  readonly Pet?: object;
  readonly Dog?: object;
  readonly Cat?: object;
  readonly Puppy?: object;
}

/** Dogs, cats and puppies, which are pets. */
function pets(own: Own, names: { Pet?: string; Dog?: string } = {}, key: object = {}, dogs: object = {}) {
  const Pet = named(names.Pet ?? 'Pet', { ...key, ...own.Pet }, { inheritance: 'tpt' });
  const Dog = bare(names.Dog ?? 'Dog', own.Dog ?? {}, { extends: Pet, ...dogs });
  const Cat = bare('Cat', own.Cat ?? {}, { extends: Pet });
  return {
    Pet,
    Dog,
    Cat,
    ...(own.Puppy && puppies(own.Puppy, Dog)),
    ...(own.Pet && 'tag' in own.Pet && puppies({}, Dog)),
  };
}

function puppies(properties: object, Dog: EntitySchema) {
  return { Puppy: bare('Puppy', properties, { extends: Dog }) };
}

function tagged() {
  return { tag: p.string().nullable().unique(), weight: p.integer().nullable().index().check('weight > 0') };
}

/** Pets with an owner and a vet, each at the entities that are named. */
function owned(owner: readonly string[], vet: readonly string[]) {
  const Person = named('Person');
  const of = (name: string) => ({
    ...(owner.includes(name) && { owner: () => p.manyToOne(Person).nullable() }),
    ...(vet.includes(name) && { vet: () => p.manyToOne(Person).nullable() }),
  });
  return { Person, ...pets({ Pet: of('Pet'), Dog: of('Dog') }) };
}

function home() {
  const Address = bare('Address', { city: p.string().nullable(), street: p.string().nullable() }, { embeddable: true });
  return { home: () => p.embedded(Address) };
}

function view(expression: string) {
  return bare('Legs', { id: p.integer().primary(), legs: p.integer() }, { view: true, expression });
}
