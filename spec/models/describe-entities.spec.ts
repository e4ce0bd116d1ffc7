import { describe, expect, test } from '@jest/globals';
import { EntityCaseNamingStrategy, EntitySchema, defineEntity, p, quote, sql } from '@mikro-orm/core';
import { MikroORM } from '@mikro-orm/sqlite';
import { bindModule } from '../../lib/models/bind-module.ts';
import { describeEntities } from '../../lib/models/describe-entities.ts';
import { differences } from '../../lib/models/show-differences.ts';
import { fingerprint, meaningOf } from '../../lib/models/fingerprint.ts';
import { describeModule } from '../../lib/models/frozen-models.ts';
import { offline } from './support.ts';
import * as v1 from './zoo/1.ts';
import * as v2 from './zoo/2.ts';
import * as everything from './zoo/everything.ts';

const [{ orm: sqlite }, { orm: postgresql }] = offline();

function describeOn(orm: typeof sqlite | typeof postgresql, module: object) {
  return describeModule(orm, module, { name: 'the frozen version 1' });
}

function fingerprintOf(module: object, options: object = {}): string {
  const [one, other] = offline(options).map(({ orm }) => fingerprint(describeOn(orm, module)));
  expect(other).toBe(one);
  return String(one);
}

test.each(Object.entries({ v1, v2, everything }))('%s means the same on every dialect', (_name, module) => {
  const [one, other] = [describeOn(sqlite, module), describeOn(postgresql, module)];
  expect(meaningOf(other)).toEqual(meaningOf(one));
  expect(fingerprint(other)).toBe(fingerprint(one));
});

test('a description is plain JSON', () => {
  const described = describeOn(sqlite, everything);
  expect(JSON.parse(JSON.stringify(described))).toEqual(described);
});

test('the order of the entities means nothing', () => {
  const orders = [(all: readonly EntitySchema[]) => [...all], (all: readonly EntitySchema[]) => all.toReversed()];
  const [one, other] = orders.map(order => {
    const { all } = bindModule(everything, { name: 'the frozen version 1' });
    const orm = new MikroORM({ dbName: ':memory:', entities: order(all) });
    // the view asks for the entities of its file, which are not in this ORM
    return describeEntities(orm, meta => !meta.view);
  });
  expect(other).toEqual(one);
});

test('an entity is told by its table, columns, keys and constraints', () => {
  expect(meaningOf(describeOn(sqlite, v1)).entities.find(entity => entity.name === 'Animal')).toMatchInlineSnapshot(`
{
  "name": "Animal",
  "primaryKey": [
    "id",
  ],
  "properties": [
    {
      "columns": [
        "exhibit_id",
      ],
      "kind": "m:1",
      "name": "exhibit",
      "nullable": true,
      "references": {
        "columns": [
          "id",
        ],
        "onDelete": "set null",
        "table": "exhibit",
      },
      "target": "Exhibit",
    },
    {
      "autoincrement": true,
      "columns": [
        "id",
      ],
      "kind": "scalar",
      "name": "id",
      "primary": true,
      "type": "integer",
    },
    {
      "kind": "m:n",
      "name": "keepers",
      "pivot": {
        "columns": [
          "animal_id",
        ],
        "inverseColumns": [
          "keeper_id",
        ],
        "owner": {
          "columns": [
            "id",
          ],
          "onDelete": "cascade",
          "onUpdate": "cascade",
          "table": "animal",
        },
        "table": "animal_keepers",
        "target": {
          "columns": [
            "id",
          ],
          "onDelete": "cascade",
          "onUpdate": "cascade",
          "table": "keeper",
        },
      },
      "target": "Keeper",
    },
    {
      "columns": [
        "mother_id",
      ],
      "kind": "m:1",
      "name": "mother",
      "nullable": true,
      "references": {
        "columns": [
          "id",
        ],
        "onDelete": "set null",
        "table": "animal",
      },
      "target": "Animal",
    },
    {
      "columns": [
        "kind_of",
      ],
      "kind": "scalar",
      "name": "species",
      "type": "string",
    },
    {
      "columns": [
        "weight",
      ],
      "kind": "scalar",
      "name": "weight",
      "nullable": true,
      "type": "Weight",
    },
  ],
  "table": "animal",
}
`);
});

