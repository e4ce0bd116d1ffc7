import fc, { type Arbitrary } from 'fast-check';
import { raw, Type, types } from '@mikro-orm/core';
import { WAYS, type EmbeddableSpec, type EntitySpec, type PropertySpec, type SetSpec } from './set.ts';

/*
 * Anything that MikroORM's options can say about storage. What MikroORM itself refuses is thrown away by whoever asks.
 */

type Options = Readonly<Record<string, unknown>>;

/** An option that is seldom given. */
function seldom<T>(value: Arbitrary<T>): Arbitrary<{ readonly given: T } | undefined> {
  return fc.option(
    value.map(given => ({ given })),
    { nil: undefined, freq: 4 },
  );
}

/** Options that are each seldom given. */
function few(options: Readonly<Record<string, Arbitrary<unknown>>>): Arbitrary<Options> {
  const wrapped = Object.fromEntries(Object.entries(options).map(([key, value]) => [key, seldom(value)]));
  return fc
    .record(wrapped)
    .map(given => Object.fromEntries(Object.entries(given).flatMap(([key, one]) => (one ? [[key, one.given]] : []))));
}

class Weight extends Type<string, string> {
  override getColumnType(): string {
    return 'varchar(20)';
  }
}

// A quote in a default is MikroORM's own to lose.
const TEXTS = fc.constantFrom('leo', '', '?', '"a" `b`', 'null', 'now()');
const COMMENT = fc.constantFrom('in Latin', "it's", 'a\nb');
/** A name that a child may have from its parent as well. */
const SHARED = 'Three';
const NAMES = ['one', 'twoWords', 'Three', 'order', 'name', 'f', 'g_h'] as const;

const columnOptions = (name: string, isOwn: boolean) =>
  few({
    nullable: fc.boolean(),
    fieldName: fc.constantFrom(`a_${name}`, `The${name}`, `a ${name}`),
    comment: COMMENT,
    index: fc.constantFrom<unknown>(true, false, `${name}_index`),
    unique: fc.constantFrom<unknown>(true, false, `${name}_unique`),
    hidden: fc.constant(true),
    lazy: fc.constant(true),
    ...(isOwn && { persist: fc.constantFrom(true, false) }),
    check: fc.constantFrom('1 = 1', `'a' <> '--' -- no\n and 1 = 1`),
    onCreate: fc.constantFrom<unknown>(
      () => 1,
      () => 'x',
      () => new Date(),
      (animal: { readonly name: string }) => animal.name,
    ),
    onUpdate: fc.constantFrom<unknown>(
      () => 'x',
      () => new Date(),
    ),
  });

