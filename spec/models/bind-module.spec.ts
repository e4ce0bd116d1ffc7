import { describe, expect, test } from '@jest/globals';
import { EntitySchema, MetadataStorage, MikroORM, defineEntity, p, type EntityProperty } from '@mikro-orm/core';
import { SqliteDriver } from '@mikro-orm/sqlite';
import { bindModule } from '../../lib/models/bind-module.ts';
import { SchemaDefinitionError } from '../../lib/errors.ts';
import * as v1 from './zoo/1.ts';
import * as v2 from './zoo/2.ts';
import * as everything from './zoo/everything.ts';

const name = { name: 'the frozen version 3', guid: 'zoo' };
const id = p.integer().primary();

function metadataOf(module: object) {
  const { all } = bindModule(module as Record<string, unknown>, name);
  return new MikroORM({ driver: SqliteDriver, dbName: ':memory:', entities: [...all] }).getMetadata();
}

/** The names of the entities a relation points to, after whether those are the ones of the same ORM. */
function targetsOf(metadata: MetadataStorage, entity: string, key: string): [boolean, ...string[]] {
  const properties: Record<string, EntityProperty> = metadata.getByClassName(entity).properties;
  const { polymorphTargets, targetMeta } = properties[key] ?? {};
  const targets = polymorphTargets ?? (targetMeta ? [targetMeta] : []);
  const ours = targets.every(target => metadata.getByClassName(target.className).class === target.class);
  return [ours, ...targets.map(target => target.className)];
}

test('copies point to each other, whatever version the file they came from belongs to', () => {
  const [one, two] = [metadataOf(v1), metadataOf(v2)];
  for (const metadata of [one, two]) {
    expect(targetsOf(metadata, 'Keeper', 'animals')).toEqual([true, 'Animal']);
  }
  expect(Object.keys(one.getByClassName('Animal').properties)).not.toContain('legs');
  expect(Object.keys(two.getByClassName('Animal').properties)).toContain('legs');
});

test('an entity is copied once, under however many names it is exported', () => {
  const { entities, all } = bindModule({ ...v1, Lion: v1.Animal }, name);
  expect(entities['Lion'] === entities['Animal']).toBe(true);
  expect(all.map(entity => entity.meta.className)).toEqual(['Animal', 'Exhibit', 'Keeper']);
});

test('copies are found by an entity of any version, by its name', () => {
  const bound = bindModule(v2, name);
  expect(bound.find(v1.Animal) === bound.entities['Animal']).toBe(true);
  expect(bound.find(v1.Exhibit)).toBeUndefined();
});

test('originals that an ORM has read already are copied like any other', () => {
  const Keeper = defineEntity({ name: 'Keeper', properties: { id, boss: () => p.manyToOne(Keeper).nullable() } });
  const Vet = defineEntity({ name: 'Vet', extends: Keeper, properties: { licence: p.string() } });
  const first = new MikroORM({ driver: SqliteDriver, dbName: ':memory:', entities: [Keeper, Vet] });
  expect(first.getMetadata().has(Keeper.meta.class)).toBe(true);
  Keeper.init();
  Vet.init();
  const [one, other] = [metadataOf({ Keeper, Vet }), metadataOf({ Keeper, Vet })];
  for (const metadata of [one, other]) {
    const vet = metadata.getByClassName('Vet');
    expect(vet.props.map(prop => prop.name)).toEqual(['id', 'boss', 'licence']);
    expect(Object.getPrototypeOf(vet.class) === metadata.getByClassName('Keeper').class).toBe(true);
  }
  expect(one.getByClassName('Vet').class === other.getByClassName('Vet').class).toBe(false);
});

test('targets may be named, deferred, given by class, or several', () => {
  const Keeper = defineEntity({ name: 'Keeper', properties: { id } });
  const Vet = defineEntity({ name: 'Vet', properties: { id } });
  // oxlint-disable-next-line typescript/no-explicit-any -- its properties are known to the ORM alone
  const Animal = new EntitySchema<any>({
    name: 'Animal',
    properties: {
      id: { type: 'integer', primary: true },
      byName: { kind: 'm:1', type: 'Keeper' },
      deferred: { kind: 'm:1', entity: () => Keeper },
      byClass: { kind: 'm:1', entity: () => Keeper.meta.class as never },
      oneOf: { kind: 'm:1', entity: () => [Keeper, Vet] },
      oneOfNamed: { kind: 'm:1', type: 'Keeper | Vet' },
    },
  });
  const metadata = metadataOf({ Keeper, Vet, Animal });
  for (const key of ['byName', 'deferred', 'byClass']) {
    expect(targetsOf(metadata, 'Animal', key)).toEqual([true, 'Keeper']);
  }
  for (const key of ['oneOf', 'oneOfNamed']) {
    expect(targetsOf(metadata, 'Animal', key)).toEqual([true, 'Keeper', 'Vet']);
  }
});

