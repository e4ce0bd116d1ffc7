import { describe, expect, test } from '@jest/globals';
import { defineEntity, p } from '@mikro-orm/core';
import { describeEntities } from '../../lib/models/describe-entities.ts';
import type { EntityDescription, PropertyDescription, StorageDescription } from '../../lib/models/description.ts';
import { assertStable, differences, storageDifferences } from '../../lib/models/show-differences.ts';
import { describeModule } from '../../lib/models/frozen-models.ts';
import { animal } from '../changes/matrix/zoo.ts';
import { offline } from './support.ts';
import * as v1 from './zoo/1.ts';
import * as v2 from './zoo/2.ts';
import * as everything from './zoo/everything.ts';

const [{ orm }] = offline();
const tell = (module: object) => describeModule(orm, module, { name: 'the frozen version' });
const sides = ['the frozen version 3', 'the live entities'] as const;

test('versions that mean the same have none', () => {
  expect(differences(tell(everything), tell(everything))).toEqual([]);
});

test('each is a sentence that names the entity, the property and the side', () => {
  expect(differences(tell(v1), tell(v2), sides)).toMatchInlineSnapshot(`
[
  "Animal.exhibit is in the frozen version 3 only",
  "Animal.habitat is in the live entities only",
  "Animal.legs is in the live entities only",
  "Exhibit is in the frozen version 3 only",
  "Habitat is in the live entities only",
]
`);
});

test('seen from the other side they are as many', () => {
  expect(differences(tell(v2), tell(v1))).toHaveLength(differences(tell(v1), tell(v2)).length);
});

test('attributes and parts are told in words', () => {
  const Keeper = defineEntity({ name: 'Keeper', properties: { id: p.integer().primary() } });
  const One = {
    Keeper,
    Animal: defineEntity({
      name: 'Animal',
      properties: {
        id: p.integer().primary(),
        species: p.string().unique(),
        legs: p.integer().default(4),
        diet: p.enum(['meat', 'plants']),
        keeper: () => p.manyToOne(Keeper).deleteRule('cascade'),
      },
    }),
  };
  const Other = {
    Keeper,
    Animal: defineEntity({
      name: 'Animal',
      tableName: 'animals',
      indexes: [{ properties: ['species', 'legs'], where: { legs: 4 } }],
      checks: [{ expression: 'legs >= 0' }],
      properties: {
        id: p.integer().primary(),
        species: p.text().fieldName('kind_of'),
        legs: p.integer().nullable(),
        diet: p.enum(['meat', 'plants', 'both']),
        keeper: () => p.manyToOne(Keeper).nullable(),
      },
    }),
  };
  expect(differences(tell(One), tell(Other), sides)).toMatchInlineSnapshot(`
[
  "Animal has table animal in the frozen version 3 and animals in the live entities",
  "Animal.diet has allowed values meat, plants in the frozen version 3 and both, meat, plants in the live entities",
  "Animal.keeper is nullable in the live entities only",
  "Animal.keeper has foreign key to keeper (id) on delete cascade in the frozen version 3 and to keeper (id) on delete set null in the live entities",
  "Animal.legs is nullable in the live entities only",
  "Animal.legs has default 4 in the frozen version 3 only",
  "Animal.species has type string in the frozen version 3 and text in the live entities",
  "Animal.species has column species in the frozen version 3 and kind_of in the live entities",
  "Animal: the index on kind_of, legs (where {"legs":4}) is in the live entities only",
  "Animal: the unique constraint on species is in the frozen version 3 only",
  "Animal: the check (legs >= 0) is in the live entities only",
]
`);
});

