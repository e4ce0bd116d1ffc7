import { EntitySchema } from '@mikro-orm/core';
import fc, { type Arbitrary } from 'fast-check';

/*
 * Two releases of an application: what it stores is much the same in both, and anything about it may have changed.
 */

type Options = Readonly<Record<string, unknown>>;

interface KeyOptions {
  readonly isComposite: boolean;
}

interface EmbeddedOptions {
  readonly options: Options;
  readonly properties: Readonly<Record<string, Options | undefined>>;
}

/** A release as data: entities are made of it anew for each ORM. */
export interface ReleaseSpec {
  readonly keeper: KeyOptions & { readonly namespace: boolean; readonly tableName: string | undefined };
  readonly animal: {
    readonly properties: Readonly<Record<string, Options | undefined>>;
    readonly keeper: Options | undefined;
    readonly friends: boolean;
    readonly uniques: readonly (readonly string[])[];
    readonly indexes: readonly Options[];
    readonly check: string | undefined;
    readonly comment: string | undefined;
    /** Another animal. */
    readonly parent: Options | undefined;
    readonly kin: boolean;
    readonly address: EmbeddedOptions | undefined;
  };
  readonly tree: 'none' | 'single table' | 'table per type';
  readonly dog: Readonly<Record<string, Options | undefined>>;
  readonly zoo: Readonly<Record<string, Options | undefined>> | undefined;
  readonly zooKey: Options;
  /** What an animal and a keeper have together: its key is both. */
  readonly care: Readonly<Record<string, Options | undefined>> | undefined;
  readonly view: string | undefined;
}

export interface ChangeSpec {
  readonly before: ReleaseSpec;
  readonly after: ReleaseSpec;
}

const NAMES = ['one', 'two', 'three'] as const;

function few(options: Readonly<Record<string, Arbitrary<unknown>>>): Arbitrary<Options> {
  const wrapped = Object.fromEntries(
    Object.entries(options).map(([key, value]) => [key, fc.option(value, { nil: undefined, freq: 3 })]),
  );
  return fc
    .record(wrapped)
    .map(given => Object.fromEntries(Object.entries(given).filter(([, value]) => value !== undefined)));
}

const column: Arbitrary<Options> = fc
  .tuple(
    fc.oneof(
      fc.constantFrom<Options>(
        { type: 'string' },
        { type: 'string', length: 40 },
        { type: 'text' },
        { type: 'integer' },
        { type: 'bigint' },
        { type: 'boolean' },
        { type: 'double' },
        { type: 'decimal', precision: 10, scale: 2 },
        { type: 'datetime' },
        { type: 'date' },
        { type: 'json' },
        { type: 'uuid' },
        { type: 'array' },
        { type: 'time' },
        { type: 'datetime', length: 3 },
        { type: 'blob' },
      ),
      fc.constantFrom<Options>(
        { type: 'string', enum: true, items: ['calm'] },
        { type: 'string', enum: true, items: ['calm', 'wild'] },
        { type: 'string', enum: true, items: ['calm', 'wild'], nativeEnumName: 'mood' },
        { enum: true, items: [1, 2, 30] },
        { enum: true, items: ['calm', 'wild'], array: true },
        { type: 'string', check: `id > -7` },
        { type: 'integer', generated: '(id * 2) stored' },
        { type: 'string', default: 'x' },
        { type: 'integer', default: 4 },
      ),
    ),
    few({
      nullable: fc.constant(true),
      index: fc.constant(true),
      unique: fc.constant(true),
      comment: fc.constant("it's"),
    }),
  )
  .map(([type, more]) => ({ ...type, ...more }));

const columns = (names: readonly string[]): Arbitrary<Readonly<Record<string, Options | undefined>>> =>
  fc.record(Object.fromEntries(names.map(name => [name, fc.option(column, { nil: undefined, freq: 2 })])));

/** The same on both sides, half of the time. */
function changed<T>(value: Arbitrary<T>): Arbitrary<readonly [T, T]> {
  return fc.oneof(
    { weight: 2, arbitrary: value.map(one => [one, one] as const) },
    { weight: 1, arbitrary: fc.tuple(value, value) },
  );
}

