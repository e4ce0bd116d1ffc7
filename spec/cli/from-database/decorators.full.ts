import { expect, test } from '@jest/globals';
import { ModelledProject } from '../../support/cli/modelled.ts';
import { postgresql, sqliteFile } from '../../support/databases.ts';
import { stateOf } from '../../support/state.ts';
import { ODD_TABLES } from './odd-tables.ts';

/** A column of each type, and every kind of key, relation, index and check. */
const tables = `
create type mood as enum ('good', 'bad');
create schema archive;
create extension citext;
create table property (id int generated always as identity primary key, name varchar(20) collate "C" not null unique, mood mood not null default 'good',
  price numeric(8, 2) default 1.5, size bigint, tiny smallint, ratio real, share double precision, open boolean not null default true, born date,
  at timestamptz(3) not null default now(), clock time, lasts interval, code uuid default gen_random_uuid(), bytes bytea, data jsonb not null default '{}',
  tags text[] not null default '{}', grades int[], grid text[][], spot point, sums numeric[], letter char(1), seen inet, note text, upper_name text generated always as (upper(name)) stored,
  "static" int, kind text not null constraint property_kind_check check (kind in ('a', 'it''s')), constraint sane check (size > tiny),
  constraint seen_somewhere check (spot is not null or size is null));
comment on table property is 'what is ours';
comment on column property.note is 'it''s said';
create index property_lower on property (lower(name));
create index property_spot on property using gist (spot);
create index property_both on property (size, born);
create table archive.entity (a int, b text, primary key (b, a), unique (a));
create table "check" (id serial primary key, entity_a int not null, entity_b text not null, property_id int unique references property on delete cascade,
  parent_id int references "check" deferrable initially deferred, foreign key (entity_b, entity_a) references archive.entity (b, a) on update cascade);
create table loose (id int primary key, a int, b text not null, foreign key (b, a) references archive.entity (b, a) match full);
create table counter (id smallserial primary key, low smallserial, maybe int default nextval('counter_low_seq'));
create table moment (at timestamptz primary key, late date);
create table place (spot point not null, id int primary key);
create table archive.part (id int primary key, property_id int not null references property, unique (property_id, id));
create table property_check (property_id int not null references property, check_id int not null references "check", since date, primary key (property_id, check_id));
insert into property (name, kind, grades, bytes) values ('first', 'a', '{1,null,2}', 'x');
insert into archive.entity values (1, 'b');
insert into "check" (entity_a, entity_b, property_id) values (1, 'b', 1);
`;

