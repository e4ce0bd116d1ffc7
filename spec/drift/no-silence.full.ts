import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { defineEntity, p, type EntitySchema } from '@mikro-orm/core';
import { PARTS } from '../../lib/operations/compare-table.ts';
import { postgresql, sqliteMemory, type TestDatabase } from '../support/databases.ts';
import { moduleOf, showPlainly, stageOf, type Stage } from './stage.ts';

type Dialect = 'sqlite' | 'postgresql';

/** A storage that has one of everything that is compared. */
function zoo(dialect: Dialect) {
  const isServer = dialect === 'postgresql';
  const Keeper = defineEntity({ name: 'Keeper', properties: { id: p.integer().primary(), name: p.string() } });
  const Animal = defineEntity({
    name: 'Animal',
    ...(isServer && { comment: 'theirs', rowLevelSecurity: 'force' }),
    ...(isServer && { policies: [{ name: 'own', command: 'select', using: 'legs > 0' }] }),
    checks: [{ name: 'even', expression: 'legs % 2 = 0' }],
    triggers: [
      {
        name: 'grows',
        timing: 'after',
        events: ['update'],
        forEach: 'row',
        body: isServer ? 'return new' : 'select 1',
      },
    ],
    properties: {
      id: p.integer().primary(),
      name: p.string().index('by_name'),
      legs: p.integer().default(4),
      mood: isServer ? p.enum(['calm', 'wild']).nativeEnumName('mood').nullable() : p.string().nullable(),
      keeper: () => p.manyToOne(Keeper).nullable(),
    },
  } as never) as EntitySchema;
  const Census = defineEntity({
    name: 'Census',
    view: true,
    expression: 'select name, count(*) as heads from animal group by name',
    properties: { name: p.string().primary(), heads: p.integer() },
  });
  return moduleOf(Keeper as never, Animal, Census as never);
}

const CENSUS = 'select name, count(*) as heads from animal group by name';

interface Plant {
  readonly sql: Readonly<Partial<Record<Dialect, string>>>;
  readonly found: readonly string[];
}

const both = (sql: string) => ({ sqlite: sql, postgresql: sql });
const onServer = (sql: string) => ({ postgresql: sql });

/** What is planted, and what of it is found; each part that is compared is at least in one. */
const PLANTS: Readonly<Record<string, Plant>> = {
  'a table that is not there': {
    sql: {
      sqlite: 'drop view census; drop table animal; drop table keeper; create table animal (x integer)',
      postgresql: 'drop view census; drop table animal; drop table keeper; create table animal (x integer)',
    },
    found: ['missing animal.column.id', 'missing animal.column.name', 'missing census', 'missing keeper'],
  },
  'a column': { sql: both('alter table animal add column more text'), found: ['extra animal.column.more'] },
  'a primary key': {
    sql: { postgresql: 'alter table animal drop constraint animal_pkey' },
    found: ['missing animal.primary key'],
  },
  'a foreign key': {
    sql: { postgresql: 'alter table animal drop constraint animal_keeper_id_foreign' },
    found: ['missing animal.foreign key.keeper_id'],
  },
  'an index': { sql: both('drop index by_name'), found: ['missing animal.index.by_name'] },
  'another index of that name': {
    sql: both('drop index by_name; create unique index by_name on animal (name) where legs > 2'),
    found: ['different animal.index.by_name.unique: true, wanted false'],
  },
  'a check': { sql: onServer('alter table animal drop constraint even'), found: ['missing animal.check.even'] },
  'a foreign key that is not valid': {
    sql: onServer(
      'alter table animal drop constraint animal_keeper_id_foreign; ' +
        'alter table animal add constraint animal_keeper_id_foreign foreign key (keeper_id) references keeper (id) on delete set null not valid',
    ),
    found: ['different animal.foreign key.keeper_id.validity: "not valid", wanted "valid"'],
  },
  'a check that is not valid': {
    sql: onServer(
      'alter table animal drop constraint even; alter table animal add constraint even check (legs % 2 = 0) not valid',
    ),
    found: ['different animal.check.even.validity: "not valid", wanted "valid"'],
  },
  'a foreign key that is not enforced': {
    sql: onServer('alter table animal alter constraint animal_keeper_id_foreign not enforced'),
    found: ['different animal.foreign key.keeper_id.validity: "not enforced", wanted "valid"'],
  },
  'a check that is not enforced': {
    sql: onServer(
      'alter table animal drop constraint even; alter table animal add constraint even check (legs % 2 = 0) not enforced',
    ),
    found: ['different animal.check.even.validity: "not enforced", wanted "valid"'],
  },
  'a NOT NULL that is not valid': {
    sql: onServer(
      'alter table animal alter column name drop not null; alter table animal add constraint named not null name not valid',
    ),
    found: ['different animal.column.name.validity: "not valid", wanted "valid"'],
  },
  'a trigger': {
    sql: { sqlite: 'drop trigger grows', postgresql: 'drop trigger grows on animal' },
    found: ['missing animal.trigger.grows'],
  },
  'what a trigger does': {
    sql: {
      sqlite: 'drop trigger grows; create trigger grows after update on animal for each row begin select 2; end',
      postgresql:
        'create or replace function animal_grows_fn() returns trigger as $$ begin return old; end; $$ language plpgsql',
    },
    found: ['different animal.trigger.grows.body: '],
  },
  'a comment': {
    sql: onServer(`comment on table animal is 'ours'`),
    found: ['different animal.comment: "ours", wanted "theirs"'],
  },
  'a view that is a table': {
    sql: both('drop view census; create table census (name text, heads integer)'),
    found: ['different census.kind: "table", wanted "view"'],
  },
  'a view that is materialized': {
    sql: onServer(`drop view census; create materialized view census as ${CENSUS}`),
    found: ['different census.kind: "materialized view", wanted "view"'],
  },
  'a view of something else': {
    sql: both('drop view census; create view census as select name, 1 as heads from animal'),
    found: ['different census.definition: '],
  },
  'a key that does not count': {
    sql: {
      sqlite: 'drop table keeper; create table `keeper` (`id` integer not null primary key, `name` text not null)',
    },
    found: ['different keeper.autoincrement: undefined, wanted "id"'],
  },
  'a key without its sequence': {
    sql: onServer('alter table keeper alter column id drop default; drop sequence keeper_id_seq'),
    found: ['different keeper.column.id.default: undefined, wanted "nextval('],
  },
  'the items of an enum': {
    sql: onServer(`alter type mood add value 'sad'`),
    found: ['different animal.column.mood.items: ["calm","wild","sad"], wanted ["calm","wild"]'],
  },
  'an enum that is a text': {
    sql: onServer('alter table animal alter column mood type text; drop type mood'),
    found: ['different animal.column.mood.type: "text", wanted '],
  },
  'a policy': { sql: onServer('drop policy own on animal'), found: ['missing animal.policy.own'] },
  'what a policy lets through': {
    sql: onServer('alter policy own on animal using (true)'),
    found: ['different animal.policy.own.definition: '],
  },
  'one policy more': {
    sql: onServer('create policy mine on animal using (true)'),
    found: ['extra animal.policy.mine'],
  },
  'row security': {
    sql: onServer('alter table animal disable row level security; alter table animal no force row level security'),
    found: ['missing animal.row security'],
  },
};