test('embedded properties are told with those inside them, by column or by key', () => {
  const animal = describeOn(sqlite, everything).entities.find(entity => entity.name === 'Animal');
  const told = animal?.properties.filter(({ name }) => /^(home|origin|travels)\b/.test(name));
  expect(told?.map(({ name, columns, key, object, array }) => ({ name, columns, key, object, array }))).toEqual([
    { name: 'home' },
    { name: 'home.city', columns: ['home_city'] },
    { name: 'home.point' },
    { name: 'home.point.x', columns: ['home_point_x'] },
    { name: 'home.point.y', columns: ['home_point_y'] },
    { name: 'home.street', columns: ['home_street'] },
    { name: 'origin', columns: ['origin'], object: true },
    { name: 'origin.city', key: 'city' },
    { name: 'origin.point', key: 'point', object: true },
    { name: 'origin.point.x', key: 'x' },
    { name: 'origin.point.y', key: 'y' },
    { name: 'origin.street', key: 'street' },
    { name: 'travels', columns: ['travels'], object: true, array: true },
    { name: 'travels.x', key: 'x' },
    { name: 'travels.y', key: 'y' },
  ]);
});

test('what has no storage is not told: bases, embeddables, virtual entities, formulas, what is not persisted', () => {
  const { entities } = describeOn(sqlite, everything);
  const names = entities.flatMap(entity => [entity.name, ...entity.properties.map(prop => prop.name)]);
  for (const name of ['Base', 'Address', 'Point', 'Question', 'shouted', 'forgotten', 'children', 'visits__inverse']) {
    expect(names).not.toContain(name);
  }
});

test('columns that MikroORM skips are not described, nor the indexes asked for with them', () => {
  const Name = defineEntity({ name: 'Name', embeddable: true, properties: { first: p.string(), last: p.string() } });
  const Animal = defineEntity({
    name: 'Animal',
    properties: {
      id: p.integer().primary(),
      legs: p.integer().index(),
      eyes: p.integer().unique().index(),
      wings: p.integer().unique(),
      name: () => p.embedded(Name),
      mother: (): unknown => p.manyToOne(Animal),
    },
  } as never) as EntitySchema;
  for (const { name, orm } of offline({
    schemaGenerator: { skipColumns: { animal: ['LEGS', /_last$/, 'mother_id', 'wings'] } },
  })) {
    const [animal] = describeOn(orm, { Animal, Name }).entities;
    expect([name, animal?.properties.map(prop => prop.name)]).toEqual([name, ['eyes', 'id', 'name', 'name.first']]);
    expect(animal?.indexes?.map(({ columns }) => columns)).toEqual([['eyes']]);
    expect(animal?.uniques?.map(({ columns }) => columns)).toEqual([['eyes']]);
  }
});

test('the entities of one table are told with what is their own', () => {
  const { entities } = describeOn(sqlite, everything);
  const told = entities.filter(entity => entity.table === 'person');
  expect(
    told.map(({ name, extends: parent, properties }) => [name, parent, properties.map(prop => prop.name)]),
  ).toEqual([
    ['Keeper', 'Person', ['boss', 'salary']],
    ['Person', undefined, ['id', 'name', 'role']],
    ['Vet', 'Person', ['licence']],
  ]);
  // the column is null in the rows of the others
  expect(told[0]?.properties[1]).toMatchObject({ name: 'salary', nullable: true });
});

/** Entities of one table with a property of one name. */
function staff() {
  const Person = defineEntity({
    name: 'Person',
    discriminatorColumn: 'role',
    properties: { id: p.integer().primary(), role: p.string() },
  });
  const Keeper = defineEntity({
    name: 'Keeper',
    extends: Person,
    properties: { level: p.integer().fieldName('rank') },
  });
  const Vet = defineEntity({ name: 'Vet', extends: Person, properties: { level: p.string().fieldName('grade') } });
  return { Person, Keeper, Vet };
}