test('the older decorators on PostgreSQL: every type and kind, and a version afterwards', async () => {
  await using database = await postgresql.create();
  await database.execute(tables);
  const options = { experimentalDecorators: true, emitDecoratorMetadata: true };
  using project = new ModelledProject('classes', database, { options }).compileDecorators();
  const made = await project.dejavu('init', '--from-database', '--decorators', '--yes');
  expect(made).toMatchObject({ code: 0, stderr: '' });
  expect(made.stdout).not.toContain('TypeScript reports errors');
  expect(made.stdout).toContain('classes: adopted at version 1\n');
  const kept = made.stdout.slice(made.stdout.indexOf('Kept'), made.stdout.indexOf('created'));
  expect(kept).toMatchInlineSnapshot(`
"Kept in the database, without an entity. dejavu never changes them:
  MikroORM has no type for its column 'spot': place
  extension: citext
Parts of tables that no entity declares. The Schema lists them in \`extra\`, and dejavu keeps them:
  counter.column.low
  counter.column.maybe
  loose.foreign key.b, a
  property.column.grid
  property.column.spot
  property.index.property_spot
  property.check.seen_somewhere
Columns to look at:
  Counter.id: declared smallint, and a new database has no sequence for it. Make one in onInstall()
  Moment.at: declared timestamptz, and a Date has no microseconds: updates miss the rows of this key that have some
  Property.sums: declared numeric[], and the driver reads its items as numbers of 15 digits
A new database, which upgrade() installs, has none of these. Create what it needs in onInstall().
Extensions and types that columns use have to be in a new database before upgrade() installs it.
"
`);
  expect(project.read('src/entities/property.ts')).toMatchInlineSnapshot(`
"import { ArrayType, OptionalProps, types } from '@mikro-orm/core';
import {
  Check as Check_,
  Entity as Entity_,
  Enum,
  Index,
  PrimaryKey,
  Property as Property_,
} from '@mikro-orm/decorators/legacy';

@Entity_({ comment: 'what is ours' })
@Index({
  name: 'property_lower',
  expression: 'CREATE INDEX property_lower ON property USING btree (lower((name)::text))',
})
@Index({ name: 'property_both', properties: ['size', 'born'] })
@Check_({ name: 'sane', expression: '(size > tiny)' })
@Check_({
  name: 'property_kind_check',
  expression: "(kind = ANY (ARRAY['a'::text, 'it''s'::text]))",
})
export class Property {
  [OptionalProps]?: 'id' | 'mood' | 'price' | 'open' | 'at' | 'code' | 'data' | 'tags' | 'upperName';

  @PrimaryKey({ type: types.integer, generated: 'identity' })
  id!: number;

  @Property_({ type: types.string, length: 20, collation: 'C', unique: 'property_name_key' })
  name!: string;

  @Enum({ items: ['good', 'bad'], nativeEnumName: 'mood', default: 'good' })
  mood!: 'good' | 'bad';

  @Property_({ type: types.decimal, precision: 8, scale: 2, default: 1.5, nullable: true })
  price?: string | null;

  @Property_({ type: types.bigint, nullable: true })
  size?: bigint | null;

  @Property_({ type: types.smallint, nullable: true })
  tiny?: number | null;

  @Property_({ type: types.float, nullable: true })
  ratio?: number | null;

  @Property_({ type: types.double, nullable: true })
  share?: number | null;

  @Property_({ type: types.boolean, default: true })
  open!: boolean;

  @Property_({ type: types.date, nullable: true })
  born?: string | null;

  @Property_({ type: types.datetime, length: 3, defaultRaw: 'now()' })
  at!: Date;

  @Property_({ type: types.time, nullable: true, columnTypes: ['time'] })
  clock?: string | null;

  @Property_({ type: types.interval, nullable: true })
  lasts?: string | null;

  @Property_({ type: types.uuid, defaultRaw: 'gen_random_uuid()', nullable: true })
  code?: string | null;

  @Property_({ type: types.blob, nullable: true })
  bytes?: Uint8Array | null;

  @Property_({ type: types.json, defaultRaw: "'{}'::jsonb" })
  data!: unknown;

  @Property_({ type: types.array, defaultRaw: "'{}'::text[]" })
  tags!: string[];

  @Property_({
    type: new ArrayType(item => (item === null ? item : Number(item))),
    nullable: true,
    columnTypes: ['integer[]'],
  })
  grades?: number[] | null;

  @Property_({
    type: new ArrayType(item => (item === null ? item : Number(item))),
    nullable: true,
    columnTypes: ['numeric[]'],
  })
  sums?: number[] | null;

  @Property_({ type: types.character, length: 1, nullable: true })
  letter?: string | null;

  @Property_({ type: types.string, nullable: true, columnTypes: ['inet'] })
  seen?: string | null;

  @Property_({ type: types.text, nullable: true, comment: "it's said" })
  note?: string | null;

  @Property_({ type: types.text, generated: '(upper((name)::text)) stored', nullable: true })
  upperName?: string | null;

  @Property_({ type: types.integer, nullable: true })
  'static'?: number | null;

  @Property_({ type: types.text })
  kind!: string;
}
"
`);
  expect(project.read('src/entities/check.ts')).toMatchInlineSnapshot(`
"import { type Rel, types } from '@mikro-orm/core';
import { Entity as Entity_, ManyToOne, OneToOne, PrimaryKey } from '@mikro-orm/decorators/legacy';
import { Entity } from './entity.ts';
import { Property } from './property.ts';

@Entity_()
export class Check {
  @PrimaryKey({ type: types.integer })
  id!: number;

  @ManyToOne(() => Entity, {
    fieldNames: ['entity_b', 'entity_a'],
    deleteRule: 'no action',
    updateRule: 'cascade',
    foreignKeyName: 'check_entity_b_entity_a_fkey',
    index: false,
  })
  entity!: Rel<Entity>;

  @OneToOne(() => Property, {
    owner: true,
    deleteRule: 'cascade',
    updateRule: 'no action',
    foreignKeyName: 'check_property_id_fkey',
    nullable: true,
    unique: 'check_property_id_key',
  })
  property?: Rel<Property> | null;

  @ManyToOne(() => Check, {
    deleteRule: 'no action',
    updateRule: 'no action',
    deferMode: 'deferred',
    foreignKeyName: 'check_parent_id_fkey',
    nullable: true,
    index: false,
  })
  parent?: Rel<Check> | null;
}
"
`);
  expect(await project.upgrade()).toEqual(['level']);
  expect(project.complaints()).toBe('');

  project.edit(['src/entities/property.ts', 'note?: string | null', 'remark?: string | null']);
  expect(await project.dejavu('next', '--renamed', 'property.note:remark')).toMatchObject({ code: 0, stderr: '' });
  expect(await project.upgrade()).toEqual(['upgraded']);
  await project.running(async (_, { em }) => {
    em.create('Counter' as never, {} as never);
    await em.flush();
  });
  expect(await database.execute('select id, low, maybe from counter')).toEqual([{ id: 1, low: 1, maybe: 2 }]);
  const read = await project.running(async (_, { em }) => em.findOneOrFail('Property' as never, { name: 'first' }));
  expect(read).toMatchObject({
    grades: [1, null, 2],
    mood: 'good',
    kind: 'a',
    data: {},
    upperName: 'FIRST',
    price: '1.50',
  });

  // A new database gets the same, as far as entities say it
  await using empty = await postgresql.create();
  expect(await project.on(empty).upgrade()).toEqual(['installed']);
  expect(
    await empty.execute(`select conname from pg_constraint where contype = 'u' and conrelid = 'property'::regclass`),
  ).toEqual([{ conname: 'property_name_key' }]);
});

