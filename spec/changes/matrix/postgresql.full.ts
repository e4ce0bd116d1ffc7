import { p, type EntitySchema } from '@mikro-orm/core';
import type { Cell } from './cell.ts';
import { proveChanges } from './prove.ts';
import { animal, bare, leo, named } from './zoo.ts';

const only = 'postgresql';
const rows = [leo];
const kept = { 'select name from animal': [{ name: 'Leo' }] };

function coded(collation: string | undefined): Record<string, EntitySchema> {
  const code = () => (collation === undefined ? p.string() : p.string().collation(collation));
  const Zoo = bare('Zoo', { code: code().primary() });
  return { Zoo, Animal: named('Animal', { zoo: () => p.manyToOne(Zoo).nullable() }) };
}

function guarded(column: string) {
  const when = `new.${column} <> 'species'`;
  return animal(
    { [column]: p.string() },
    {
      rowLevelSecurity: true,
      policies: [{ name: 'own', command: 'all', using: `${column} <> 'species'`, check: `${column} <> ''` }],
      triggers: [{ name: 'said', timing: 'before', events: ['update'], forEach: 'row', when, body: 'return new' }],
    },
  );
}

const cells: Cell[] = [
  {
    name: 'the key that others refer to gets a collation',
    before: () => coded(undefined),
    after: () => coded('C'),
    rows: [`insert into zoo (code) values ('a')`, `insert into animal (id, name, zoo_code) values (1, 'Leo', 'a')`],
    kept: { 'select name, zoo_code from animal': [{ name: 'Leo', zoo_code: 'a' }] },
    only,
  },
  {
    name: 'a column that a policy and the condition of a trigger name gets another name',
    before: () => guarded('species'),
    after: () => guarded('family'),
    answers: { renamed: ['animal.species:family'] },
    rows: [`insert into animal (id, name, species) values (1, 'Leo', 'lion')`],
    kept: { 'select name, family from animal': [{ name: 'Leo', family: 'lion' }] },
    only,
  },
  {
    name: 'a unique property is indexed no longer',
    before: () => animal({ kind: p.string().nullable().unique().index() }),
    after: () => animal({ kind: p.string().nullable().unique() }),
    rows,
    kept,
  },
  {
    name: 'a key becomes a small one',
    before: () => ({ Animal: bare('Animal', { id: p.integer().primary(), name: p.string() }) }),
    after: () => ({ Animal: bare('Animal', { id: p.smallint().primary(), name: p.string() }) }),
    rows,
    kept,
    only,
  },
  {
    name: 'a small key becomes a large one',
    before: () => ({ Animal: bare('Animal', { id: p.smallint().primary(), name: p.string() }) }),
    after: () => ({ Animal: bare('Animal', { id: p.bigint().primary(), name: p.string() }) }),
    rows,
    kept,
    only,
  },
  {
    name: 'a computed property and what it is computed from go',
    before: () =>
      animal({
        legs: p.integer().default(4),
        feet: p.integer().generated('(legs * 2) stored'),
        toes: p.integer().generated('(legs * 3) virtual'),
      }),
    after: () => animal(),
    rows,
    kept,
    only,
  },
  {
    name: 'what a property is computed from becomes larger',
    before: () =>
      animal({
        legs: p.integer().default(4),
        feet: p.integer().generated('(legs * 2) stored').index().comment('both'),
      }),
    after: () =>
      animal({
        legs: p.smallint().default(4),
        feet: p.integer().generated('(legs * 2) stored').index().comment('both'),
      }),
    rows,
    kept: { 'select legs, feet from animal': [{ legs: 4, feet: 8 }] },
    only,
  },
  {
    name: 'two entities exchange their tables',
    before: () => ({
      Animal: bare('Animal', { id: p.integer().primary(), name: p.string().index() }, { tableName: 'one' }),
      Plant: bare('Plant', { id: p.integer().primary(), name: p.string().index() }, { tableName: 'two' }),
    }),
    after: () => ({
      Animal: bare('Animal', { id: p.integer().primary(), name: p.string().index() }, { tableName: 'two' }),
      Plant: bare('Plant', { id: p.integer().primary(), name: p.string().index() }, { tableName: 'one' }),
    }),
    rows: [`insert into one (id, name) values (1, 'Leo')`, `insert into two (id, name) values (1, 'Oak')`],
    kept: { 'select name from one': [{ name: 'Oak' }], 'select name from two': [{ name: 'Leo' }] },
  },
  {
    name: 'a table gets the name of its own sequence',
    before: () => animal(),
    after: () => ({ Animal: named('Animal', {}, { tableName: 'animal_id_seq' }) }),
    rows,
    kept: { 'select name from animal_id_seq': [{ name: 'Leo' }] },
    only,
  },
  {
    name: 'a table gets its name in other letters',
    before: () => animal(),
    after: () => ({ Animal: named('Animal', {}, { tableName: 'ANIMAL' }) }),
    rows,
    kept: { 'select name from "ANIMAL"': [{ name: 'Leo' }] },
  },
  {
    name: 'a new entity refers to a key that is new',
    before: () => ({ Zoo: bare('Zoo', { id: p.integer().primary(), name: p.string() }) }),
    after: () => {
      const Zoo = bare('Zoo', { id: p.integer().primary(), name: p.string(), code: p.string().nullable().unique() });
      return {
        Zoo,
        Animal: named('Animal', {
          zoo: () => p.manyToOne(Zoo).targetKey('code').nullable(),
        }),
      };
    },
    rows: [`insert into zoo (id, name) values (1, 'Artis')`],
    kept: { 'select name from zoo': [{ name: 'Artis' }] },
  },
  {
    name: 'a new entity refers to an entity whose key is another',
    before: () => ({ Zoo: bare('Zoo', { id: p.integer().primary(), code: p.string() }) }),
    after: () => {
      const Zoo = bare('Zoo', { code: p.string().primary() });
      return { Zoo, Animal: named('Animal', { zoo: () => p.manyToOne(Zoo).nullable() }) };
    },
    answers: { dropped: ['zoo.id'] },
    rows: [`insert into zoo (id, code) values (1, 'A')`],
    kept: { 'select code from zoo': [{ code: 'A' }] },
  },
];

proveChanges(cells);
