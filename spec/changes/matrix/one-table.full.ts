import { expect } from '@jest/globals';
import { defineEntity, p, type EntitySchema } from '@mikro-orm/core';
import { proveChanges } from './prove.ts';
import { bare, named } from './zoo.ts';

const ann = `insert into person (id, name, role, wage) values (1, 'Ann', 'keeper', 7)`;
const bob = `insert into person (id, name, role, wage) values (2, 'Bob', 'vet', 9)`;
const wages = 'select name, wage from person order by id';
const both = {
  [wages]: [
    { name: 'Ann', wage: 7 },
    { name: 'Bob', wage: 9 },
  ],
};
const hers = { [wages]: [{ name: 'Ann', wage: 7 }] };
const wage = () => ({ wage: p.integer().nullable() });

// Several entities share one table, and so do their columns.
proveChanges([
  {
    name: 'a property moves up to the entity that all extend',
    before: () => staff({ Keeper: wage() }),
    after: () => staff({ Person: wage() }),
    rows: [ann],
    kept: hers,
  },
  {
    name: 'a property moves up, and may not be null there',
    before: () => staff({ Keeper: { wage: p.integer() } }),
    after: () => staff({ Person: { wage: p.integer() } }),
    answers: { fill: ['person.wage=5'] },
    rows: [ann, `insert into person (id, name, role) values (2, 'Bob', 'vet')`],
    kept: {
      [wages]: [
        { name: 'Ann', wage: 7 },
        { name: 'Bob', wage: 5 },
      ],
    },
    refused: expect.anything(),
  },
  {
    name: 'a property moves down to one of the entities that extend another',
    before: () => staff({ Person: wage() }),
    after: () => staff({ Keeper: wage() }),
    rows: [ann, bob],
    kept: both,
  },
  {
    name: 'a property moves down to both of the entities that extend another',
    before: () => staff({ Person: wage() }),
    after: () => staff({ Keeper: wage(), Vet: wage() }),
    rows: [ann, bob],
    kept: both,
  },
  {
    name: 'a property moves to a sibling',
    before: () => staff({ Keeper: wage() }),
    after: () => staff({ Vet: wage() }),
    rows: [ann],
    kept: hers,
  },
  {
    name: 'one of two entities in a table loses a property that both have',
    before: () => staff({ Keeper: wage(), Vet: wage() }),
    after: () => staff({ Vet: wage() }),
    rows: [ann, bob],
    kept: both,
  },
  {
    name: 'both entities in a table lose a property that both have',
    before: () => staff({ Keeper: wage(), Vet: wage() }),
    after: () => staff({}),
    rows: [ann, bob],
    kept: { 'select name from person order by id': [{ name: 'Ann' }, { name: 'Bob' }] },
  },
  {
    name: 'an entity goes that had a property in common with its sibling',
    before: () => staff({ Keeper: wage(), Vet: wage() }),
    after: () => staff({ Keeper: wage() }, ['Keeper']),
    rows: [ann],
    kept: hers,
  },
  {
    name: 'an entity goes whose property moves up',
    before: () => staff({ Vet: wage() }),
    after: () => staff({ Person: wage() }, ['Keeper']),
    rows: [ann],
    kept: hers,
  },
  {
    name: 'an entity comes that takes over a property',
    before: () => staff({ Person: wage() }, ['Keeper']),
    after: () => staff({ Vet: wage() }),
    rows: [ann],
    kept: hers,
  },
  {
    name: 'a relation moves up to the entity that all extend',
    before: () => housed(Office => staff({ Keeper: { boss: () => p.manyToOne(Office).nullable() } })),
    after: () => housed(Office => staff({ Person: { boss: () => p.manyToOne(Office).nullable() } })),
    rows: [
      `insert into office (id, name) values (3, 'North')`,
      `insert into person (id, name, role, boss_id) values (1, 'Ann', 'keeper', 3)`,
    ],
    kept: { 'select boss_id from person': [{ boss_id: 3 }] },
  },
  {
    name: 'a property of one of two entities gets another name, and its sibling keeps it',
    before: () => staff({ Keeper: wage(), Vet: wage() }),
    after: () => staff({ Keeper: { pay: p.integer().nullable() }, Vet: wage() }),
    answers: { renamed: ['keeper.wage:pay'] },
    rows: [ann, bob],
    kept: { 'select wage, pay from person where id = 1': [{ wage: 7, pay: 7 }], ...both },
  },
  {
    name: 'a property moves up and gets another name, and its values are copied',
    before: () => staff({ Keeper: wage() }),
    after: () => staff({ Person: { pay: p.integer().nullable() } }),
    answers: { 'fill-sql': ['person.pay="wage"'] },
    rows: [ann],
    kept: { 'select name, pay from person': [{ name: 'Ann', pay: 7 }] },
  },
  {
    name: 'what is indexed moves up, and is checked there',
    before: () => staff({ Keeper: { wage: p.integer().nullable().index() } }),
    after: () => staff({ Person: { wage: p.integer().nullable().index().check('wage > 0') } }),
    rows: [ann],
    kept: hers,
  },
  {
    name: 'what moves up loses its index, and gets a check',
    before: () => staff({ Keeper: { wage: p.integer().nullable().index() } }),
    after: () => staff({ Person: { wage: p.integer().nullable().check('wage > 0') } }),
    rows: [ann],
    kept: hers,
  },
  {
    name: 'an embedded property moves up to the entity that all extend',
    before: () => homely(Home => staff({ Keeper: { home: () => p.embedded(Home) } })),
    after: () => homely(Home => staff({ Person: { home: () => p.embedded(Home).nullable() } })),
    rows: [`insert into person (id, name, role, home_street, home_city) values (1, 'Ann', 'keeper', 'Elm', 'Bern')`],
    kept: { 'select home_street, home_city from person': [{ home_street: 'Elm', home_city: 'Bern' }] },
  },
  {
    name: 'a document moves to a sibling',
    before: () => homely(Home => staff({ Keeper: { home: () => p.embedded(Home).object().nullable() } })),
    after: () => homely(Home => staff({ Vet: { home: () => p.embedded(Home).object().nullable() } })),
    rows: [`insert into person (id, name, role, home) values (1, 'Ann', 'keeper', '{"street":"Elm","city":"Bern"}')`],
    kept: { 'select name from person where home is not null': [{ name: 'Ann' }] },
  },
  {
    name: 'what moves up gets more room',
    before: () => staff({ Keeper: wage() }),
    after: () => staff({ Person: { wage: p.bigint().nullable() } }),
    rows: [ann],
    kept: { 'select name from person where wage = 7': [{ name: 'Ann' }] },
  },
  {
    name: 'all entities of one table come',
    before: () => ({ Office: named('Office') }),
    after: () => ({ Office: named('Office'), ...staff({ Keeper: wage() }) }),
    rows: [`insert into office (id, name) values (1, 'North')`],
    kept: { 'select name from office': [{ name: 'North' }] },
  },
]);

function homely(people: (Home: never) => object) {
  const Home = defineEntity({
    name: 'Home',
    embeddable: true,
    properties: { street: p.string().nullable(), city: p.string().nullable() },
  });
  return { Home, ...people(Home as never) };
}

type Name = 'Person' | 'Keeper' | 'Vet';

/** People, and those who extend them, in one table. */
function staff(own: { readonly [N in Name]?: object }, kinds: readonly Exclude<Name, 'Person'>[] = ['Keeper', 'Vet']) {
  const Person = named('Person', own.Person, { abstract: true, discriminatorColumn: 'role' });
  const children = kinds.map(name => [
    name,
    bare(name, own[name] ?? {}, { extends: Person, discriminatorValue: name.toLowerCase() }),
  ]);
  return { Person, ...Object.fromEntries(children) };
}

function housed(people: (Office: EntitySchema) => object) {
  const Office = named('Office');
  return { Office, ...people(Office) };
}