describe('entities that are read twice', () => {
  const read = (properties: object) =>
    describeEntities(offline({ entities: Object.values(animal(properties)) })[0].orm);

  test('entities that are the same each time are let through', () => {
    const properties = () => ({ seen: p.datetime().onCreate(() => new Date()), legs: p.integer().default(4) });
    expect(() => assertStable(read(properties()), read(properties()))).not.toThrow();
  });

  test('a default that is computed when its file is imported is told, with what to do instead', () => {
    let imports = 0;
    const properties = () => ({ batch: p.integer().default((imports += 1)) });
    expect(() => assertStable(read(properties()), read(properties()))).toThrowErrorMatchingInlineSnapshot(
      `"the entities differ each time their files are imported: Animal.batch has default 1 in the first reading and 2 in the second. Compute the value in onCreate, or in the database with defaultRaw."`,
    );
  });

  test('many differences are counted', () => {
    const properties = (value: number) =>
      Object.fromEntries(['a', 'b', 'c', 'd', 'e'].map(name => [name, p.integer().default(value)]));
    expect(() => assertStable(read(properties(1)), read(properties(2)))).toThrow(
      / and 2 more\. Compute the value in onCreate/,
    );
  });
});

/** Everything that can be said of a property. */
const LEGS: Required<PropertyDescription> = {
  name: 'legs',
  kind: 'scalar',
  type: 'integer',
  items: [2, 4],
  nativeEnum: 'leg_count',
  array: true,
  columns: ['legs', 'feet'],
  key: 'l',
  nullable: true,
  default: '4',
  primary: true,
  autoincrement: true,
  version: true,
  generated: '(2 * 2) stored',
  collation: 'C',
  embeddable: 'Limbs',
  object: true,
  target: ['Leg', 'Foot'],
  discriminator: { column: 'type', values: { l: 'Leg' } },
  references: { table: 'leg', columns: ['id'], onDelete: 'cascade', onUpdate: 'restrict', deferrable: 'deferred' },
  pivot: { table: 'animal_legs', columns: ['animal_id'], inverseColumns: ['leg_id'] },
  hints: { comment: 'how many' },
};

/** Everything that can be said of an entity. */
const ANIMAL: Required<EntityDescription> = {
  name: 'Animal',
  table: 'animal',
  namespace: 'zoo',
  extends: 'Being',
  inheritance: 'single table',
  discriminator: { column: 'kind', values: { a: 'Animal' } },
  primaryKey: ['id', 'kind'],
  properties: [LEGS],
  indexes: [{ columns: ['legs'], where: { legs: 4 }, hints: { name: 'by_legs' } }],
  uniques: [{ columns: [], expression: 'lower(name)', deferrable: 'deferred' }],
  checks: [{ expression: 'legs > 0' }],
  triggers: [{ timing: 'after', events: ['insert', 'update'], forEach: 'row', when: 'true', body: 'select 1' }],
  policies: [{ command: 'select', type: 'permissive', roles: ['a', 'b'] }],
  rowLevelSecurity: true,
  partitions: { type: 'hash' },
  view: { expression: 'select 1' },
  hints: { comment: 'those who live here' },
};

function zoo(more: object): StorageDescription {
  return { entities: [{ ...ANIMAL, ...more }] };
}

/** The same without one of its keys. */
function without<T extends object>(whole: T, key: string): T {
  return Object.fromEntries(Object.entries(whole).filter(([name]) => name !== key)) as T;
}

const OPTIONAL_OF_ENTITY = Object.keys(ANIMAL).filter(key => !['name', 'table', 'properties'].includes(key));
const OPTIONAL_OF_PROPERTY = Object.keys(LEGS).filter(key => !['name', 'kind'].includes(key));

