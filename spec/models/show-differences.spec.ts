import { describe, expect, test } from '@jest/globals';
import { defineEntity, p } from '@mikro-orm/core';
import { describeEntities } from '../../lib/models/describe-entities.ts';
import { assertStable, differences } from '../../lib/models/show-differences.ts';
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