const changedColumns = (names: readonly string[]) =>
  fc
    .tuple(...names.map(name => changed(columns([name]))))
    .map(pairs => [0, 1].map(side => Object.assign({}, ...pairs.map(pair => pair[side])) as Record<string, Options>));

const reference = fc.option(
  few({
    nullable: fc.constant(true),
    deleteRule: fc.constantFrom('cascade', 'set null'),
    unique: fc.constant(true),
    createForeignKeyConstraint: fc.constant(false),
  }).map(options => (options['deleteRule'] === 'set null' ? { ...options, nullable: true } : options)),
  { nil: undefined },
);

const INDEXES: readonly Options[] = [
  { name: 'some', properties: ['name'], where: 'id > 1' },
  { name: 'some', properties: ['name'], where: `name <> 'x'` },
  { name: 'both', properties: ['name', 'id'] },
  { name: 'both', properties: ['id', 'name'] },
  { name: 'low', expression: 'create index low on animal (lower(name))' },
];

const indexes = fc.uniqueArray(fc.constantFrom(...INDEXES), {
  maxLength: 2,
  selector: index => index['name'],
});

const embedded = (names: readonly string[]): Arbitrary<EmbeddedOptions | undefined> =>
  fc.option(
    fc.record({
      options: few({
        nullable: fc.constant(true),
        object: fc.constant(true),
        prefix: fc.constantFrom<unknown>(false, 'at_'),
      }),
      properties: columns(names),
    }),
    { nil: undefined },
  );

/** Any change. */
export const anyChange: Arbitrary<ChangeSpec> = fc
  .record({
    composite: changed(
      fc.oneof({ weight: 2, arbitrary: fc.constant(false) }, { weight: 1, arbitrary: fc.constant(true) }),
    ),
    namespace: changed(fc.boolean()),
    tableName: changed(fc.constantFrom(undefined, undefined, 'warden')),
    animal: changedColumns(NAMES),
    keeper: changed(reference),
    friends: changed(fc.boolean()),
    uniques: changed(fc.subarray<readonly string[]>([['one', 'two'], ['name']])),
    indexes: changed(indexes),
    comment: changed(fc.constantFrom(undefined, undefined, 'of the zoo')),
    parent: changed(
      fc.option(few({ deleteRule: fc.constantFrom('cascade', 'set null'), unique: fc.constant(true) }), {
        nil: undefined,
      }),
    ),
    kin: changed(fc.boolean()),
    address: changed(embedded(['street', 'floor'])),
    zooKey: changed(fc.constantFrom<Options>({ type: 'integer' }, { type: 'integer' }, { type: 'bigint' })),
    care: changed(fc.option(columns(['one', 'two']), { nil: undefined, freq: 2 })),
    check: changed(fc.constantFrom(undefined, 'id > 0', `name <> ''`)),
    tree: fc.constantFrom<ReleaseSpec['tree']>('none', 'single table', 'table per type', 'table per type'),
    dog: changedColumns(['one', 'two', 'bark']),
    zoo: changed(fc.option(columns(['one', 'two']), { nil: undefined })),
    view: changed(
      fc.constantFrom(undefined, 'select id, name from animal', `select id, name from animal where id > 0`),
    ),
  })
  .map(given => {
    const side = (index: 0 | 1): ReleaseSpec => ({
      keeper: {
        isComposite: given.composite[index],
        // A table stays in its namespace: moving it is a step that other specs look at.
        namespace: given.namespace[0],
        tableName: given.tableName[index],
      },
      animal: {
        properties: given.animal[index] ?? {},
        keeper: given.keeper[index],
        friends: given.friends[index],
        uniques: given.uniques[index],
        indexes: given.indexes[index],
        check: given.check[index],
        comment: given.comment[index],
        parent: given.parent[index],
        kin: given.kin[index],
        address: given.address[index],
      },
      tree: given.tree,
      dog: given.dog[index] ?? {},
      zoo: given.zoo[index],
      zooKey: given.zooKey[index],
      care: given.care[index],
      view: given.view[index],
    });
    return { before: side(0), after: side(1) };
  });

