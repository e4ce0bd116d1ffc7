import { describe, expect, test } from '@jest/globals';
import { defineEntity, p } from '@mikro-orm/core';
import { hasStorage } from '../../lib/models/describe-entities.ts';
import { describeModule } from '../../lib/models/frozen-models.ts';
import { offline } from './support.ts';

const id = p.integer().primary();
const Owl = defineEntity({ name: 'Owl', properties: { id } });

/** What both dialects say of entities, by name; the hints apart, which differ. */
function described(module: object, options: object = {}) {
  const [one, other] = offline(options).map(({ orm }) =>
    describeModule(orm, module, { name: 'the frozen version 1' }).entities.map(
      ({ hints: _hints, properties, checks, ...rest }) => ({
        ...rest,
        ...(checks && { checks: checks.map(({ expression }) => expression) }),
        properties: properties.map(({ name, columns }) => [name, ...(columns ?? [])].join(' ')),
      }),
    ),
  );
  expect(other).toStrictEqual(one);
  return Object.fromEntries(one!.map(entity => [entity.name, entity]));
}

/** One entity, of which only some things are asked. */
function animal(options: object, properties: object = {}) {
  return defineEntity({ name: 'Animal', ...options, properties: { id, legs: p.integer(), ...properties } } as never);
}

describe('an entity alone', () => {
  const Home = defineEntity({ name: 'Home', embeddable: true, properties: { city: p.string().index().unique() } });
  const Block = defineEntity({
    name: 'Block',
    embeddable: true,
    properties: { home: () => p.embedded(Home), homes: () => p.embedded(Home).array() },
  });

  test.each<[string, object, object]>([
    [
      'what is not stored has no index and no constraint',
      {
        Animal: animal({}, { age: p.integer().persist(false).index().unique(), twice: p.integer().formula('2') }),
      },
      { indexes: undefined, uniques: undefined, properties: ['id id', 'legs legs'] },
    ],
    [
      'what stands inside documents has no index by itself',
      {
        Animal: animal(
          {},
          {
            home: () => p.embedded(Home).object(),
            homes: () => p.embedded(Home).array(),
            block: () => p.embedded(Block).object(),
            open: () => p.embedded(Block),
          },
        ),
        Home,
        Block,
      },
      {
        indexes: [{ columns: ['open_home_city'] }],
        uniques: [{ columns: ['open_home_city'] }],
      },
    ],
    [
      'checks of a property, and of none',
      {
        Animal: animal({ checks: [{ expression: 'legs   < 9' }] }, { arms: p.integer().check('arms > 0') }),
      },
      { checks: ['arms > 0', 'legs < 9'] },
    ],
    [
      'the check that an enum has anyway is none, in whichever spelling',
      {
        Animal: animal(
          {
            checks: [
              { property: 'diet', expression: `"diet" in ('it''s', 'b')` },
              { property: 'diet', expression: `"diet" in ('it's', 'b')` },
              { property: 'diets', expression: `"diets" <@ array['x'::text, 'y'::text]` },
              { property: 'diet', expression: `"diet" in ('b')` },
              { property: 'legs', expression: `"legs" in ('it''s', 'b')` },
            ],
          },
          { diet: p.enum(["it's", 'b']), diets: p.enum(['x', 'y']).array() },
        ),
      },
      { checks: [`"diet" in ('b')`, `"legs" in ('it''s', 'b')`] },
    ],
    [
      'a view has its key alone',
      {
        Animal: animal({
          view: true,
          expression: 'select  1',
          indexes: [{ name: 'x', properties: ['legs'] }],
          checks: [{ expression: 'legs > 1' }],
        }),
      },
      {
        view: { expression: 'select 1' },
        primaryKey: ['id'],
        indexes: undefined,
        checks: undefined,
        properties: ['id id', 'legs legs'],
      },
    ],
    [
      'a materialized one has indexes as well',
      {
        Animal: animal({
          view: { materialized: true },
          expression: 'select 1',
          indexes: [{ name: 'x', properties: ['legs'] }],
          checks: [{ expression: 'legs > 1' }],
        }),
      },
      {
        view: { expression: 'select 1', materialized: true },
        primaryKey: ['id'],
        checks: undefined,
        indexes: [{ columns: ['legs'], hints: { name: 'x' } }],
        properties: ['id id', 'legs legs'],
      },
    ],
  ])('%s', (_what, module, asked) => {
    const { Animal } = described(module);
    expect(Object.fromEntries(Object.keys(asked).map(key => [key, Reflect.get(Animal!, key)]))).toStrictEqual(asked);
  });

  test('a pivot table that MikroORM skips takes its relation along', () => {
    const module = { Animal: animal({}, { owls: () => p.manyToMany(Owl), friends: () => p.manyToMany(Owl) }), Owl };
    const { Animal } = described(module, { schemaGenerator: { skipTables: ['animal_owls'] } });
    expect(Animal?.properties).toEqual(['friends', 'id id', 'legs legs']);
  });

  test('an abstract one is stored if others share its table', () => {
    const abstract = { name: 'Base', abstract: true, properties: { id } };
    const alone = defineEntity(abstract);
    expect([hasStorage(alone.meta), hasStorage(Owl.meta)]).toEqual([false, true]);
    const Base = defineEntity({ ...abstract, discriminatorColumn: 'kind' });
    const Child = defineEntity({ name: 'Child', extends: Base, properties: {} });
    expect(Object.keys(described({ Base, Child }))).toEqual(['Base', 'Child']);
    const Plain = defineEntity({ name: 'Plain', extends: alone, properties: { legs: p.integer() } });
    expect(described({ Base: alone, Plain })).toEqual({
      Plain: { name: 'Plain', table: 'plain', primaryKey: ['id'], properties: ['id id', 'legs legs'] },
    });
  });
});

