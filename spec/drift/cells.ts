import { defineEntity, p, quote, Type, type EntitySchema } from '@mikro-orm/core';
import type { SqlEntityManager } from '@mikro-orm/sql';

type Dialect = 'sqlite' | 'postgresql';
type Properties = Readonly<Record<string, unknown>>;

/** Something that entities can say, and entities that say it. */
export interface Cell {
  readonly only?: Dialect;
  /** Why MikroORM's own `schema.create()` does not make all of it, where it does not. */
  readonly notByMikroOrm?: string;
  readonly entities: (dialect: Dialect) => readonly EntitySchema[];
}

const id = () => p.integer().primary();

function entity(name: string, properties: Properties, options: object = {}): EntitySchema {
  return defineEntity({ name, ...options, properties: { id: id(), ...properties } } as never) as EntitySchema;
}

const animal = (properties: Properties, options: object = {}) => [entity('Animal', properties, options)];
const cell = (properties: (dialect: Dialect) => Properties, options: object = {}): Cell => ({
  entities: dialect => animal(properties(dialect), options),
});
const onServers = (properties: () => Properties, options: object = {}): Cell => ({
  only: 'postgresql',
  entities: () => animal(properties(), options),
});

// oxlint-disable-next-line typescript/no-explicit-any -- each builder has methods of its own
type Builder = any;

interface TypeVariants {
  readonly made?: () => Builder;
  /** A default, and one that is an expression. */
  readonly given?: unknown;
  readonly raw?: string;
  readonly more?: (make: () => Builder, dialect: Dialect) => Properties;
  readonly only?: Dialect;
}

const lengths = (make: () => Builder) => ({ short: make().length(3), long: make().length(600).nullable() });
const precisions = (make: () => Builder) => ({
  exact: make().precision(20).scale(6),
  whole: make().precision(9).scale(0).nullable(),
});
const moments = (make: () => Builder) => ({ whole: make().length(0), exact: make().length(6).nullable() });

/** Each type there is: what is to be tried beside not null, nullable, and a list of it. */
const TYPES: Readonly<Record<string, TypeVariants>> = {
  date: { given: '2024-02-29' },
  time: { given: '12:30:00', more: moments },
  datetime: { given: '2024-02-29 12:30:00', more: moments },
  bigint: { given: '9007199254740993' },
  blob: {},
  uint8array: {},
  array: { given: [] },
  enumArray: { made: () => p.enum(['bone', "fi'sh"]).array(), given: ['bone'] },
  enum: {
    made: () => p.enum(['ape', "b'ee"]),
    given: 'ape',
    more: (_, dialect) => ({
      numbers: p.enum([1, 2, 30]).default(30),
      ...(dialect === 'postgresql' && {
        native: p.enum(['calm', 'wi"ld']).nativeEnumName('mood').default('calm'),
        natives: p.enum(['calm', 'wi"ld']).nativeEnumName('mood').array().nullable(),
        elsewhere: p.enum(['a', 'b']).nativeEnumName('types.letter').nullable(),
      }),
    }),
  },
  json: { raw: `'{"a": [1, "b"]}'` },
  integer: { given: 4 },
  smallint: { given: 4 },
  tinyint: { given: 4 },
  mediumint: { given: 4, only: 'sqlite' },
  float: { given: 1.5 },
  double: { given: -0.25 },
  boolean: { given: true, more: () => ({ no: p.boolean().default(false) }) },
  decimal: { given: '1.50', more: precisions },
  character: { given: 'x', more: make => ({ some: make().length(7) }) },
  string: { given: '100% "mine" \\ ?', more: lengths, raw: `lower('ABC')` },
  uuid: { given: '7a1bd2e1-7a0f-4bfa-9e7e-0d8f3a5f2d11' },
  text: { given: 'line\nline', raw: `'a' || 'b'` },
  interval: { given: '1 day', only: 'postgresql', more: make => ({ whole: make().length(0).nullable() }) },
  unknown: { made: () => p.unknown().columnType('text') },
};