/** What belongs to others, and goes unnamed while a step does something else. */
const LOST: Readonly<Record<string, Plant & { readonly before: string }>> = {
  'an index': {
    before: 'create index mine on animal (legs)',
    sql: both('drop index mine'),
    found: ['missing animal.index.mine'],
  },
  'a check': {
    before: 'alter table animal add constraint mine check (legs < 100)',
    sql: onServer('alter table animal drop constraint mine'),
    found: ['missing animal.check.mine'],
  },
  'a trigger': {
    before:
      'create trigger mine after delete on animal for each row execute function suppress_redundant_updates_trigger()',
    sql: onServer('drop trigger mine on animal'),
    found: ['missing animal.trigger.mine'],
  },
  'a column': {
    before: 'alter table animal add column mine integer',
    sql: both('alter table animal drop column mine'),
    found: ['missing animal.column.mine'],
  },
  'a view': {
    before: 'create view mine as select id from keeper',
    sql: both('drop view mine'),
    found: ['missing mine'],
  },
  'a table': {
    before: 'create table mine (id integer)',
    sql: both('drop table mine'),
    found: ['missing mine'],
  },
  'a policy': {
    before: 'create policy mine on keeper using (true)',
    sql: onServer('drop policy mine on keeper'),
    found: ['missing keeper.policy.mine'],
  },
  'row security': {
    before: 'alter table keeper enable row level security',
    sql: onServer('alter table keeper disable row level security'),
    found: ['missing keeper.row security'],
  },
  'a grant': {
    before: 'grant select, update (name) on keeper to public',
    sql: onServer('revoke update (name) on keeper from public'),
    found: ['different keeper.grant.public: "select", wanted "select, update (name)"'],
  },
  'all grants': {
    before: 'grant select on keeper to public',
    sql: onServer('revoke all on keeper from public'),
    found: ['missing keeper.grant.public'],
  },
  'a comment of a column': {
    before: `comment on column keeper.name is 'first and last'`,
    sql: onServer('comment on column keeper.name is null'),
    found: ['missing keeper.comment.name'],
  },
  'a rule': {
    before: 'create rule mine as on delete to keeper do instead nothing',
    sql: onServer('drop rule mine on keeper'),
    found: ['missing keeper.rule.mine'],
  },
  'extended statistics': {
    before: 'create statistics mine on id, name from keeper',
    sql: onServer('drop statistics mine'),
    found: ['missing keeper.statistics.mine'],
  },
};

test('each part that is compared was planted', () => {
  const planted = Object.values(PLANTS).flatMap(({ found }) => found);
  // What is said of a whole table has its part behind the name
  const parts = new Set(planted.map(line => /^\w+ \w+\.([\w ]+)/.exec(line)?.[1]));
  expect(PARTS.filter(part => !parts.has(part))).toEqual([]);
});

describe.each([sqliteMemory, postgresql])('on $name', kind => {
  let database: TestDatabase;
  let stage: Stage;
  beforeAll(async () => {
    database = await kind.create();
    stage = await stageOf(database);
  });
  afterAll(() => database.drop());
  const here = ([, { sql }]: [string, Plant]) => sql[kind.dialect] !== undefined;

  test.each(Object.entries(PLANTS).filter(here))('%s is found where it is planted', async (_, { sql, found }) => {
    const planted = sql[kind.dialect];
    const differences = await stage.differences(zoo(kind.dialect), { ...(planted && { planted }) });
    const shown = differences.map(showPlainly);
    for (const line of found) expect(shown).toContainEqual(expect.stringMatching(beginning(line)));
  });

  test.each(Object.entries(LOST).filter(here))('%s of somebody else is missed', async (_, lost) => {
    const module = zoo(kind.dialect);
    const does = lost.sql[kind.dialect] ?? '';
    const looked = await stage.look({ from: module, to: module, before: lost.before, does });
    expect(looked.made).toEqual(lost.found);
    // What is left alone is kept
    expect(await stage.look({ from: module, to: module, before: lost.before })).toMatchObject({ made: [] });
  });
});

function beginning(line: string): RegExp {
  return new RegExp(`^${line.replaceAll(/[\\^$.*+?()[\]{}|]/g, String.raw`\$&`)}`);
}