describe('entities of one table', () => {
  test('tell apart by a column of another name, and a child may keep a property somewhere else', () => {
    const Fish = defineEntity({
      name: 'Fish',
      discriminatorColumn: 'sort',
      properties: { id, sort: p.enum(['Fish', 'Shark']).fieldName('kind_of'), size: p.integer().fieldName('small') },
    });
    const Shark = defineEntity({ name: 'Shark', extends: Fish, properties: { size: p.integer().fieldName('large') } });
    const told = described({ Fish, Shark });
    expect(told['Fish']?.discriminator).toEqual({ column: 'kind_of', values: { fish: 'Fish', shark: 'Shark' } });
    expect(told['Fish']?.properties).toContain('size small');
    expect(told['Shark']?.properties).toEqual(['size large']);
  });
});

test('partitions may be given by an expression that is handed the columns', () => {
  const [, { orm }] = offline();
  const Animal = animal({
    partitionBy: { type: 'hash', expression: (columns: { id: string }) => columns.id, partitions: 2 },
  });
  const { entities } = describeModule(orm, { Animal }, { name: 'the frozen version 1' });
  expect(entities[0]?.partitions).toEqual({ type: 'hash', expression: 'id', partitions: 2 });
});

test('in tables of their own, entities have what they declare, the key, and a pivot table each', () => {
  const Beast = defineEntity({
    name: 'Beast',
    inheritance: 'tpt',
    checks: [{ expression: 'id > 0' }],
    properties: {
      id,
      legs: p.integer().check('legs > 0').index(),
      friends: () => p.manyToMany(Owl),
      pals: () => p.manyToMany(Owl).pivotTable('pals'),
    },
  });
  const Tiger = defineEntity({
    name: 'Tiger',
    extends: Beast,
    properties: { stripes: p.integer().check('stripes > 0'), hunts: () => p.manyToMany(Owl) },
  });
  const Cat = defineEntity({ name: 'Cat', extends: Beast, properties: { id, purrs: p.boolean() } });
  expect(described({ Beast, Tiger, Cat, Owl })).toMatchSnapshot();
});