test('two entities of one table may call different columns by one name', () => {
  const { entities } = describeOn(sqlite, staff());
  expect(
    entities.map(({ name, properties }) => [name, properties.map(prop => [prop.name, prop.columns, prop.type])]),
  ).toEqual([
    ['Keeper', [['level', ['rank'], 'integer']]],
    [
      'Person',
      [
        ['id', ['id'], 'integer'],
        ['role', ['role'], undefined],
      ],
    ],
    ['Vet', [['level', ['grade'], 'string']]],
  ]);
  expect(describeOn(postgresql, staff())).toEqual(describeOn(postgresql, staff()));
});

test('live entities mean the same as their frozen version, whatever they are made with', () => {
  class Exhibit {
    id?: number;
  }
  class Animal {
    id?: number;
  }
  class Keeper {
    id?: number;
  }
  // oxlint-disable-next-line typescript/no-explicit-any -- the other properties are known to the ORM alone
  type Row = any;
  const live = new MikroORM({
    dbName: ':memory:',
    entities: [
      new EntitySchema<Row>({
        class: Keeper,
        properties: {
          name: { type: String, onCreate: () => 'nobody' },
          animals: { kind: 'm:n', entity: () => Animal, mappedBy: 'keepers' },
          boss: { kind: 'm:1', entity: () => Keeper, nullable: true },
          id: { type: 'number', primary: true },
        },
        hooks: { beforeCreate: [() => undefined] },
      }),
      new EntitySchema<Row>({
        class: Exhibit,
        uniques: [{ properties: 'name', name: 'names_are_unique' }],
        properties: { id: { type: 'int', primary: true }, name: { type: 'varchar', length: 40 } },
      }),
      new EntitySchema<Row>({
        class: Animal,
        properties: {
          id: { type: Number, primary: true },
          species: { type: 'string', fieldName: 'kind_of', comment: 'in Latin' },
          weight: { type: new v1.Weight(), nullable: true },
          exhibit: { kind: 'm:1', entity: () => Exhibit, nullable: true, index: 'by_exhibit' },
          keepers: { kind: 'm:n', entity: () => Keeper, inversedBy: 'animals' },
          mother: { kind: 'm:1', type: 'Animal', nullable: true },
        },
      }),
    ],
  });
  const [frozen, told] = [describeOn(sqlite, v1), describeEntities(live)];
  expect(differences(frozen, told, ['the frozen version 1', 'the live entities'])).toEqual([]);
  expect(fingerprint(told)).toBe(fingerprint(frozen));
});

test('a default may come from the class, and generating SQL from it changes nothing', async () => {
  class Animal {
    id!: number;
    legs = 4;
    species?: string = undefined;
    tame = false;
  }
  const live = new MikroORM({
    dbName: ':memory:',
    entities: [
      new EntitySchema<Animal>({
        class: Animal,
        properties: {
          id: { type: 'number', primary: true },
          legs: { type: 'number' },
          species: { type: 'string', nullable: true },
          tame: { type: 'boolean' },
        },
      }),
    ],
  });
  const frozen = describeOn(sqlite, {
    Animal: defineEntity({
      name: 'Animal',
      properties: {
        id: p.integer().primary(),
        legs: p.integer().default(4),
        species: p.string().nullable(),
        tame: p.boolean().default(false),
      },
    }),
  });
  expect(differences(frozen, describeEntities(live))).toEqual([]);
  await live.schema.getCreateSchemaSQL();
  expect(differences(frozen, describeEntities(live))).toEqual([]);
});

test('opened entities and a filter: an EntityManager will do, and one entity of several', () => {
  const em = sqlite.em.fork();
  expect(describeEntities(em)).toEqual({ entities: [] });
  const only = describeModule(sqlite, v1, { name: 'v1' }, meta => meta.className === 'Keeper');
  expect(only.entities.map(entity => entity.name)).toEqual(['Keeper']);
});