test('an entity or a class may stand where a function is usual, and names may be written close together', () => {
  const Keeper = defineEntity({ name: 'Keeper', properties: { id } });
  const Vet = defineEntity({ name: 'Vet', properties: { id } });
  // oxlint-disable-next-line typescript/no-explicit-any -- its properties are known to the ORM alone
  const Animal = new EntitySchema<any>({
    name: 'Animal',
    properties: {
      id: { type: 'integer', primary: true },
      one: { kind: 'm:1', entity: Keeper as never },
      other: { kind: 'm:1', entity: Keeper.meta.class as never },
      many: { kind: 'm:n', entity: () => Vet, pivotEntity: 'Shift' as never },
      close: { kind: 'm:1', type: 'Keeper|Vet' },
      wide: { kind: 'm:1', type: 'Keeper  |Vet' },
      unlike: { kind: 'm:1', type: 'Keeper|  Vet' },
      single: { kind: 'm:1', entity: () => [Keeper] },
    },
  });
  // oxlint-disable-next-line typescript/no-explicit-any -- its properties are known to the ORM alone
  const Shift = new EntitySchema<any>({
    name: 'Shift',
    properties: {
      animal: { kind: 'm:1', entity: () => Animal, primary: true },
      vet: { kind: 'm:1', entity: () => Vet, primary: true },
    },
  });
  const metadata = metadataOf({ Shift, Vet, Keeper, Animal });
  expect(['one', 'other', 'single'].map(key => targetsOf(metadata, 'Animal', key))).toEqual([
    [true, 'Keeper'],
    [true, 'Keeper'],
    [true, 'Keeper'],
  ]);
  for (const key of ['close', 'wide', 'unlike']) {
    expect([key, ...targetsOf(metadata, 'Animal', key)]).toEqual([key, true, 'Keeper', 'Vet']);
  }
  const { many, one, close } = metadata.getByClassName('Animal').properties as Record<string, EntityProperty>;
  expect(metadata.get(many!.pivotEntity) === metadata.getByClassName('Shift')).toBe(true);
  expect([one?.polymorphic, close?.polymorphic]).toEqual([undefined, true]);
});

test('what an ORM writes into an original is not in its copy', () => {
  const Keeper = defineEntity({ name: 'Keeper', properties: { id, name: p.string().unique().concurrencyCheck() } });
  const { meta } = Keeper;
  const orm = new MikroORM({ driver: SqliteDriver, dbName: ':memory:', entities: [Keeper] });
  Object.assign(meta, orm.getMetadata().getByClassName('Keeper'), {
    path: 'keeper.ts',
    constructorParams: ['name'],
    ownProps: [],
  });
  const copy = bindModule({ Keeper }, name).entities['Keeper']!.meta;
  const shared = Object.entries(meta).filter(
    ([key, value]) => value !== undefined && typeof value !== 'boolean' && Reflect.get(copy, key) === value,
  );
  expect(shared.map(([key]) => key).toSorted()).toEqual([
    'checks',
    'className',
    'collection',
    'indexes',
    'name',
    'policies',
    'triggers',
    'uniques',
  ]);
});

test('bases come before what extends them, and else the order is that of the names', () => {
  const Zebu = defineEntity({ name: 'Zebu', properties: { id } });
  const Cow = defineEntity({ name: 'Cow', extends: Zebu, properties: {} });
  const Ape = defineEntity({ name: 'Ape', extends: Cow, properties: {} });
  const Bee = defineEntity({ name: 'Bee', properties: { id } });
  const namesOf = (module: object) => bindModule({ ...module }, name).all.map(({ meta }) => meta.className);
  expect(namesOf({ Zebu, Cow, Bee, Ape })).toEqual(['Zebu', 'Cow', 'Ape', 'Bee']);
  expect(namesOf({ Ape, Bee, Cow, Zebu })).toEqual(['Zebu', 'Cow', 'Ape', 'Bee']);
});

test('a map of discriminator values holds the copies, also if an ORM has read the originals', () => {
  const Fish = defineEntity({
    name: 'Fish',
    discriminatorColumn: 'sort',
    discriminatorMap: { f: 'Fish', s: 'Shark' } as never,
    properties: { id, sort: p.enum(['f', 's']) },
  });
  const Shark = defineEntity({ name: 'Shark', extends: Fish, properties: { teeth: p.integer() } });
  const Owl = defineEntity({ name: 'Owl', properties: { id } });
  const Tank = defineEntity({
    name: 'Tank',
    properties: {
      id,
      of: () => p.manyToOne([Fish, Owl]).discriminatorMap({ fish: Fish.meta.class, bird: Owl.meta.class } as never),
    },
  });
  Object.assign(Fish.meta, { discriminatorMap: { f: Fish.meta.class, s: Shark.meta.class } });
  const metadata = metadataOf({ Fish, Shark, Owl, Tank });
  const classOf = (className: string) => metadata.getByClassName(className).class;
  const fish = Object.entries(metadata.getByClassName('Fish').discriminatorMap ?? {});
  expect(fish.map(([value, type]) => [value, type === classOf(type.name), type.name])).toEqual([
    ['f', true, 'Fish'],
    ['s', true, 'Shark'],
  ]);
  const { of } = metadata.getByClassName('Tank').properties as Record<string, EntityProperty>;
  const tank = Object.entries(of?.discriminatorMap ?? {});
  expect(tank.map(([value, type]) => [value, type === classOf(type.name), type.name])).toEqual([
    ['fish', true, 'Fish'],
    ['bird', true, 'Owl'],
  ]);
});