/** A type with the options that go with it. */
const scalar: Arbitrary<Options> = fc.oneof(
  typed(fc.constantFrom('string', 'String', String, 'varchar', 'character varying', types.string), {
    length: fc.constantFrom(1, 80, 255),
    default: TEXTS,
    collation: fc.constant('C'),
    columnType: fc.constantFrom('varchar(99)', 'text', 'char(3)'),
  }),
  typed(fc.constantFrom('text', types.text), { default: TEXTS }),
  typed(fc.constantFrom('character', 'char', 'uuid', types.uuid, types.character), { length: fc.constantFrom(1, 3) }),
  typed(fc.constantFrom('number', 'Number', Number, 'integer', 'int', types.integer), {
    default: fc.constantFrom(0, -1, 42),
    defaultRaw: fc.constantFrom('1 + 1', '42'),
    unsigned: fc.boolean(),
    autoincrement: fc.constant(false),
    columnType: fc.constantFrom('bigint', 'numeric(10,2)', 'int'),
    version: fc.constant(true),
  }),
  typed(fc.constantFrom('smallint', 'tinyint', 'mediumint', 'bigint', 'BigInt', types.bigint), {
    default: fc.constantFrom(0, 7),
    unsigned: fc.boolean(),
  }),
  typed(fc.constantFrom('float', 'double', 'real', 'double precision', types.double), {
    default: fc.constantFrom(0.5, -0),
  }),
  typed(fc.constantFrom('decimal', 'numeric', types.decimal), {
    precision: fc.constantFrom(5, 12),
    scale: fc.constantFrom(0, 2),
    default: fc.constantFrom('1.5', 2),
  }),
  typed(fc.constantFrom('boolean', 'Boolean', Boolean, 'bool', types.boolean), { default: fc.boolean() }),
  typed(
    fc.constantFrom('Date', Date, 'datetime', 'timestamp', 'timestamptz', 'date', 'time', types.datetime, types.date),
    {
      length: fc.constantFrom(0, 3, 6),
      defaultRaw: fc.constantFrom('now()', 'current_timestamp', 'CURRENT_TIMESTAMP'),
      default: fc.constant(raw('current_timestamp')),
      columnType: fc.constantFrom('timestamp(0)', 'timestamptz(3)', 'date'),
      version: fc.constant(true),
    },
  ),
  typed(fc.constantFrom('json', 'jsonb', 'object', types.json), { default: fc.constantFrom('{}', '{"a":"it\'\'s"}') }),
  typed(fc.constantFrom('array', 'string[]', 'number[]', types.array), { default: fc.constant([]) }),
  typed(fc.constantFrom('blob', 'Buffer', 'buffer', 'bytea', 'uint8array', 'interval', types.blob), {}),
  typed(fc.constantFrom(Weight, 'custom', 'point', 'tsvector', 'inet'), { length: fc.constantFrom(3) }),
  typed(fc.constant('string'), { generated: fc.constantFrom(`('a') stored`, `('a'  ||  'b') stored`) }),
);

function typed(type: Arbitrary<unknown>, options: Readonly<Record<string, Arbitrary<unknown>>>): Arbitrary<Options> {
  return fc.tuple(type, few(options)).map(([given, more]) => ({ type: given, ...more }));
}

const ITEMS = fc.constantFrom<unknown>(
  ['a', 'b'],
  ["it's", 'b c'],
  [1, 2],
  () => ({ Calm: 'calm', Angry: 'angry' }),
  () => ({ 0: 'One', One: 0 }),
);
const enumeration: Arbitrary<Options> = fc
  .tuple(
    few({
      array: fc.constant(true),
      type: fc.constantFrom<unknown>('string', 'json', types.text, types.integer, 'smallint'),
      columnType: fc.constantFrom('varchar(9)', 'smallint'),
      default: fc.constantFrom<unknown>('a', 1),
    }),
    fc.option(ITEMS, { nil: undefined, freq: 6 }),
  )
  .map(([options, items]) =>
    items === undefined ? { enum: true, type: 'string', ...options } : { enum: true, items, ...options },
  )
  .map(withoutDefaultOfArray);

/** A default that is no list is no default of an array. */
function withoutDefaultOfArray({ default: value, ...options }: Options): Options {
  return options['array'] === true || value === undefined ? options : { ...options, default: value };
}

const native = (name: string): Arbitrary<Options> =>
  fc
    .tuple(
      few({ array: fc.constant(true), default: fc.constant('a') }),
      fc.constantFrom(['a', 'b'], ['b', 'a', "it's"]),
    )
    .map(([options, items]) => ({ enum: true, items, nativeEnumName: `native_${name}`, ...options }))
    .map(withoutDefaultOfArray);

const RULES = fc.constantFrom('cascade', 'set null', 'no action', 'restrict', 'CASCADE');
const referenceOptions = (name: string): Arbitrary<Options> =>
  few({
    nullable: fc.boolean(),
    deleteRule: RULES,
    updateRule: RULES,
    deferMode: fc.constantFrom('deferred', 'immediate'),
    createForeignKeyConstraint: fc.boolean(),
    foreignKeyName: fc.constant(`key_of_${name}`),
    fieldName: fc.constantFrom(`${name}_ref`, `${name}Ref`),
    joinColumn: fc.constant(`joined_${name}`),
    index: fc.constantFrom<unknown>(true, false, `${name}_ref_index`),
    unique: fc.constantFrom<unknown>(true, false, `${name}_ref_unique`),
    comment: COMMENT,
    ref: fc.constant(true),
    eager: fc.constant(true),
  });