/** Makes the entities of a release. */
export function entitiesOfRelease(
  { keeper, animal, tree, dog, zoo, zooKey, care, view }: ReleaseSpec,
  dialect: 'sqlite' | 'postgresql',
): Record<string, EntitySchema> {
  const given = (properties: Readonly<Record<string, Options | undefined>>, except: readonly string[] = []) =>
    Object.fromEntries(
      Object.entries(properties).filter(([name, one]) => one !== undefined && !except.includes(name)),
    ) as Record<string, object>;
  const id = { type: 'integer', primary: true };
  const make = (name: string, options: object, properties: object) =>
    new EntitySchema({ name, ...options, properties } as never);

  const Keeper = make(
    'Keeper',
    {
      ...(keeper.tableName !== undefined && { tableName: keeper.tableName }),
      ...(keeper.namespace && dialect === 'postgresql' && { schema: 'staff' }),
    },
    {
      id: keeper.isComposite ? { ...id, autoincrement: false } : id,
      ...(keeper.isComposite && { part: { type: 'string', length: 9, primary: true } }),
      name: { type: 'string' },
    },
  );
  const own = given(animal.properties);
  // MikroORM itself makes indexes over columns that are not there: a unique one of a composite key, and one in a child's table.
  const { unique: _, ...loose } = animal.keeper ?? {};
  const relation = keeper.isComposite ? loose : animal.keeper;
  const isRelated = animal.keeper && !(keeper.isComposite && tree === 'table per type');
  const uniques = animal.uniques.filter(names => names.every(name => name === 'name' || name in own));
  const Address = new EntitySchema({
    name: 'Address',
    embeddable: true,
    properties: { street: { type: 'string' }, ...parts(given(animal.address?.properties ?? {})) },
  } as never);
  const Animal: EntitySchema = make(
    'Animal',
    {
      ...(tree === 'single table' && { discriminatorColumn: 'kind', discriminatorValue: 'animal' }),
      ...(tree === 'table per type' && { inheritance: 'tpt' }),
      uniques: uniques.map(properties => ({ properties })),
      indexes: animal.indexes,
      ...(animal.comment !== undefined && { comment: animal.comment }),
      checks: animal.check === undefined ? [] : [{ name: 'animal_check', expression: animal.check }],
    },
    {
      id,
      name: { type: 'string' },
      ...own,
      ...(isRelated && { keeper: { kind: 'm:1', entity: () => Keeper, ...relation } }),
      ...(animal.parent && { parent: { kind: 'm:1', entity: () => Animal, nullable: true, ...animal.parent } }),
      ...(animal.address && { address: { kind: 'embedded', entity: () => Address, ...animal.address.options } }),
      ...(animal.kin && { kin: { kind: 'm:n', entity: () => Animal, owner: true } }),
      ...(animal.friends && { friends: { kind: 'm:n', entity: () => Keeper, owner: true } }),
    },
  );
  return {
    Keeper,
    Animal,
    // A child that has a property of its parent too is none of ours.
    ...(tree !== 'none' && {
      Dog: make(
        'Dog',
        { extends: Animal, ...(tree === 'single table' && { discriminatorValue: 'dog' }) },
        given(dog, Object.keys(own)),
      ),
    }),
    ...(animal.address && { Address }),
    ...(zoo && { Zoo: make('Zoo', {}, { id: { ...id, ...zooKey }, ...given(zoo) }) }),
    ...(care && {
      Care: make(
        'Care',
        {},
        {
          animal: { kind: 'm:1', entity: () => Animal, primary: true },
          keeper: { kind: 'm:1', entity: () => Keeper, primary: true },
          // Its key is no `id`
          ...Object.fromEntries(Object.entries(given(care)).filter(([, one]) => !namesId(one))),
        },
      ),
    }),
    ...(view !== undefined && {
      Names: make('Names', { view: true, expression: view }, { id, name: { type: 'string' } }),
    }),
  };
}

/** Whether a column says something of `id`. */
function namesId(options: object): boolean {
  return 'check' in options || 'generated' in options;
}

/** What an embeddable can have: its columns stand in the table of another, where names are not its own to give. */
function parts(properties: Record<string, object>): Record<string, object> {
  return Object.fromEntries(
    Object.entries(properties)
      .filter(([name, one]) => name !== 'street' && !namesId(one))
      .map(([name, { ...one }]) => [
        name,
        Object.fromEntries(Object.entries(one).filter(([key]) => !['index', 'unique', 'comment'].includes(key))),
      ]),
  );
}
