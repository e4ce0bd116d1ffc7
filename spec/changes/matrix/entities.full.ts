import { expect } from '@jest/globals';
import { type EntitySchema, p } from '@mikro-orm/core';
import { proveChanges } from './prove.ts';
import { animal, ann, bare, keeper, kept, leo, leoOfAnn, named } from './zoo.ts';

proveChanges([
  {
    name: 'a new entity',
    before: () => animal(),
    after: () => ({ ...animal(), Keeper: keeper() }),
    rows: [leo],
    kept: { 'select name from animal': [{ name: 'Leo' }] },
  },
  {
    name: 'new entities that refer to each other',
    before: () => animal(),
    after: () => {
      const Keeper: EntitySchema = keeper({ boss: () => p.manyToOne(Office).nullable() });
      const Office: EntitySchema = named('Office', { head: () => p.manyToOne(Keeper).nullable() });
      return { ...animal(), Keeper, Office };
    },
  },
  {
    name: 'an entity that goes',
    before: () => ({ ...animal(), Keeper: keeper() }),
    after: () => animal(),
    rows: [leo, ann],
    kept: { 'select name from animal': [{ name: 'Leo' }] },
  },
  {
    name: 'entities that refer to each other and go',
    before: () => {
      const Keeper: EntitySchema = keeper({ boss: () => p.manyToOne(Office).nullable() });
      const Office: EntitySchema = named('Office', { head: () => p.manyToOne(Keeper).nullable() });
      return { ...animal(), Keeper, Office };
    },
    after: () => animal(),
  },
  {
    name: 'an entity that others point to is renamed',
    before: () => kept(Keeper => p.manyToOne(Keeper).nullable()),
    after: () => kept(Warden => p.manyToOne(Warden).nullable(), 'Warden'),
    answers: { renamed: ['keeper:warden'] },
    rows: [ann, leoOfAnn],
    kept: { 'select w.name from animal a join warden w on w.id = a.keeper_id': [{ name: 'Ann' }] },
  },
  {
    name: 'an entity is renamed, loses a property and gets one',
    before: () => ({ ...animal(), Keeper: keeper({ rank: p.integer().default(1), badge: p.string().nullable() }) }),
    after: () => ({
      ...animal(),
      Warden: named('Warden', { rank: p.integer().default(1), level: p.integer().default(7) }),
    }),
    answers: { renamed: ['keeper:warden'] },
    rows: [ann],
    kept: { 'select name, rank, level from warden': [{ name: 'Ann', rank: 1, level: 7 }] },
  },
  {
    name: 'an entity keeps its table under another name',
    before: () => ({ ...animal(), Keeper: keeper() }),
    after: () => ({ ...animal(), Warden: named('Warden', {}, { tableName: 'keeper' }) }),
    rows: [ann],
    kept: { 'select name from keeper': [{ name: 'Ann' }] },
  },
  {
    name: 'an entity is dropped, and another of its kind',
    before: () => ({ ...animal(), Keeper: keeper() }),
    after: () => ({ ...animal(), Warden: named('Warden', {}) }),
    answers: { dropped: ['keeper'] },
    rows: [ann],
    kept: { 'select name from warden': [] },
  },
  {
    name: 'an entity keeps its name in another table',
    before: () =>
      animal({ tag: p.string().nullable().unique(), legs: p.integer().default(4).check('legs > 0').index() }),
    after: () =>
      animal(
        { tag: p.string().nullable().unique(), legs: p.integer().default(4).check('legs > 0').index() },
        { tableName: 'order' },
      ),
    rows: [leo],
    kept: { 'select name, legs from "order"': [{ name: 'Leo', legs: 4 }] },
  },
  {
    name: 'an entity that points to itself is renamed',
    before: () => {
      const Animal: EntitySchema = animal({ mother: () => p.manyToOne(Animal).nullable() }).Animal;
      return { Animal };
    },
    after: () => {
      const Beast: EntitySchema = named('Beast', { mother: () => p.manyToOne(Beast).nullable() });
      return { Beast };
    },
    answers: { renamed: ['animal:beast'] },
    rows: [leo, `insert into animal (id, name, mother_id) values (2, 'Cub', 1)`],
    kept: { 'select name, mother_id from beast where id = 2': [{ name: 'Cub', mother_id: 1 }] },
  },
  {
    name: 'an entity and a property of it are renamed, and others',
    before: () => {
      const Keeper = keeper(
        { rank: p.integer().default(1) },
        {
          uniques: [{ properties: ['name', 'rank'] }],
        },
      );
      return { ...animal({ keeper: () => p.manyToOne(Keeper).nullable(), species: p.string() }), Keeper };
    },
    after: () => {
      const Warden = named(
        'Warden',
        { level: p.integer().default(1) },
        {
          uniques: [{ properties: ['name', 'level'] }],
        },
      );
      return { ...animal({ warden: () => p.manyToOne(Warden).nullable(), family: p.string() }), Warden };
    },
    answers: { renamed: ['keeper:warden', 'keeper.rank:level', 'animal.keeper:warden', 'animal.species:family'] },
    rows: [ann, `insert into animal (id, name, species, keeper_id) values (1, 'Leo', 'lion', 1)`],
    kept: {
      'select a.family, w.name, w.level from animal a join warden w on w.id = a.warden_id': [
        { family: 'lion', name: 'Ann', level: 1 },
      ],
    },
  },
  {
    name: 'an entity goes whose key another keeps as a value',
    before: () => kept(Keeper => p.manyToOne(Keeper).nullable()),
    after: () => animal({ keeperId: p.integer().nullable() }),
    refused: expect.stringContaining('keeper'),
    rows: [ann, leoOfAnn],
    kept: { 'select keeper_id from animal': [{ keeper_id: 1 }] },
  },
  {
    name: 'two entities are renamed that refer to each other',
    before: () => {
      const Keeper: EntitySchema = keeper({ office: () => p.manyToOne(Office).nullable() });
      const Office: EntitySchema = named('Office', { head: () => p.manyToOne(Keeper).nullable() });
      return { Keeper, Office };
    },
    after: () => {
      const Warden: EntitySchema = named('Warden', { office: () => p.manyToOne(Hut).nullable() });
      const Hut: EntitySchema = named('Hut', { head: () => p.manyToOne(Warden).nullable() });
      return { Warden, Hut };
    },
    answers: { renamed: ['keeper:warden', 'office:hut'] },
    rows: [ann, `insert into office (id, name, head_id) values (1, 'North', 1)`, 'update keeper set office_id = 1'],
    kept: { 'select w.office_id, h.head_id from warden w, hut h': [{ office_id: 1, head_id: 1 }] },
  },
  {
    name: 'an entity is renamed, and a new one refers to it',
    before: () => ({ Keeper: keeper() }),
    after: () => {
      const Warden = named('Warden');
      return { Warden, ...animal({ warden: () => p.manyToOne(Warden).nullable() }) };
    },
    answers: { renamed: ['keeper:warden'] },
    rows: [ann],
    kept: { 'select name from warden': [{ name: 'Ann' }] },
  },
  {
    name: 'another entity in the same table comes',
    before: () => staff(undefined),
    after: () => staff({ licence: p.string().nullable() }),
    rows: [`insert into person (id, name, role) values (1, 'Ann', 'keeper')`],
    kept: { 'select name, role, licence from person': [{ name: 'Ann', role: 'keeper', licence: null }] },
  },
  {
    name: 'another entity in the same table goes',
    before: () => staff({ licence: p.string().nullable() }),
    after: () => staff(undefined),
    rows: [`insert into person (id, name, role) values (1, 'Ann', 'keeper')`],
    kept: { 'select name, role from person': [{ name: 'Ann', role: 'keeper' }] },
  },
  {
    name: 'a property of one of several entities in a table comes',
    before: () => staff({ licence: p.string().nullable() }),
    after: () => staff({ licence: p.string().nullable(), degree: p.integer() }),
    rows: [`insert into person (id, name, role) values (1, 'Ann', 'keeper')`],
    kept: { 'select name, degree from person': [{ name: 'Ann', degree: null }] },
  },
  {
    name: 'a child with a table of its own comes',
    before: () => ({ Thing: named('Thing', {}, { inheritance: 'tpt' }) }),
    after: () => {
      const Thing = named('Thing', {}, { inheritance: 'tpt' });
      const Toy = bare('Toy', { bounces: p.boolean() }, { extends: Thing });
      return { Thing, Toy };
    },
    rows: [`insert into thing (id, name) values (1, 'Ball')`],
    kept: { 'select name from thing': [{ name: 'Ball' }] },
  },
  {
    name: 'an entity is told from others by another value',
    before: () => staff({ licence: p.string().nullable() }),
    after: () => staff({ licence: p.string().nullable() }, "vet's"),
    rows: [`insert into person (id, name, role) values (1, 'Ann', 'keeper'), (2, 'Bob', 'vet')`],
    kept: { 'select role from person order by id': [{ role: 'keeper' }, { role: "vet's" }] },
  },
  {
    name: 'a property of a child with a table of its own comes, and another goes',
    before: () => toys({ bounces: p.boolean().default(true), weight: p.integer().nullable() }),
    after: () => toys({ bounces: p.boolean().default(true), colour: p.string().nullable() }),
    rows: [`insert into thing (id, name) values (1, 'Ball')`, 'insert into toy (id) values (1)'],
    kept: { 'select id, colour from toy': [{ id: 1, colour: null }] },
  },
  {
    name: 'a child with a table of its own goes',
    before: () => toys({ bounces: p.boolean().default(true) }),
    after: () => ({ Thing: named('Thing', {}, { inheritance: 'tpt' }) }),
    rows: [`insert into thing (id, name) values (1, 'Ball')`, 'insert into toy (id) values (1)'],
    kept: { 'select name from thing': [{ name: 'Ball' }] },
  },
  {
    name: 'a view comes',
    before: () => animal(),
    after: () => ({ ...animal(), Names: view('select name from animal') }),
    rows: [leo],
    kept: { 'select name from names': [{ name: 'Leo' }] },
  },
  {
    name: 'a view selects something else, of a column that goes',
    before: () => ({
      ...animal({ legs: p.integer().nullable() }),
      Names: view('select name, legs from animal', { legs: p.integer() }),
    }),
    after: () => ({ ...animal(), Names: view('select name from animal') }),
    rows: [leo],
    kept: { 'select name from names': [{ name: 'Leo' }] },
  },
  {
    name: 'a view reads a column that gets another type',
    before: () => ({
      ...animal({ legs: p.integer().default(4) }),
      Names: view('select name, legs from animal', { legs: p.integer() }),
    }),
    after: () => ({
      ...animal({ legs: p.bigint().default(4) }),
      Names: view('select name, legs from animal', { legs: p.integer() }),
    }),
    rows: [leo],
    kept: { 'select name from names': [{ name: 'Leo' }] },
  },
  {
    name: 'a view goes',
    before: () => ({ ...animal(), Names: view('select name from animal') }),
    after: () => animal(),
  },
  {
    name: 'a view reads another that reads a column that is renamed',
    before: () => ({
      ...animal({ species: p.string().default('lion') }),
      Names: view('select name, species from animal', { species: p.string() }),
      Lions: view(`select name from names where species = 'lion'`, {}, 'Lions'),
    }),
    after: () => ({
      ...animal({ family: p.string().default('lion') }),
      Names: view('select name, family from animal', { family: p.string() }),
      Lions: view(`select name from names where family = 'lion'`, {}, 'Lions'),
    }),
    answers: { renamed: ['animal.species:family'] },
    rows: [leo],
    kept: { 'select name from lions': [{ name: 'Leo' }] },
  },
  {
    name: 'a view reads a table that is renamed',
    before: () => ({ Keeper: keeper(), Names: view('select name from keeper') }),
    after: () => ({ Warden: named('Warden'), Names: view('select name from warden') }),
    answers: { renamed: ['keeper:warden'] },
    rows: [ann],
    kept: { 'select name from names': [{ name: 'Ann' }] },
  },
  {
    name: 'a view comes to keep what it selects',
    only: 'postgresql',
    before: () => ({ ...animal(), Names: view('select name from animal') }),
    after: () => ({
      ...animal(),
      Names: view('select name from animal', {}, 'Names', { view: { materialized: true } }),
    }),
    rows: [leo],
    kept: { 'select name from names': [{ name: 'Leo' }] },
  },
]);

/** Keepers and vets in one table. */
function staff(vet: object | undefined, value = 'vet') {
  const Person = named('Person', {}, { abstract: true, discriminatorColumn: 'role' });
  const Keeper = bare('Keeper', { salary: p.integer().nullable() }, { extends: Person, discriminatorValue: 'keeper' });
  if (!vet) return { Person, Keeper };
  return { Person, Keeper, Vet: bare('Vet', vet, { extends: Person, discriminatorValue: value }) };
}

/** Things and toys, in a table each. */
function toys(properties: object) {
  const Thing = named('Thing', {}, { inheritance: 'tpt' });
  return { Thing, Toy: bare('Toy', properties, { extends: Thing }) };
}

function view(expression: string, more: object = {}, name = 'Names', options: object = {}) {
  return bare(name, { name: p.string().primary(), ...more }, { view: true, expression, ...options });
}