const betweenOptions = (name: string): Arbitrary<Options> =>
  few({
    owner: fc.constant(true),
    pivotTable: fc.constant(`between_${name}`),
    fixedOrder: fc.constant(true),
    fixedOrderColumn: fc.constant('nr'),
    joinColumn: fc.constant('from_id'),
    inverseJoinColumn: fc.constant('to_id'),
    deleteRule: RULES,
    createForeignKeyConstraint: fc.boolean(),
  });

const embeddedOptions = (name: string): Arbitrary<Options> =>
  few({
    nullable: fc.boolean(),
    prefix: fc.constantFrom(true, false, 'pre_'),
    prefixMode: fc.constantFrom('absolute', 'relative'),
    object: fc.boolean(),
    array: fc.constant(true),
    ...(name !== SHARED && { persist: fc.constant(false) }),
    fieldName: fc.constant(`${name}_document`),
  });

function property(name: string, entities: readonly string[], embeddables: readonly string[]): Arbitrary<PropertySpec> {
  const column = (options: Arbitrary<Options>, isOwn = true): Arbitrary<PropertySpec> =>
    fc
      .tuple(options, columnOptions(name, isOwn && name !== SHARED))
      .map(([own, all]) => ({ name, kind: 'scalar', options: { ...own, ...all } }));
  const pointing = (kind: 'm:1' | '1:1' | 'm:n' | 'embedded', options: Arbitrary<Options>, among: readonly string[]) =>
    fc
      .tuple(fc.uniqueArray(fc.constantFrom(...among), { minLength: 1, maxLength: 2 }), fc.nat(9), options)
      .map(([targets, several, own]): PropertySpec => {
        const chosen = several < 2 ? targets : targets.slice(0, 1);
        return { name, kind, targets: chosen, options: own };
      });
  return fc.oneof(
    { weight: 6, arbitrary: column(scalar) },
    { weight: 2, arbitrary: column(enumeration) },
    ...(entities.length > 0 ? [{ weight: 1, arbitrary: column(native(name.toLowerCase()), false) }] : []),
    ...(entities.length > 0
      ? [
          { weight: 2, arbitrary: pointing('m:1', referenceOptions(name), entities) },
          { weight: 1, arbitrary: pointing('1:1', referenceOptions(name), entities) },
          { weight: 1, arbitrary: pointing('m:n', betweenOptions(name), entities) },
        ]
      : []),
    ...(embeddables.length > 0
      ? [{ weight: 2, arbitrary: pointing('embedded', embeddedOptions(name), embeddables) }]
      : []),
  );
}

function properties(
  entities: readonly string[],
  embeddables: readonly string[],
  most: number,
  names: readonly string[] = NAMES,
) {
  return fc
    .uniqueArray(fc.constantFrom(...names), { maxLength: most })
    .chain(chosen => fc.tuple(...chosen.map(name => property(name, entities, embeddables))));
}

const KEY: Arbitrary<readonly PropertySpec[]> = fc.oneof(
  { weight: 5, arbitrary: fc.constant([keyOf('id', { type: 'number' })]) },
  {
    weight: 3,
    arbitrary: fc
      .tuple(
        fc.constantFrom<unknown>(
          'integer',
          'bigint',
          'smallint',
          'uuid',
          'string',
          Number,
          String,
          types.integer,
          types.bigint,
        ),
        few({ autoincrement: fc.boolean(), fieldName: fc.constant('key'), columnType: fc.constant('bigint') }),
      )
      .map(([type, more]) => [keyOf('id', { type, ...more })]),
  },
  {
    weight: 1,
    arbitrary: fc.constant([keyOf('id', { type: 'integer' }), keyOf('part', { type: 'string', length: 9 })]),
  },
);

function keyOf(name: string, options: Options): PropertySpec {
  return { name, kind: 'scalar', options: { primary: true, ...options } };
}

