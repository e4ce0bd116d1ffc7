import { p } from '@mikro-orm/core';
import { proveChanges } from './prove.ts';
import { animal, keeper, leo, named } from './zoo.ts';

const kept = { 'select name, legs from animal': [{ name: 'Leo', legs: 4 }] };
const legs = () => p.integer().default(4);

// Names of indexes and checks that somebody chose.
proveChanges([
  {
    name: 'a second index over the same column comes',
    before: () => animal({ legs: legs().index('one') }),
    after: () => animal({ legs: legs().index('one') }, { indexes: [{ name: 'two', properties: ['legs'] }] }),
    rows: [leo],
    kept,
  },
  {
    name: 'a second index over the same column comes, and the first one has no name',
    before: () => animal({ legs: legs().index() }),
    after: () => animal({ legs: legs().index() }, { indexes: [{ name: 'two', properties: ['legs'] }] }),
    rows: [leo],
    kept,
  },
  {
    name: 'a unique index comes beside a plain one',
    before: () => animal({ legs: legs().index() }),
    after: () => animal({ legs: legs().index().unique() }),
    rows: [leo],
    kept,
  },
  {
    name: 'an index with a name of its own stays while the table gets another',
    before: () => animal({ legs: legs().index('animal_by_legs') }),
    after: () => animal({ legs: legs().index('animal_by_legs') }, { tableName: 'beast' }),
    rows: [leo],
    kept: { 'select name, legs from beast': [{ name: 'Leo', legs: 4 }] },
  },
  {
    name: 'a unique and a check with names of their own stay while the table gets another',
    before: () => chosen({}),
    after: () => chosen({ tableName: 'beast' }),
    rows: [leo],
    kept: { 'select name, legs from beast': [{ name: 'Leo', legs: 4 }] },
  },
  {
    name: 'a check of a property with a name of its own comes',
    before: () => animal({ legs: legs() }),
    after: () => animal({ legs: legs() }, { checks: [{ name: 'has_legs', property: 'legs', expression: 'legs > 0' }] }),
    rows: [leo],
    kept,
  },
  {
    name: 'a check with a name of its own goes',
    before: () => animal({ legs: legs() }, { checks: [{ name: 'has_legs', expression: 'legs > 0' }] }),
    after: () => animal({ legs: legs() }),
    rows: [leo],
    kept,
  },
  {
    name: 'one of two properties goes that are checked alike',
    before: () => animal({ legs: legs().check('id > -7'), arms: legs().check('id > -7') }),
    after: () => animal({ arms: legs().check('id > -7') }),
    answers: { dropped: ['animal.legs'] },
  },
  {
    name: 'another property is checked alike',
    before: () => animal({ legs: legs().check('id > -7'), arms: legs() }),
    after: () => animal({ legs: legs(), arms: legs().check('id > -7') }),
  },
  {
    name: 'an index and a check get other names, and something else changes',
    before: () => tall({}, 'one', 'has_legs'),
    after: () => tall({ tall: p.boolean().default(false) }, 'two', 'stands'),
    rows: [leo],
    kept,
  },
  {
    name: 'an index gets a name, and something else changes elsewhere',
    before: () => ({ ...animal({ legs: legs().index() }), Keeper: keeper() }),
    after: () => ({ ...animal({ legs: legs().index('by_legs') }), Keeper: keeper({ rank: p.integer().default(1) }) }),
    rows: [leo],
    kept,
  },
  {
    name: 'a column comes whose name PostgreSQL cuts, with an index, a unique and a check',
    only: 'postgresql',
    before: () => animal(),
    after: () => animal(wordy(p.integer().default(4), `"${long('legs')}" > 0`)),
    rows: [leo],
    kept: { [`select "${long('legs')}" as legs from animal`]: [{ legs: 4 }] },
  },
  {
    name: 'a column whose name PostgreSQL cuts gets another type and another check',
    only: 'postgresql',
    before: () => animal(wordy(p.integer().default(4), `"${long('legs')}" > 0`)),
    after: () => animal(wordy(p.bigint().default(5), `"${long('legs')}" > 1`)),
    rows: [leo],
    kept: { [`select "${long('legs')}" as legs from animal`]: [{ legs: '4' }] },
  },
  {
    name: 'a column whose name PostgreSQL cuts gets another such name',
    only: 'postgresql',
    before: () => animal({ legs: p.integer().default(4).fieldName(long('legs')).index() }),
    after: () => animal({ feet: p.integer().default(4).fieldName(long('feet')).index() }),
    answers: { renamed: ['animal.legs:feet'] },
    rows: [leo],
    kept: { [`select "${long('feet')}" as feet from animal`]: [{ feet: 4 }] },
  },
  {
    name: 'a relation whose column name PostgreSQL cuts comes',
    only: 'postgresql',
    before: () => ({ ...animal(), Keeper: keeper() }),
    after: () => {
      const Keeper = keeper();
      return { ...animal({ keeper: () => p.manyToOne(Keeper).nullable().joinColumn(long('kept_by')) }), Keeper };
    },
    rows: [leo],
    kept: { [`select "${long('kept_by')}" as keeper from animal`]: [{ keeper: null }] },
  },
]);

/** A name of more than 63 bytes. */
function long(name: string): string {
  return `${name.padEnd(62, '_')}ééé`;
}

function wordy(type: object, check: string) {
  const column = (type as ReturnType<typeof legs>).fieldName(long('legs'));
  return { legs: column.index().check(check), tag: p.string().nullable().fieldName(long('tag')).unique() };
}

function tall(more: object, index: string, check: string) {
  return animal({ ...more, legs: legs().index(index) }, { checks: [{ name: check, expression: 'legs > 0' }] });
}

function chosen(options: object) {
  return {
    Animal: named(
      'Animal',
      { legs: legs().unique('animal_legs_once') },
      {
        ...options,
        checks: [{ name: 'animal_has_legs', expression: 'legs > 0' }],
      },
    ),
  };
}