test("JavaScript's decorators on SQLite: the same storage, also of odd tables", async () => {
  await using database = await sqliteFile.create();
  await database.execute(ODD_TABLES);
  using project = new ModelledProject('odd', database).compileDecorators();
  const before = await stateOf(database);
  const made = await project.dejavu('init', '--from-database', '--decorators', '--yes');
  expect(made).toMatchObject({ code: 0, stderr: '' });
  expect(made.stdout).not.toContain('TypeScript reports errors');
  expect(made.stdout).toContain('odd: adopted at version 1\n');
  expect(project.read('src/entities/profile.ts')).toMatchInlineSnapshot(`
"import { OptionalProps, type Rel, types } from '@mikro-orm/core';
import { Check, Entity, Enum, OneToOne, PrimaryKey, Property } from '@mikro-orm/decorators/es';
import { Order } from './order.ts';

@Entity()
@Check({ expression: 'n > 0' })
@Check({ name: 'kind_is', expression: "kind in ('a','b')" })
export class Profile {
  [OptionalProps]?: 'id';

  @PrimaryKey({ type: types.integer, autoincrement: false, defaultRaw: 'null' })
  id!: number;

  @OneToOne(() => Order, {
    owner: true,
    deleteRule: 'no action',
    updateRule: 'no action',
    deferMode: 'deferred',
    unique: true,
  })
  order!: Rel<Order>;

  @Enum({ items: ['open', "it's"] })
  status!: 'open' | "it's";

  @Property({ type: types.text, nullable: true })
  kind?: string | null;

  @Property({ type: types.integer, nullable: true })
  n?: number | null;
}
"
`);
  expect((await stateOf(database)).catalog).toEqual(expect.arrayContaining([...before.catalog]));
  expect(await project.upgrade()).toEqual(['level']);
  expect(project.complaints()).toBe('');
});

test('what cannot be written is refused with the next step, and nothing is written', async () => {
  await using database = await sqliteFile.create();
  await database.execute('create table animal (id integer primary key)');
  using project = new ModelledProject('plain', database);
  const before = project.files();
  const plain = await project.dejavu('init', '--decorators');
  expect(plain).toMatchObject({ code: 64 });
  expect(plain.stderr).toContain('npx dejavu init --from-database --decorators');
  const script = await project.dejavu('init', '--from-database', '--decorators', '--schema', './src/schema.js');
  expect(script).toMatchObject({ code: 64 });
  expect(script.stderr).toContain('JavaScript has no decorators');
  // Node.js by itself
  const bare = await project.dejavu('init', '--from-database', '--decorators', '--yes');
  expect(bare.code).not.toBe(0);
  expect(bare.stderr).toContain('npm install --save-dev tsx');
  expect(project.files()).toEqual(before);
});