class Weight extends Type<number, string> {
  override getColumnType(): string {
    return 'decimal(7,2)';
  }
}

/** What is said of a property besides its type, by the name of the method that says it. */
const OPTIONS: Readonly<Record<string, Cell>> = {
  fieldName: cell(() => ({ kind: p.string().fieldName('kind_of') })),
  fieldNames: cell(() => ({ kind: p.string().fieldNames('kind_of') })),
  columnType: cell(dialect => ({
    kind: p.string().columnType(dialect === 'sqlite' ? 'varchar (12)' : 'varchar(12)'),
    when: p.datetime().columnType(dialect === 'sqlite' ? 'text' : 'timestamp'),
    network: p
      .string()
      .columnType(dialect === 'sqlite' ? 'text' : 'inet')
      .nullable(),
    bits: p
      .string()
      .columnType(dialect === 'sqlite' ? 'blob' : 'bit varying(8)')
      .nullable(),
    money: p
      .string()
      .columnType(dialect === 'sqlite' ? 'numeric' : 'numeric')
      .nullable(),
    document: p
      .json()
      .columnType(dialect === 'sqlite' ? 'json' : 'json')
      .nullable(),
    words: p
      .string()
      .columnType(dialect === 'sqlite' ? 'text' : 'tsvector')
      .nullable(),
    range: p
      .string()
      .columnType(dialect === 'sqlite' ? 'text' : 'int4range')
      .nullable(),
  })),
  columnTypes: cell(() => ({ kind: p.string().columnTypes('char(5)') })),
  type: cell(() => ({ weight: p.type(Weight), other: p.type(Weight).nullable() })),
  length: cell(() => ({ kind: p.string().length(20) })),
  precision: cell(() => ({ price: p.decimal().precision(12) })),
  scale: cell(() => ({ price: p.decimal().precision(12).scale(5) })),
  autoincrement: {
    entities: () =>
      [
        defineEntity({ name: 'Plain', properties: { id: p.integer().primary().autoincrement(false) } }),
        defineEntity({ name: 'Counted', properties: { id: p.integer().primary().autoincrement() } }),
        defineEntity({ name: 'Big', properties: { id: p.bigint().primary() } }),
        defineEntity({ name: 'Small', properties: { id: p.smallint().primary() } }),
      ] as EntitySchema[],
  },
  default: {
    notByMikroOrm: 'it writes the quotes of a default as they are',
    ...cell(() => ({ legs: p.integer().default(4), kind: p.string().default(''), quoted: p.string().default("it's") })),
  },
  defaultRaw: cell(dialect => ({
    seen: p.datetime().defaultRaw(dialect === 'sqlite' ? 'current_timestamp' : 'now()'),
    later: p.datetime().defaultRaw(dialect === 'sqlite' ? "(datetime('now', '+1 day'))" : "now() + interval '1 day'"),
    nothing: p.string().defaultRaw('null').nullable(),
  })),
  generated: cell(dialect => ({
    legs: p.integer(),
    double: p.integer().generated(columns => `(${columns.legs} * 2) ${dialect === 'sqlite' ? 'virtual' : 'stored'}`),
    loud: p.string().generated(`(case when legs > 2 then 'many, many' else 'few' end) stored`).nullable(),
    ...(dialect === 'postgresql' && {
      counted: p.integer().generated('by default as identity'),
      strictly: p.integer().generated('identity'),
    }),
  })),
  nullable: cell(() => ({ legs: p.integer().nullable() })),
  strictNullable: cell(() => ({ legs: p.integer().strictNullable() })),
  unsigned: cell(() => ({ legs: p.integer().unsigned() })),
  persist: cell(() => ({ legs: p.integer().persist(false) })),
  version: cell(() => ({ revision: p.integer().version() })),
  concurrencyCheck: cell(() => ({ legs: p.integer().concurrencyCheck() })),
  index: cell(() => ({ legs: p.integer().index(), arms: p.integer().index('own_name') })),
  unique: cell(() => ({ tag: p.string().unique(), chip: p.bigint().unique('own_unique').nullable() })),
  check: cell(() => ({
    legs: p.integer().check('legs >= 0'),
    arms: p.integer().check('arms between 0 and 8').nullable(),
  })),
  comment: onServers(() => ({ legs: p.integer().comment(`it's "how many"`) })),
  collation: cell(dialect => ({
    name: p.string().collation(dialect === 'sqlite' ? 'nocase' : 'C'),
    plain: p
      .string()
      .collation(dialect === 'sqlite' ? 'binary' : 'default')
      .nullable(),
  })),
  primary: {
    entities: () =>
      [
        defineEntity({ name: 'Pair', properties: { one: p.integer().primary(), two: p.string().primary() } }),
        defineEntity({ name: 'Named', properties: { key: p.string().length(30).primary() } }),
        defineEntity({ name: 'Tagged', properties: { key: p.uuid().primary() } }),
      ] as EntitySchema[],
  },
  array: cell(() => ({
    names: p.string().array(),
    counts: p.integer().array().nullable(),
    more: p.array().default(['a']),
  })),
  nativeEnumName: onServers(() => ({ mood: p.enum(['calm', "wi'ld"]).nativeEnumName('Mood Of It') })),
  ignoreSchemaChanges: cell(() => ({ kind: p.string().ignoreSchemaChanges('type', 'default') })),
  extra: cell(() => ({ kind: p.string().extra('') })),
  prefix: { entities: () => embedded({ prefix: 'at_' }) },
  prefixMode: { entities: () => embedded({ prefixMode: 'absolute', prefix: 'of_' }) },
  object: { entities: () => embedded({ object: true }) },
  lazy: cell(() => ({ story: p.text().lazy() })),
};

