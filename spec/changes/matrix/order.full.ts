import { p, type EntitySchema } from '@mikro-orm/core';
import { proveChanges } from './prove.ts';
import { animal, ann, bare, keeper, leo, named } from './zoo.ts';

// What stands on what decides what comes first.
proveChanges([
  {
    name: 'a generated column and what it is computed from come together',
    before: () => animal(),
    after: () => measured(),
    rows: [leo],
    kept: { 'select area from animal': [{ area: 6 }] },
  },
  {
    name: 'a generated column and what it is computed from go together',
    before: () => measured(),
    after: () => animal(),
    rows: [leo],
    kept: { 'select name from animal': [{ name: 'Leo' }] },
  },
  {
    name: 'a new entity refers to a key that is new',
    before: () => ({ Keeper: coded(false) }),
    after: () => {
      const Keeper = coded(true);
      return { Keeper, Animal: named('Animal', { keeper: () => p.manyToOne(Keeper).nullable() }) };
    },
    rows: [`insert into keeper (id, code) values (1, 'ann')`],
    kept: { 'select code from keeper': [{ code: 'ann' }] },
  },
  {
    name: 'a relation comes to an entity whose key is new',
    before: () => ({ Keeper: coded(false), ...animal() }),
    after: () => {
      const Keeper = coded(true);
      return { Keeper, ...animal({ keeper: () => p.manyToOne(Keeper).nullable() }) };
    },
    rows: [`insert into keeper (id, code) values (1, 'ann')`, leo],
    kept: { 'select code from keeper': [{ code: 'ann' }] },
  },
  {
    name: 'two entities exchange their tables',
    before: () => ({ Animal: named('Animal'), Keeper: named('Keeper', { rank: p.integer().nullable().index() }) }),
    after: () => ({
      Animal: named('Animal', {}, { tableName: 'keeper' }),
      Keeper: named('Keeper', { rank: p.integer().nullable().index() }, { tableName: 'animal' }),
    }),
    rows: [leo, ann],
    kept: {
      'select name from keeper': [{ name: 'Leo' }],
      'select name, rank from animal': [{ name: 'Ann', rank: null }],
    },
  },
  {
    name: 'three entities pass their tables on',
    before: () => ({ A: named('A'), B: named('B'), C: named('C') }),
    after: () => ({
      A: named('A', {}, { tableName: 'b' }),
      B: named('B', {}, { tableName: 'c' }),
      C: named('C', {}, { tableName: 'a' }),
    }),
    rows: [
      `insert into a (id, name) values (1, 'A')`,
      `insert into b (id, name) values (1, 'B')`,
      `insert into c (id, name) values (1, 'C')`,
    ],
    kept: { 'select a.name as one, b.name as two, c.name as three from a, b, c': [{ one: 'C', two: 'A', three: 'B' }] },
  },
  {
    name: 'an enum gets an item, and its entity another name',
    before: () => ({ Animal: named('Animal', { diet: p.enum(['meat', 'plants']) }) }),
    after: () => ({ Beast: named('Beast', { diet: p.enum(['meat', 'plants', 'both']) }) }),
    answers: { renamed: ['animal:beast'] },
    rows: [`insert into animal (id, name, diet) values (1, 'Leo', 'meat')`],
    kept: { 'select diet from beast': [{ diet: 'meat' }] },
  },
  {
    name: 'an enum gets an item, and its table another name',
    before: () => animal({ diet: p.enum(['meat', 'plants']) }),
    after: () => animal({ diet: p.enum(['meat', 'plants', 'both']) }, { tableName: 'beast' }),
    rows: [`insert into animal (id, name, diet) values (1, 'Leo', 'meat')`],
    kept: { 'select diet from beast': [{ diet: 'meat' }] },
  },
  {
    name: 'a native enum gets an item, and its entity another name',
    only: 'postgresql',
    before: () => ({ Animal: named('Animal', { diet: p.enum(['meat', 'plants']).nativeEnumName('diet') }) }),
    after: () => ({ Beast: named('Beast', { diet: p.enum(['meat', 'plants', 'both']).nativeEnumName('diet') }) }),
    answers: { renamed: ['animal:beast'] },
    rows: [`insert into animal (id, name, diet) values (1, 'Leo', 'meat')`],
    kept: { 'select diet from beast': [{ diet: 'meat' }] },
  },
  {
    name: 'a parent with children in tables of their own becomes many-to-many',
    before: () => tagged({}),
    after: () => tagged(Tag => ({ tags: () => p.manyToMany(Tag) })),
    rows: [`insert into thing (id, name) values (1, 'Ball')`, 'insert into toy (id, loud) values (1, null)'],
    kept: { 'select name from thing': [{ name: 'Ball' }] },
  },
  {
    name: 'another entity is not to be touched',
    before: () => ({ ...animal(), Keeper: keeper() }),
    after: () => ({
      ...animal({ legs: p.integer().default(4) }),
      Keeper: keeper({ rank: p.integer() }),
      Vet: named('Vet'),
    }),
    orm: { schemaGenerator: { skipTables: ['keeper', 'vet'] } },
    rows: [leo],
    kept: { 'select legs from animal': [{ legs: 4 }] },
  },
  {
    name: 'a relation comes to an entity that is not to be touched',
    before: () => ({ ...animal(), Keeper: keeper() }),
    after: () => {
      const Keeper = keeper();
      return { ...animal({ keeper: () => p.manyToOne(Keeper).nullable().createForeignKeyConstraint(false) }), Keeper };
    },
    orm: { schemaGenerator: { skipTables: ['keeper'] } },
    rows: [leo],
    kept: { 'select keeper_id from animal': [{ keeper_id: null }] },
  },
]);

function measured() {
  return animal({
    wide: p.integer().default(2),
    area: p.integer().generated('(wide * tall) stored').nullable(),
    tall: p.integer().default(3),
  });
}

function coded(isKey: boolean): EntitySchema {
  const key = () => p.integer().primary().autoincrement(false);
  return bare('Keeper', isKey ? { id: p.integer(), code: p.string().primary() } : { id: key(), code: p.string() });
}

/** Things and toys in a table each, and tags. */
function tagged(own: object | ((Tag: EntitySchema) => object)) {
  const Tag = named('Tag');
  const Thing = named('Thing', typeof own === 'function' ? own(Tag) : own, { inheritance: 'tpt' });
  return { Tag, Thing, Toy: bare('Toy', { loud: p.boolean().nullable() }, { extends: Thing }) };
}