describe('all that can be said', () => {
  test('of an entity is told where it is missing, but for hints', () => {
    const found = OPTIONAL_OF_ENTITY.map(key => [
      key,
      ...differences(zoo({}), { entities: [without(ANIMAL, key)] }, sides),
      ...differences({ entities: [without(ANIMAL, key)] }, zoo({}), sides),
    ]);
    expect(found).toMatchSnapshot('entity');
  });

  test('of a property is told where it is missing, but for hints', () => {
    const found = OPTIONAL_OF_PROPERTY.map(key => [
      key,
      ...differences(zoo({}), zoo({ properties: [without(LEGS, key)] }), sides),
      ...differences(zoo({ properties: [without(LEGS, key)] }), zoo({}), sides),
    ]);
    expect(found).toMatchSnapshot('property');
  });

  test('is told where it is another', () => {
    const other = {
      ...ANIMAL,
      table: 'beast',
      namespace: 'shop',
      view: { expression: 'select 2' },
      properties: [
        {
          ...LEGS,
          kind: 'm:1',
          columns: ['legs'],
          references: { table: 'leg', namespace: 'zoo', columns: ['a', 'b'] },
          discriminator: { column: 'type', values: { f: 'Foot' } },
        },
      ],
    };
    expect(differences(zoo({}), zoo(other), sides)).toMatchInlineSnapshot(`
[
  "Animal has table animal in the frozen version 3 and beast in the live entities",
  "Animal has namespace zoo in the frozen version 3 and shop in the live entities",
  "Animal has view {"expression":"select 1"} in the frozen version 3 and {"expression":"select 2"} in the live entities",
  "Animal.legs has discriminator {"column":"type","values":{"l":"Leg"}} in the frozen version 3 and {"column":"type","values":{"f":"Foot"}} in the live entities",
  "Animal.legs has kind scalar in the frozen version 3 and m:1 in the live entities",
  "Animal.legs has column legs, feet in the frozen version 3 and legs in the live entities",
  "Animal.legs has foreign key to leg (id) on delete cascade on update restrict checked deferred in the frozen version 3 and to zoo.leg (a, b) in the live entities",
]
`);
  });

  test('is nothing where it is the same', () => {
    expect(differences(zoo({}), zoo({ hints: {}, properties: [{ ...LEGS, hints: {} }] }))).toEqual([]);
  });
});

test('sides are the first and the second, if nobody names them', () => {
  expect(differences(zoo({}), { entities: [] })).toEqual(['Animal is in the first only']);
  expect(differences({ entities: [] }, zoo({}))).toEqual(['Animal is in the second only']);
  expect(differences(zoo({ properties: [] }), zoo({}))).toEqual(['Animal.legs is in the second only']);
});

test('entities and properties are told by name, parts by what they are', () => {
  const named = (...names: string[]) => names.map(name => ({ ...ANIMAL, name }));
  expect(differences({ entities: named('B', 'C') }, { entities: named('A') })).toEqual([
    'A is in the second only',
    'B is in the first only',
    'C is in the first only',
  ]);
  const checks = (...expressions: string[]) => zoo({ checks: expressions.map(expression => ({ expression })) });
  expect(differences(checks('b', 'c'), checks('a', 'c'))).toEqual([
    'Animal: the check (a) is in the second only',
    'Animal: the check (b) is in the first only',
  ]);
});