function embedded(options: object): EntitySchema[] {
  const Point = defineEntity({
    name: 'Point',
    embeddable: true,
    properties: { x: p.double(), y: p.double().nullable() },
  });
  const Address = defineEntity({
    name: 'Address',
    embeddable: true,
    properties: {
      street: p.string().length(40),
      city: p.string().index(),
      post: p.integer().default(0).check('true'),
      point: () => p.embedded(Point).nullable(),
    },
  });
  const property = (): Builder => {
    let builder: Builder = p.embedded(Address);
    for (const [name, value] of Object.entries(options)) builder = builder[name](value);
    return builder;
  };
  const Embedding = entity('Animal', {
    home: property,
    all: () => p.embedded(Point).array().nullable(),
  });
  return [Point, Address, Embedding] as EntitySchema[];
}

/** What is said of a relation, by the name of the method that says it. */
const RELATIONS: Readonly<Record<string, Cell>> = {
  cascade: relation(() => target => p.manyToOne(target).cascade()),
  owner: relation(() => target => p.oneToOne(target).owner()),
  inversedBy: {
    entities: () => {
      const Owner: EntitySchema = entity('Owner', {
        animals: () => p.manyToMany(Animal as never).mappedBy('owners' as never),
      });
      const Animal: EntitySchema = entity('Animal', {
        owners: () => p.manyToMany(Owner as never).inversedBy('animals' as never),
      });
      return [Owner, Animal];
    },
  },
  mappedBy: {
    entities: () => {
      const Owner: EntitySchema = entity('Owner', {
        animals: () => p.oneToMany(Animal as never).mappedBy('owner' as never),
      });
      const Animal: EntitySchema = entity('Animal', { owner: () => p.manyToOne(Owner as never) });
      return [Owner, Animal];
    },
  },
  fixedOrder: relation(() => target => p.manyToMany(target).owner().fixedOrder()),
  fixedOrderColumn: relation(() => target => p.manyToMany(target).owner().fixedOrder().fixedOrderColumn('place')),
  pivotTable: relation(() => target => p.manyToMany(target).owner().pivotTable('who with whom')),
  pivotEntity: pivoted(),
  joinColumn: relation(() => target => p.manyToOne(target).joinColumn('belongs_to')),
  joinColumns: relation(() => target => p.manyToMany(target).owner().joinColumns('mine')),
  inverseJoinColumn: relation(() => target => p.manyToMany(target).owner().inverseJoinColumn('theirs')),
  inverseJoinColumns: relation(() => target => p.manyToMany(target).owner().inverseJoinColumns('theirs')),
  referenceColumnName: relation(() => target => p.manyToOne(target).referenceColumnName('id')),
  referencedColumnNames: relation(() => target => p.manyToOne(target).referencedColumnNames('id')),
  targetKey: {
    entities: () => {
      const Owner = entity('Owner', { code: p.string().unique() });
      return [Owner, entity('Animal', { owner: () => p.manyToOne(Owner as never).targetKey('code') })];
    },
  },
  deleteRule: rules('deleteRule'),
  updateRule: rules('updateRule'),
  mapToPk: relation(() => target => p.manyToOne(target).mapToPk()),
  deferMode: {
    only: 'postgresql',
    entities: () =>
      relation(() => target => p.manyToOne(target).deferMode('deferred'))
        .entities('postgresql')
        .concat(
          entity(
            'Third',
            { one: p.integer() },
            { uniques: [{ name: 'late', properties: ['one'], deferMode: 'immediate' }] },
          ),
        ),
  },
  ownColumns: relation(() => target => p.manyToOne(target).ownColumns('owner_id')),
  createForeignKeyConstraint: relation(() => target => p.manyToOne(target).createForeignKeyConstraint(false)),
  foreignKeyName: relation(() => target => p.manyToOne(target).foreignKeyName('own_key_name')),
  orphanRemoval: {
    entities: () => {
      const Owner: EntitySchema = entity('Owner', {
        animals: () =>
          p
            .oneToMany(Animal as never)
            .mappedBy('owner' as never)
            .orphanRemoval(),
      });
      const Animal: EntitySchema = entity('Animal', { owner: () => p.manyToOne(Owner as never) });
      return [Owner, Animal];
    },
  },
  discriminator: { entities: polymorphic },
  discriminatorMap: { entities: polymorphic },
};