/** Options of an entity whose key is `id`. */
const entityOptions = few({
  tableName: fc.constantFrom('a_table', 'ATable', 'order'),
  comment: COMMENT,
  checks: fc.subarray(
    [
      { name: 'a_check', expression: 'id > 0' },
      { expression: 'id < 9' },
      { name: 'c_check', expression: raw('id >= ?', [1]) },
      { name: 'p_check', property: 'id', expression: 'id <> 7' },
      {
        name: 'f_check',
        expression: (columns: Record<string, string>) => `${columns['id']} <> 8 -- eight\n and 1 = 1`,
      },
    ],
    { minLength: 1 },
  ),
  indexes: fc.subarray<object>(
    [
      { properties: ['id'] },
      { name: 'i_index', properties: 'id' },
      { name: 'w_index', properties: ['id'], where: 'id > 1' },
      { name: 'o_index', properties: ['id'], where: { id: { $gt: 1 } } },
      { name: 'e_index', expression: 'create index e_index on a_table (id)' },
      { name: 'c_index', columns: [{ name: 'id', sort: 'desc', nulls: 'last' }] },
      { name: 't_index', properties: ['id'], type: 'btree' },
      { name: 'f_index', properties: ['id'], fillFactor: 70 },
      {
        name: 'n_index',
        expression: (columns: Record<string, string>, table: object, name: string) =>
          `create index ${name} on ${String(table)} (${columns['id']})`,
      },
    ],
    { minLength: 1 },
  ),
  uniques: fc.subarray<object>(
    [{ properties: ['id'] }, { name: 'u_unique', properties: ['id'], deferMode: 'deferred' }, { properties: 'id' }],
    { minLength: 1 },
  ),
  triggers: fc.constantFrom(
    [{ name: 'a_trigger', timing: 'after', events: ['insert', 'update'], body: 'select 1; -- done\n select 2;' }],
    [{ timing: 'before', events: ['delete'], forEach: 'row', body: `select 'a';` }],
  ),
});

const inheritance = fc.constantFrom<readonly [Options, Options] | undefined>(
  undefined,
  undefined,
  [{ discriminatorColumn: 'kind' }, {}],
  [{ discriminatorColumn: 'kind', discriminatorValue: 'x' }, { discriminatorValue: 'y' }],
  [{ discriminator: 'kind', discriminatorColumn: 'kind_of' }, {}],
  [{ inheritance: 'tpt' }, {}],
  [{ abstract: true }, {}],
);

const ENTITIES = ['Animal', 'Keeper', 'Zoo'] as const;
const OTHER_NAMES = ['Three', 'legs', 'eyes', 'tail'] as const;

/** Any set. */
export const anySet: Arbitrary<SetSpec> = fc
  .record({
    way: fc.constantFrom(...WAYS),
    embedded: fc.nat(2),
    entities: fc.integer({ min: 1, max: ENTITIES.length }),
    inherits: inheritance,
  })
  .chain(({ way, embedded: kept, entities, inherits }) => {
    const names = ENTITIES.slice(0, entities);
    const embeddables = ['Address', 'Name'].slice(0, kept);
    const pointable = names.filter((_, index) => index > 0 || inherits?.[0]['abstract'] !== true);
    const entity = (name: string, index: number): Arbitrary<EntitySpec> =>
      fc.tuple(KEY, entityOptions, properties(pointable, embeddables, 4)).map(([key, options, own]): EntitySpec => ({
        name,
        options: { ...options, ...(index === 0 && inherits?.[0]) },
        properties: [...key, ...own],
      }));
    const child = properties(pointable, embeddables, 3, OTHER_NAMES).map((own): EntitySpec[] =>
      inherits ? [{ name: 'Tiger', extends: 'Animal', options: inherits[1], properties: own }] : [],
    );
    return fc
      .tuple(
        fc.tuple(
          ...embeddables.map((name, index) =>
            properties([], embeddables.slice(0, index), 3).map((own): EmbeddableSpec => ({ name, properties: own })),
          ),
        ),
        fc.tuple(...names.map(entity)),
        child,
      )
      .map(([parts, all, children]): SetSpec => ({ way, embeddables: parts, entities: [...all, ...children] }));
  });