describe('entities of other Schemas', () => {
  const Keeper = defineEntity({ name: 'Keeper', properties: { id } });
  const Animal = defineEntity({ name: 'Animal', properties: { id, keeper: () => p.manyToOne(Keeper) } });

  test('are copied too, and told apart', () => {
    const bound = bindModule({ Animal, ofOtherSchemas: { Keeper, note: 'of the staff', none: null } }, name);
    expect(Object.keys(bound.entities)).toEqual(['Animal']);
    expect(bound.outsiders.map(({ meta }) => meta.className)).toEqual(['Keeper']);
    expect(bound.all.map(({ meta }) => meta.className)).toEqual(['Animal', 'Keeper']);
    expect(bound.find(Keeper) === bound.outsiders[0]).toBe(true);
    expect(bound.outsiders[0] === Keeper).toBe(false);
  });

  test.each<[string, unknown]>([
    ['null', null],
    ['a text', 'Keeper'],
    ['an entity', Animal],
    ['nothing', {}],
  ])('there are none in %s', (_what, ofOtherSchemas) => {
    const bound = bindModule({ Keeper, ofOtherSchemas }, name);
    expect(bound.outsiders).toEqual([]);
  });
});

test('other exports are left alone, and lists of hooks may be empty', () => {
  const Keeper = defineEntity({
    name: 'Keeper',
    properties: { id },
    hooks: { beforeCreate: [], afterCreate: undefined } as never,
  });
  const more = { nothing: null, none: undefined, number: 3, text: 'Keeper', make: () => 1, Plain: Keeper.meta.class };
  expect(Object.keys(bindModule({ ...more, Keeper }, name).entities)).toEqual(['Keeper']);
});

test('nothing is left in what MikroORM keeps for the whole process', () => {
  const before = EntitySchema.REGISTRY.size;
  bindModule(everything, name);
  expect(EntitySchema.REGISTRY.size).toBe(before);
});

describe('refused, with the reason and what to do instead:', () => {
  class Tame {
    id!: number;
    purr() {}
  }
  const decorated = class Wild {
    id!: number;
  };
  Object.defineProperty(decorated, MetadataStorage.PATH_SYMBOL, { value: 'wild.ts' });
  const Own = defineEntity({ name: 'Own', properties: { id } });
  class Own2 extends Own.class {
    purr() {}
  }
  Own.setClass(Own2);
  const based = (_options: object) => Object.getPrototypeOf(Own2) as new () => object;
  class Wild extends based({}) {
    id!: number;
    purr() {}
  }
  const Keeper = defineEntity({ name: 'Keeper', properties: { id } });

  test.each<[string, object]>([
    ['a class of its own', { Tame: defineEntity({ class: Tame, name: 'Tame', properties: { id } } as never) }],
    ['a class set later', { Own }],
    [
      'a class whose base is made with braces',
      { Wild: defineEntity({ class: Wild, name: 'Wild', properties: { id } } as never) },
    ],
    [
      'several hooks',
      {
        A: defineEntity({
          name: 'A',
          properties: { id },
          hooks: { beforeCreate: [() => undefined], afterCreate: [() => undefined], onLoad: [] },
        }),
      },
    ],
    [
      'several filters',
      {
        A: defineEntity({
          name: 'A',
          properties: { id },
          filters: { alive: { name: 'alive', cond: {} }, tame: { name: 'tame', cond: {} } },
        }),
      },
    ],
    ['a decorated class', { Wild: decorated }],
    ['hooks', { A: defineEntity({ name: 'A', properties: { id }, hooks: { beforeCreate: [() => undefined] } }) }],
    ['a repository', { A: defineEntity({ name: 'A', properties: { id }, repository: () => Tame as never }) }],
    [
      'filters',
      { A: defineEntity({ name: 'A', properties: { id }, filters: { alive: { name: 'alive', cond: {} } } }) },
    ],
    [
      'a target that is not exported',
      { A: defineEntity({ name: 'A', properties: { id, k: () => p.manyToOne(Keeper) } }) },
    ],
    ['a base that is not exported', { A: defineEntity({ name: 'A', extends: Keeper, properties: {} }) }],
    ['two entities of one name', { One: Keeper, Two: defineEntity({ name: 'Keeper', properties: { id } }) }],
  ])('%s', (_what, module) => {
    let error: unknown;
    try {
      bindModule(module as Record<string, unknown>, name);
    } catch (thrown) {
      error = thrown;
    }
    expect(error).toBeInstanceOf(SchemaDefinitionError);
    expect((error as Error).message).toMatchSnapshot();
  });
});