function relation(make: () => (target: never) => unknown): Cell {
  return {
    entities: () => {
      const Owner = entity('Owner', { name: p.string() });
      return [Owner, entity('Animal', { owner: () => make()(Owner as never) })];
    },
  };
}

function rules(method: 'deleteRule' | 'updateRule'): Cell {
  return {
    entities: () => {
      const Owner = entity('Owner', {});
      const property = (rule: string) => () =>
        (p.manyToOne(Owner as never).nullable() as Builder)[method](rule) as unknown;
      const named = ['cascade', 'set null', 'restrict', 'no action', 'set default'];
      const properties = named.map(rule => [rule.replace(' ', '_'), property(rule)] as const);
      return [Owner, entity('Animal', Object.fromEntries(properties))];
    },
  };
}

function pivoted(): Cell {
  return {
    entities: () => {
      const Owner = entity('Owner', {});
      const Stay: EntitySchema = defineEntity({
        name: 'Stay',
        properties: {
          animal: () => p.manyToOne(Animal as never).primary(),
          owner: () => p.manyToOne(Owner as never).primary(),
          days: p.integer().default(1),
        },
      } as never) as EntitySchema;
      const Animal: EntitySchema = entity('Animal', {
        owners: () => (p.manyToMany(Owner as never) as Builder).pivotEntity(() => Stay),
      });
      return [Owner, Stay, Animal];
    },
  };
}

function polymorphic(): EntitySchema[] {
  const Cat = entity('Cat', {});
  const Dog = entity('Dog', {});
  const Toy = entity('Toy', { of: () => p.manyToOne([Cat, Dog] as never).nullable() });
  return [Cat, Dog, Toy];
}