/** A small version, changed in one place. */
function zoo({ properties = {}, backwards, ...options }: Record<string, unknown> = {}) {
  const Keeper = defineEntity({
    name: 'Keeper',
    properties: { id: p.integer().primary(), name: p.string() },
  });
  const all = Object.entries({
    id: p.integer().primary(),
    species: p.string(),
    legs: p.integer().default(4),
    diet: p.enum(['meat', 'plants']),
    keeper: () => p.manyToOne(Keeper),
    loud: p.string().generated('(upper(species)) stored'),
    ...(properties as object),
  });
  const Animal = defineEntity({
    name: 'Animal',
    ...options,
    properties: Object.fromEntries(backwards ? all.toReversed() : all),
  } as never) as EntitySchema;
  return { Animal, Keeper };
}

const named = (name?: string) => zoo({ indexes: [{ properties: ['species', 'legs'], ...(name && { name }) }] });

const born = (raw: ReturnType<typeof sql.now> | string) =>
  fingerprintOf(
    zoo({
      properties: { born: typeof raw === 'string' ? p.datetime().defaultRaw(raw) : p.datetime().default(raw) },
    }),
  );

const check = (expression: unknown) => fingerprintOf(zoo({ checks: [{ expression }] }));

describe('the fingerprint', () => {
  const same = fingerprintOf(zoo());

  test.each<[string, Record<string, unknown>]>([
    ['a length', { properties: { species: p.string().length(20) } }],
    ['a column type', { properties: { species: p.string().columnType('varchar(99)') } }],
    ['a comment', { comment: 'Those who live here', properties: { species: p.string().comment('in Latin') } }],
    ['the order of properties', { backwards: true }],
    ['the order in which an enum’s items are written', { properties: { diet: p.enum(['plants', 'meat']) } }],
    ['how a default is written', { properties: { legs: p.integer().defaultRaw('4') } }],
    ['white space in SQL', { properties: { loud: p.string().generated('(upper(species))   stored') } }],
    ['what is no storage', { properties: { noise: p.string().persist(false), twice: p.integer().formula(() => '2') } }],
    [
      'what the application does',
      {
        properties: {
          species: p
            .string()
            .onCreate(() => 'lion')
            .hidden()
            .lazy(),
        },
      },
    ],
    ['the index on a relation, which SQLite makes by itself', { indexes: [{ properties: ['keeper'] }] }],
  ])('is free of %s', (_what, change) => {
    expect(fingerprintOf(zoo(change))).toBe(same);
  });

  test('is free of index names', () => {
    expect(fingerprintOf(named('by_species'))).toBe(fingerprintOf(named()));
    expect(fingerprintOf(named())).not.toBe(same);
  });

  const changes: [string, Record<string, unknown>][] = [
    ['a property', { properties: { name: p.string() } }],
    ['a type', { properties: { species: p.text() } }],
    ['a custom type', { properties: { legs: p.type(v1.Weight) } }],
    ['a column name', { properties: { species: p.string().fieldName('kind_of') } }],
    ['null', { properties: { species: p.string().nullable() } }],
    ['a default', { properties: { legs: p.integer().default(2) } }],
    ['no default', { properties: { legs: p.integer() } }],
    ['a default with a quote', { properties: { legs: p.integer().default(4), species: p.string().default("it's") } }],
    ['an enum item', { properties: { diet: p.enum(['meat', 'plants', 'both']) } }],
    ['a native enum', { properties: { diet: p.enum(['meat', 'plants']).nativeEnumName('diet') } }],
    ['a native enum in another order', { properties: { diet: p.enum(['plants', 'meat']).nativeEnumName('diet') } }],
    ['a unique', { properties: { species: p.string().unique() } }],
    ['an index', { properties: { species: p.string().index() } }],
    ['a partial index', { indexes: [{ properties: ['species'], where: { legs: 4 } }] }],
    ['a partial index in SQL', { indexes: [{ properties: ['species'], where: 'legs = 4' }] }],
    ['a sorted index', { indexes: [{ columns: [{ name: 'species', sort: 'desc' }] }] }],
    ['an index of a type', { indexes: [{ properties: ['species'], type: 'gin' }] }],
    ['an index on an expression', { indexes: [{ expression: 'create index a on animal (lower(species))' }] }],
    ['a check', { checks: [{ expression: 'legs >= 0' }] }],
    ['a property’s check', { properties: { legs: p.integer().default(4).check('legs > 0') } }],
    ['a foreign key’s rule', { properties: { keeper: () => p.manyToOne(zoo().Keeper).deleteRule('cascade') } }],
    ['no foreign key', { properties: { keeper: () => p.manyToOne(zoo().Keeper).createForeignKeyConstraint(false) } }],
    ['a deferred foreign key', { properties: { keeper: () => p.manyToOne(zoo().Keeper).deferMode('deferred') } }],
    ['one to one', { properties: { keeper: () => p.oneToOne(zoo().Keeper).owner() } }],
    ['many to many', { properties: { keepers: () => p.manyToMany(zoo().Keeper) } }],
    ['a generated column', { properties: { loud: p.string().generated('(lower(species)) stored') } }],
    ['a version property', { properties: { legs: p.integer().default(4).version() } }],
    ['a table name', { tableName: 'animals' }],
    ['a namespace', { schema: 'zoo' }],
    ['a composite key', { properties: { species: p.string().primary() } }],
    ['a collation', { properties: { species: p.string().collation('C') } }],
    ['a trigger', { triggers: [{ timing: 'before', events: ['insert'], body: 'x' }] }],
    ['what a trigger does', { triggers: [{ timing: 'before', events: ['insert'], body: 'y' }] }],
    ['a trigger’s name', { triggers: [{ name: 'a', timing: 'before', events: ['insert'], body: 'x' }] }],
    ['a trigger in SQL', { triggers: [{ timing: 'before', events: ['insert'], expression: 'z' }] }],
    ['when a trigger runs', { triggers: [{ timing: 'before', events: ['insert'], body: 'x', when: 'y' }] }],
    ['a full index', { indexes: [{ properties: ['species'], fillFactor: 70 }] }],
    ['an index with options', { indexes: [{ properties: ['species'], options: { a: 1 } }] }],
    ['an index with other options', { indexes: [{ properties: ['species'], options: { a: 2 } }] }],
    ['an invisible index', { indexes: [{ properties: ['species'], invisible: true }] }],
    ['a disabled index', { indexes: [{ properties: ['species'], disabled: true }] }],
    ['a clustered index', { indexes: [{ properties: ['species'], clustered: true }] }],
    ['an index that includes', { indexes: [{ properties: ['species'], include: ['legs'] }] }],
    ['a full unique', { uniques: [{ properties: ['species'], fillFactor: 70 }] }],
  ];

  test.each(changes)('notices %s', (_what, change) => {
    expect(fingerprintOf(zoo(change))).not.toBe(same);
  });

  test('tells every change from every other', () => {
    const all = changes.map(([, change]) => fingerprintOf(zoo(change)));
    expect(new Set(all).size).toBe(changes.length);
  });

  test('notices a naming strategy', () => {
    expect(fingerprintOf(v1, { namingStrategy: EntityCaseNamingStrategy })).not.toBe(fingerprintOf(v1));
  });

  test('is free of the namespace of the ORM, and notices its rules for foreign keys', () => {
    expect(fingerprintOf(zoo(), { schema: 'zoo' })).toBe(same);
    expect(fingerprintOf(zoo(), { schemaGenerator: { defaultDeleteRule: 'cascade' } })).not.toBe(same);
    expect(fingerprintOf(zoo(), { schemaGenerator: { createForeignKeyConstraints: false } })).not.toBe(same);
  });

  test('takes now for now, whatever it is called', () => {
    expect(
      new Set([born('now()'), born('current_timestamp(3)'), born(sql.now()), born(sql<Date>`now()` as never)]).size,
    ).toBe(1);
  });

  test('takes SQL for what it says, however a dialect quotes it', () => {
    const spelled = check(() => quote`${'legs'} >= 0`);
    expect(check('`legs`  >= 0')).toBe(spelled);
    expect(check('"legs"\n>= 0')).toBe(spelled);
    expect(check(`"legs" >= '  '`)).not.toBe(check(`"legs" >= ' '`));
  });
});