describe('on one driver', () => {
  const column = (more: Partial<PropertyDescription> = {}): StorageDescription => ({
    entities: [
      { name: 'Animal', table: 'animal', properties: [{ name: 'legs', kind: 'scalar', type: 'decimal', ...more }] },
    ],
  });
  const found = (one: Partial<PropertyDescription>, other: Partial<PropertyDescription>) =>
    storageDifferences(column(one), column(other), ['A', 'B']);

  test.each<[string, Partial<PropertyDescription>, Partial<PropertyDescription>, string[]]>([
    ['the same', { hints: { columnTypes: ['int'] } }, { hints: { columnTypes: ['int'] } }, []],
    ['a name and a comment', { hints: { comment: 'a', foreignKey: 'a' } }, { hints: { comment: 'b' } }, []],
    [
      'the type of a column',
      { hints: { columnTypes: ['int'] } },
      { hints: { columnTypes: ['text', 'int'] } },
      ['Animal.legs is int in A and text, int in B'],
    ],
    [
      'a type that is known on one side',
      { hints: { columnTypes: ['int'] } },
      {},
      ['Animal.legs is int in A and nothing in B'],
    ],
    ['and on the other', {}, { hints: { columnTypes: ['int'] } }, ['Animal.legs is nothing in A and int in B']],
    [
      'sizes, where the type says nothing of them',
      { hints: { length: 1, precision: 8, scale: 2 } },
      { hints: { length: 2, precision: 9, scale: 3 } },
      [
        'Animal.legs has length 1 in A and 2 in B',
        'Animal.legs has precision 8 in A and 9 in B',
        'Animal.legs has scale 2 in A and 3 in B',
      ],
    ],
    ['the usual size', {}, { hints: { precision: 10 } }, []],
    [
      'the usual size of a text',
      { type: 'string' },
      { type: 'string', hints: { length: 100 } },
      ['Animal.legs has length 255 in A and 100 in B'],
    ],
    [
      'the usual size of a letter',
      { type: 'character' },
      { type: 'character', hints: { length: 2 } },
      ['Animal.legs has length 1 in A and 2 in B'],
    ],
    [
      'the usual size of a moment',
      { type: 'datetime' },
      { type: 'datetime', hints: { length: 3 } },
      ['Animal.legs has length 6 in A and 3 in B'],
    ],
    [
      'the size of a type that has none usually',
      { type: 'blob' },
      { type: 'blob', hints: { length: 3 } },
      ['Animal.legs has length 0 in A and 3 in B'],
    ],
    [
      'sizes, where types tell them already',
      { hints: { columnTypes: ['a(1)'], length: 1 } },
      { hints: { columnTypes: ['a(2)'], length: 2 } },
      ['Animal.legs is a(1) in A and a(2) in B'],
    ],
    [
      'what a moment is for the application',
      {},
      { hints: { runtimeType: 'string' } },
      ['Animal.legs is for the application Date in A and string in B'],
    ],
    [
      'and the other way round',
      { hints: { runtimeType: 'string' } },
      {},
      ['Animal.legs is for the application string in A and Date in B'],
    ],
    ['what else is said of a column', {}, { hints: { extra: 'x' } }, ['Animal.legs has nothing in A and x in B']],
    ['and said no more', { hints: { extra: 'x' } }, {}, ['Animal.legs has x in A and nothing in B']],
  ])('%s', (_, one, other, expected) => {
    expect(found(one, other)).toEqual(expected);
  });

  test.each<[string, Partial<PropertyDescription>]>([
    ['kind', { kind: 'enum' }],
    ['type', { type: 'string' }],
    ['array', { array: true }],
    ['nativeEnum', { nativeEnum: 'a' }],
    ['target', { target: 'A' }],
    ['embeddable', { embeddable: 'A' }],
  ])('a column of another %s is told once', (_, more) => {
    const hints = { columnTypes: ['other'], length: 9, extra: 'x' };
    expect(found({}, { ...more, hints })).toHaveLength(1);
  });

  test('a property or entity that is new has no column to compare', () => {
    const empty = { entities: [{ name: 'Animal', table: 'animal', properties: [] }] };
    expect(storageDifferences(column(), empty, ['A', 'B'])).toEqual(['Animal.legs is in A only']);
    expect(storageDifferences({ entities: [] }, column(), ['A', 'B'])).toEqual(['Animal is in B only']);
    expect(storageDifferences(column(), { entities: [] }, ['A', 'B'])).toEqual(['Animal is in A only']);
  });
});

test('three differences are told of entities that are never the same, and the rest is counted', () => {
  const many = (...names: string[]): StorageDescription => ({
    entities: names.map(name => ({ name, table: name, properties: [] })),
  });
  const told = (one: StorageDescription, other: StorageDescription) => {
    try {
      assertStable(one, other);
      return 'nothing';
    } catch (error) {
      return (error as Error).message.split(': ')[1]?.split('. ')[0];
    }
  };
  expect(told(many('A'), many('A'))).toBe('nothing');
  expect(told(many('A', 'B', 'C'), many())).toBe(
    'A is in the first reading only; B is in the first reading only; C is in the first reading only',
  );
  expect(told(many(), many('A', 'B', 'C', 'D'))).toBe(
    'A is in the second only; B is in the second only; C is in the second only and 1 more',
  );
});