/** What is said of an entity as a whole. */
const WHOLE: Readonly<Record<string, Cell>> = {
  'indexes of several columns, of some rows, and of expressions': {
    entities: () =>
      animal(
        { name: p.string(), kind: p.string().nullable(), legs: p.integer() },
        {
          indexes: [
            { properties: ['name', 'kind'] },
            { name: 'some_rows', properties: ['legs'], where: `legs > 2 and kind in ('a', 'b')` },
            { properties: ['kind'], where: { legs: { $gt: 2 } } },
            {
              name: 'by_expression',
              expression: (columns: Record<string, string>, table: string, name: string) =>
                quote`create index ${name} on ${table} (lower(${columns['name'] ?? ''}), legs desc)`,
            },
          ],
          uniques: [{ properties: ['name', 'legs'] }, { name: 'some_unique', properties: ['kind'], where: 'legs = 4' }],
        },
      ),
  },
  'indexes of every kind that a server has': onServers(
    () => ({ name: p.string(), legs: p.integer(), facts: p.json().nullable(), tags: p.array().nullable() }),
    {
      indexes: [
        { name: 'hashed', properties: ['name'], type: 'hash' },
        { name: 'inverted', properties: ['facts'], type: 'gin' },
        { name: 'sorted', columns: [{ name: 'name', sort: 'DESC', nulls: 'LAST', collation: 'C' }] },
        { name: 'covering', properties: ['legs'], include: ['name'], fillFactor: 70 },
        { name: 'inside', properties: ['facts.colour'] },
        { name: 'full', properties: ['name'], type: 'fulltext' },
        {
          name: 'exclusive',
          expression: 'alter table "animal" add constraint "exclusive" exclude using btree (legs with =)',
        },
      ],
      uniques: [{ name: 'plain', properties: ['legs'], include: ['name'] }],
    },
  ),
  'an index inside a document': {
    entities: () =>
      animal(
        { facts: p.json().nullable() },
        { indexes: [{ properties: ['facts.colour'] }], uniques: [{ properties: ['facts.size'] }] },
      ),
  },
  checks: {
    entities: () =>
      animal(
        { legs: p.integer(), arms: p.integer().nullable() },
        {
          checks: [
            { name: 'even', expression: 'legs % 2 = 0' },
            { expression: `legs > 0 or arms is not null /* how many */` },
            { name: 'as_text', expression: `cast(legs as varchar(5)) <> 'a, b'` },
            { name: 'listed', expression: 'legs in (2, 4, 8)' },
          ],
        },
      ),
  },
  'a comment': onServers(() => ({ legs: p.integer() }), { comment: `it's "theirs"` }),
  'names that have to be quoted': {
    entities: () => {
      const Order = entity(
        'Order',
        { group: p.string(), Über: p.integer().fieldName('Über maß'), user: p.string().index().nullable() },
        { tableName: 'order', uniques: [{ properties: ['group', 'user'] }], checks: [{ expression: `"group" <> ''` }] },
      );
      return [Order, entity('Select', { from: () => p.manyToOne(Order as never).nullable() })];
    },
  },
  'names longer than a server keeps': {
    entities: () => {
      const long = 'a_name_that_goes_on_and_on_until_no_server_can_keep_it';
      const Owner = entity('Owner', {}, { tableName: `${long}_o` });
      return [
        Owner,
        entity(
          'Animal',
          {
            [`${long}_x`]: p.string().index(),
            [`${long}_y`]: p.enum(['a', 'b']),
            owner: () => p.manyToOne(Owner as never),
          },
          { tableName: long },
        ),
      ];
    },
  },
  'one table for several': {
    entities: () => {
      const Person = defineEntity({
        name: 'Person',
        abstract: true,
        discriminatorColumn: 'role',
        properties: { id: id(), name: p.string() },
      });
      const Keeper = defineEntity({
        name: 'Keeper',
        extends: Person,
        discriminatorValue: 'keeper',
        properties: { salary: p.integer(), boss: () => p.manyToOne(Person).nullable(), kind: p.enum(['a', 'b']) },
      });
      const Vet = defineEntity({
        name: 'Vet',
        extends: Person,
        discriminatorValue: 'vet',
        properties: { licence: p.string().unique() },
      });
      return [Person, Keeper, Vet] as EntitySchema[];
    },
  },
  'a table for each of several': {
    entities: () => {
      const Thing = defineEntity({
        name: 'Thing',
        inheritance: 'tpt',
        properties: { id: id(), label: p.string().index() },
      });
      const Toy = defineEntity({ name: 'Toy', extends: Thing, properties: { bounces: p.boolean() } });
      const Ball = defineEntity({ name: 'Ball', extends: Toy, properties: { size: p.integer().check('size > 0') } });
      return [Thing, Toy, Ball] as EntitySchema[];
    },
  },
  'an abstract base': {
    entities: () => {
      const Base = defineEntity({
        name: 'Base',
        abstract: true,
        properties: { id: id(), createdAt: p.datetime().onCreate(() => new Date(0)) },
      });
      return [
        Base,
        defineEntity({ name: 'Animal', extends: Base, properties: { name: p.string() } }),
      ] as EntitySchema[];
    },
  },
  views: {
    entities: () => {
      const Animal = entity('Animal', { species: p.string(), legs: p.integer().nullable() });
      const Census = defineEntity({
        name: 'Census',
        view: true,
        expression: `select species, count(*) as heads from animal where legs > 1 /* of some */ group by species`,
        properties: { species: p.string().primary(), heads: p.integer() },
      });
      const Built = defineEntity({
        name: 'Built',
        view: true,
        expression: (em: SqlEntityManager) => em.createQueryBuilder(Animal, 'a').select(['a.species']).distinct(),
        properties: { species: p.string().primary() },
      });
      return [Animal, Census, Built] as EntitySchema[];
    },
  },
  'a materialized view': {
    only: 'postgresql',
    entities: () => {
      const Animal = entity('Animal', { species: p.string() });
      const Census = defineEntity({
        name: 'Census',
        view: { materialized: true },
        indexes: [{ properties: ['heads'] }],
        expression: `select species, count(*)::int as heads from animal group by species`,
        properties: { species: p.string().primary(), heads: p.integer() },
      } as never);
      return [Animal, Census] as EntitySchema[];
    },
  },
  triggers: {
    entities: dialect =>
      animal(
        { legs: p.integer(), arms: p.integer().nullable() },
        {
          triggers: [
            {
              name: 'grows',
              timing: 'after',
              events: ['update', 'insert'],
              forEach: 'row',
              body: dialect === 'sqlite' ? "select 'a;b'; select 1" : "perform 'a;b'; return new",
            },
            {
              name: 'taller',
              timing: 'before',
              events: ['update'],
              forEach: 'row',
              when: 'new.legs > old.legs',
              body: dialect === 'sqlite' ? 'select 1' : 'new.arms := 1; return new;',
            },
          ],
        },
      ),
  },
  namespaces: {
    only: 'postgresql',
    notByMikroOrm: 'it leaves out what stands in whatever namespace it is told',
    entities: () => {
      const Visit = entity('Visit', { mood: p.enum(['a', 'b']).nativeEnumName('mood') }, { schema: 'audit' });
      const Ticket = entity('Ticket', { visit: () => p.manyToOne(Visit as never) }, { schema: '*' });
      const Guest = entity('Guest', {
        visit: () => p.manyToOne(Visit as never),
        mood: p.enum(['x']).nativeEnumName('mood'),
      });
      const Other = entity(
        'Visit2',
        { guest: () => p.manyToOne(Guest as never) },
        { schema: 'audit', tableName: 'guest' },
      );
      return [Visit, Ticket, Guest, Other];
    },
  },
  'a self-reference and keys of several columns': {
    entities: () => {
      const Pair = defineEntity({
        name: 'Pair',
        properties: { one: p.integer().primary(), two: p.string().primary() },
      });
      const Leaf: EntitySchema = entity('Leaf', {
        pair: () =>
          p
            .manyToOne(Pair as never)
            .nullable()
            .deleteRule('cascade'),
        parent: () => p.manyToOne(Leaf as never).nullable(),
        near: () => p.manyToMany(Leaf as never).owner(),
        pairs: () => p.manyToMany(Pair as never).owner(),
      });
      return [Pair, Leaf];
    },
  },
  'row level security': {
    only: 'postgresql',
    entities: () =>
      animal(
        { owner: p.string() },
        {
          policies: [
            { name: 'own', command: 'select', using: 'owner = current_user' },
            { name: 'write', command: 'all', type: 'restrictive', using: 'true', check: `owner <> 'x'` },
          ],
          rowLevelSecurity: 'force',
        },
      ),
  },
  partitions: {
    only: 'postgresql',
    entities: () => [
      defineEntity({
        name: 'Reading',
        partitionBy: { type: 'hash', expression: ['id'], partitions: 2 },
        properties: { id: p.integer().primary(), name: p.string().index() },
      } as never) as EntitySchema,
    ],
  },
};

function typeCell([name, variants]: readonly [string, TypeVariants]): [string, Cell] {
  const make = variants.made ?? (() => (p as unknown as Record<string, () => Builder>)[name]?.());
  const properties = (dialect: Dialect): Properties => ({
    plain: make(),
    maybe: make().nullable(),
    ...(variants.given !== undefined && { given: make().default(variants.given) }),
    ...(variants.raw !== undefined && {
      computed: make().defaultRaw(dialect === 'sqlite' ? `(${variants.raw})` : variants.raw),
    }),
    ...variants.more?.(make, dialect),
  });
  return [
    `the type ${name}`,
    { ...(variants.only && { only: variants.only }), entities: dialect => animal(properties(dialect)) },
  ];
}

/** Cells by what they are about. */
export const CELLS: ReadonlyMap<string, Cell> = new Map([
  ...Object.entries(TYPES).map(typeCell),
  ...Object.entries(OPTIONS).map(([name, one]) => [`the option ${name}`, one] as const),
  ...Object.entries(RELATIONS).map(([name, one]) => [`the relation's ${name}`, one] as const),
  ...Object.entries(WHOLE),
]);

/** Types of `p` that are no columns of their own, or are made in every other cell. */
const NO_TYPES = new Set(['formula', 'type', 'embedded', 'manyToMany', 'manyToOne', 'oneToMany', 'oneToOne']);

/** What a property's builder can say that is no matter of storage. */
const NOT_STORED = new Set(
  (
    'constructor ~options ~type withOptions assignOptions $type trim lowercase uppercase name runtimeType ' +
    'returning onCreate onUpdate filters formula hydrate ref lazyRef hidden setter getter getterName ' +
    'serializedPrimaryKey serializer serializedName groups customOrder eager strategy where orderBy ' +
    'accessor through'
  ).split(' '),
);

/** What MikroORM lets entities say and no cell is about. */
export function missingCells(): string[] {
  const types = Object.keys(p).filter(name => !NO_TYPES.has(name));
  const said = new Set<string>();
  for (
    let level: object | null = p.string();
    level && level !== Object.prototype;
    level = Object.getPrototypeOf(level) as object
  )
    for (const name of Object.getOwnPropertyNames(level)) said.add(name);
  return [
    ...types.filter(name => !CELLS.has(`the type ${name}`)),
    ...[...said].filter(name => !NOT_STORED.has(name) && !(name in OPTIONS) && !(name in RELATIONS)),
  ];
}
