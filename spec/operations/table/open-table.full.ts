import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { defineEntity, type MikroORM, p } from '@mikro-orm/core';
import type { SqlEntityManager } from '@mikro-orm/sql';
import { postgresqlEditor } from '../../../lib/dialects/postgresql/editor.ts';
import { sqliteEditor } from '../../../lib/dialects/sqlite/editor.ts';
import type { Difference } from '../../../lib/difference.ts';
import { differencesOf, openTable } from '../../../lib/operations/table/open-table.ts';
import { changesFor } from '../../../lib/operations/table/derive-changes.ts';
import { editContext, wantedTable } from '../../../lib/operations/table/wanted.ts';
import type { Row } from '../../../lib/store/connection.ts';
import { type DatabaseKind, postgresql, sqliteMemory, type TestDatabase } from '../../support/databases.ts';

/** One of everything, as far as a dialect has it. */
function zoo({ dialect }: DatabaseKind) {
  const isServer = dialect === 'postgresql';
  const Owner = defineEntity({
    name: 'Owner',
    properties: {
      id: p.integer().primary().autoincrement(),
      name: p.string(),
      animals: () => p.oneToMany(Animal).mappedBy('owner'),
    },
  });
  const Animal = defineEntity({
    name: 'Animal',
    ...(isServer && { comment: 'those that live here' }),
    indexes: [
      { name: 'animal_pair', properties: ['kind', 'legs'] },
      { name: 'animal_tall', properties: ['height'], where: 'height > 2' },
      { name: 'animal_lower', expression: 'create index "animal_lower" on "animal" (lower("name"))' },
      ...(isServer
        ? ([
            { name: 'animal_more', properties: ['legs'], include: ['kind'], fillFactor: 70 },
            { name: 'animal_hash', properties: ['name'], type: 'hash' },
            { name: 'animal_sorted', columns: [{ name: 'kind', sort: 'DESC', nulls: 'LAST' }] },
          ] as never[])
        : []),
    ],
    uniques: [
      { name: 'animal_chip', properties: ['chip'] },
      { name: 'animal_name_kind', properties: ['name', 'kind'] },
    ],
    checks: [{ name: 'animal_legs_even', expression: 'legs % 2 = 0 or legs > 100' }],
    triggers: [
      {
        name: 'animal_grows',
        timing: 'after',
        events: ['update'],
        forEach: 'row',
        body: isServer ? 'perform 1; return new' : 'select 1',
        when: 'new.legs > old.legs',
      },
    ],
    properties: {
      id: p.integer().primary(),
      name: p.string().length(50),
      kind: p.enum(['ape', "b'ee"] as const).default('ape'),
      mood: isServer
        ? p
            .enum(['calm', 'wild'] as const)
            .nativeEnumName('animal_mood')
            .nullable()
        : p.enum(['calm', 'wild'] as const).nullable(),
      legs: p.integer().default(4).check('legs >= 0'),
      chip: p.bigint().nullable(),
      height: p.decimal().precision(8).scale(3).nullable(),
      price: p.float().nullable(),
      tame: p.boolean().default(false),
      born: p.datetime().length(3).nullable(),
      day: p.date().nullable(),
      seen: p.datetime().defaultRaw(isServer ? 'now()' : 'current_timestamp'),
      tags: p.json<string[]>().nullable(),
      photo: p.blob().nullable(),
      note: p
        .text()
        .default('it’s "new"')
        .comment(isServer ? 'what is said of it' : ''),
      double: p.integer().generated(isServer ? '(legs * 2) stored' : '(legs * 2) virtual'),
      owner: () => p.manyToOne(Owner).nullable().deleteRule('cascade').updateRule('no action'),
      parent: () => p.manyToOne(Animal).nullable(),
      friends: () => p.manyToMany(Animal).owner(),
    },
  });
  return { Owner, Animal };
}

interface Plant {
  /** SQL, or of the table's own text what is replaced by what. */
  readonly sqlite?: string | readonly [from: string, to: string];
  readonly postgresql?: string;
  readonly found: readonly string[] | Readonly<Record<'sqlite' | 'postgresql', readonly string[]>>;
}

const everywhere = (sql: string) => ({ sqlite: sql, postgresql: sql });

/** What is planted, and what is found of it. */
const plants: Readonly<Record<string, Plant>> = {
  'a table is missing': { ...everywhere('drop table animal_friends'), found: ['missing animal_friends'] },
  'a column is missing': {
    ...everywhere('alter table animal drop column price'),
    found: ['missing animal.column.price'],
  },
  'a column more': { ...everywhere('alter table animal add column more text'), found: ['extra animal.column.more'] },
  'another type': {
    sqlite: ['`price` real', '`price` text'],
    postgresql: 'alter table animal alter column price type text',
    found: {
      sqlite: ['different animal.column.price.type: "text", wanted "real"'],
      postgresql: ['different animal.column.price.type: "text", wanted "real"'],
    },
  },
  'another length': {
    postgresql: 'alter table animal alter column name type varchar(60)',
    found: ['different animal.column.name.type: "character varying(60)", wanted "character varying(50)"'],
  },
  'another precision': {
    postgresql: 'alter table animal alter column height type numeric(9,3)',
    found: ['different animal.column.height.type: "numeric(9,3)", wanted "numeric(8,3)"'],
  },
  'another scale': {
    postgresql: 'alter table animal alter column height type numeric(8,2)',
    found: ['different animal.column.height.type: "numeric(8,2)", wanted "numeric(8,3)"'],
  },
  'no zone': {
    postgresql: 'alter table animal alter column born type timestamp(3)',
    found: [
      'different animal.column.born.type: "timestamp(3) without time zone", wanted "timestamp(3) with time zone"',
    ],
  },
  nulls: {
    sqlite: ['`tame` integer not null', '`tame` integer null'],
    postgresql: 'alter table animal alter column tame drop not null',
    found: ['different animal.column.tame.nulls: true, wanted false'],
  },
  'no nulls': {
    sqlite: ['`price` real null', '`price` real not null'],
    postgresql: 'alter table animal alter column price set not null',
    found: ['different animal.column.price.nulls: false, wanted true'],
  },
  'another default': {
    sqlite: ['not null default 4', 'not null default 5'],
    postgresql: 'alter table animal alter column legs set default 5',
    found: ['different animal.column.legs.default: "5", wanted "4"'],
  },
  'no default': {
    sqlite: ['not null default 4', 'not null'],
    postgresql: 'alter table animal alter column legs drop default',
    found: ['different animal.column.legs.default: undefined, wanted "4"'],
  },
  'another collation': {
    sqlite: ['`name` text not null, `kind`', '`name` text collate nocase not null, `kind`'],
    postgresql: 'alter table animal alter column name type varchar(50) collate "C"',
    found: {
      sqlite: ['different animal.column.name.collation: "nocase", wanted undefined'],
      postgresql: ['different animal.column.name.collation: "C", wanted undefined'],
    },
  },
  'computed in another way': {
    sqlite: ['(legs * 2)', '(legs * 3)'],
    postgresql:
      'alter table animal drop column double; alter table animal add column double int not null generated always as (legs * 3) stored',
    found: {
      sqlite: ['different animal.column.double.generated: "(legs * 3) virtual", wanted "(legs * 2) virtual"'],
      postgresql: ['different animal.column.double.generated: "(legs * 3) stored", wanted "(legs * 2) stored"'],
    },
  },
  'no longer computed': {
    sqlite: ['integer generated always as (legs * 2) virtual', 'integer'],
    postgresql: 'alter table animal alter column double drop expression',
    found: {
      sqlite: ['different animal.column.double.generated: undefined, wanted "(legs * 2) virtual"'],
      postgresql: ['different animal.column.double.generated: undefined, wanted "(legs * 2) stored"'],
    },
  },
  'another key': {
    sqlite: ['primary key (`animal_1_id`, `animal_2_id`)', 'primary key (`animal_2_id`, `animal_1_id`)'],
    postgresql:
      'alter table animal_friends drop constraint animal_friends_pkey; alter table animal_friends add primary key (animal_2_id, animal_1_id)',
    found: [
      'different animal_friends.primary key: ["animal_2_id","animal_1_id"], wanted ["animal_1_id","animal_2_id"]',
    ],
  },
  'no foreign key': {
    sqlite: [
      ', constraint `animal_owner_id_foreign` foreign key (`owner_id`) references `owner` (`id`) on update no action on delete cascade',
      '',
    ],
    postgresql: 'alter table animal drop constraint animal_owner_id_foreign',
    found: ['missing animal.foreign key.owner_id'],
  },
  'other rules': {
    sqlite: ['on update no action on delete cascade', 'on update restrict on delete set null'],
    postgresql:
      'alter table animal drop constraint animal_owner_id_foreign; alter table animal add constraint animal_owner_id_foreign foreign key (owner_id) references owner (id) on delete set null on update restrict deferrable',
    found: {
      sqlite: [
        'different animal.foreign key.owner_id.on delete: "set null", wanted "cascade"',
        'different animal.foreign key.owner_id.on update: "restrict", wanted undefined',
      ],
      postgresql: [
        'different animal.foreign key.owner_id.deferrable: "immediate", wanted undefined',
        'different animal.foreign key.owner_id.on delete: "set null", wanted "cascade"',
        'different animal.foreign key.owner_id.on update: "restrict", wanted undefined',
      ],
    },
  },
  'another target': {
    sqlite: [
      'foreign key (`owner_id`) references `owner` (`id`)',
      'foreign key (`owner_id`) references `animal` (`id`)',
    ],
    postgresql:
      'alter table animal drop constraint animal_owner_id_foreign; alter table animal add constraint animal_owner_id_foreign foreign key (owner_id) references animal (id) on delete cascade',
    found: ['different animal.foreign key.owner_id.references: "animal", wanted "owner"'],
  },
  'a foreign key more': {
    sqlite: [
      'constraint `animal_owner_id_foreign`',
      'foreign key (chip) references owner (id), constraint `animal_owner_id_foreign`',
    ],
    postgresql: 'alter table animal add foreign key (legs) references owner (id)',
    found: { sqlite: ['extra animal.foreign key.chip'], postgresql: ['extra animal.foreign key.legs'] },
  },
  'no unique': {
    sqlite: 'drop index animal_chip',
    postgresql: 'alter table animal drop constraint animal_chip',
    found: ['missing animal.index.animal_chip'],
  },
  'a unique that is none': {
    sqlite: 'drop index animal_chip; create index animal_chip on animal (chip)',
    postgresql: 'alter table animal drop constraint animal_chip; create index animal_chip on animal (chip)',
    found: {
      sqlite: ['different animal.index.animal_chip.unique: false, wanted true'],
      postgresql: [
        'different animal.index.animal_chip.constraint: false, wanted true',
        'different animal.index.animal_chip.unique: false, wanted true',
      ],
    },
  },
  'an index over others': {
    ...everywhere('drop index animal_pair; create index animal_pair on animal (legs, kind)'),
    found: ['different animal.index.animal_pair.terms: ["legs","kind"], wanted ["kind","legs"]'],
  },
  'an index over another expression': {
    ...everywhere('drop index animal_lower; create index animal_lower on animal (upper(name))'),
    found: {
      sqlite: ['different animal.index.animal_lower.terms: ["upper(name)"], wanted ["lower(\\"name\\")"]'],
      postgresql: [
        'different animal.index.animal_lower.terms: ["upper((name)::text)"], wanted ["lower((name)::text)"]',
      ],
    },
  },
  'an index of other rows': {
    ...everywhere('drop index animal_tall; create index animal_tall on animal (height) where height > 3'),
    found: {
      sqlite: ['different animal.index.animal_tall.where: "height > 3", wanted "height > 2"'],
      postgresql: [
        'different animal.index.animal_tall.where: "(height > (3)::numeric)", wanted "(height > (2)::numeric)"',
      ],
    },
  },
  'an index of all rows': {
    ...everywhere('drop index animal_tall; create index animal_tall on animal (height)'),
    found: {
      sqlite: ['different animal.index.animal_tall.where: undefined, wanted "height > 2"'],
      postgresql: ['different animal.index.animal_tall.where: undefined, wanted "(height > (2)::numeric)"'],
    },
  },
  'an index of another kind': {
    postgresql: 'drop index animal_hash; create index animal_hash on animal (name)',
    found: ['different animal.index.animal_hash.method: "btree", wanted "hash"'],
  },
  'an index sorted in another way': {
    postgresql: 'drop index animal_sorted; create index animal_sorted on animal (kind)',
    found: ['different animal.index.animal_sorted.terms: ["kind"], wanted ["kind DESC NULLS LAST"]'],
  },
  'an index without what it includes, and of another fill factor': {
    postgresql: 'drop index animal_more; create index animal_more on animal (legs) with (fillfactor = 80)',
    found: [
      'different animal.index.animal_more.include: [], wanted ["kind"]',
      `different animal.index.animal_more.options: "WITH (fillfactor='80')", wanted "WITH (fillfactor='70')"`,
    ],
  },
  'an index more': { ...everywhere('create index mine on animal (day)'), found: ['extra animal.index.mine'] },
  'no check': {
    sqlite: [', constraint `animal_legs_even` check (legs % 2 = 0 or legs > 100)', ''],
    postgresql: 'alter table animal drop constraint animal_legs_even',
    found: ['missing animal.check.animal_legs_even'],
  },
  'another check': {
    sqlite: ['legs % 2 = 0 or legs > 100', 'legs % 3 = 0'],
    postgresql:
      'alter table animal drop constraint animal_legs_even; alter table animal add constraint animal_legs_even check (legs % 3 = 0)',
    found: {
      sqlite: [
        'different animal.check.animal_legs_even.expression: "legs % 3 = 0", wanted "legs % 2 = 0 or legs > 100"',
      ],
      postgresql: [
        'different animal.check.animal_legs_even.expression: "((legs % 3) = 0)", wanted "(((legs % 2) = 0) OR (legs > 100))"',
      ],
    },
  },
  'a check more': {
    sqlite: ['constraint `animal_legs_even`', 'constraint mine check (chip > 0), constraint `animal_legs_even`'],
    postgresql: 'alter table animal add constraint mine check (chip > 0)',
    found: ['extra animal.check.mine'],
  },
  'other items of an enum': {
    postgresql: "alter type animal_mood add value 'sad'",
    found: ['different animal.column.mood.items: ["calm","wild","sad"], wanted ["calm","wild"]'],
  },
  'other items of a checked enum': {
    sqlite: ["'ape', 'b''ee'", "'ape'"],
    postgresql:
      "alter table animal drop constraint animal_kind_check; alter table animal add constraint animal_kind_check check (kind in ('ape'))",
    found: {
      sqlite: ["extra animal.check.`kind` in ('ape')", "missing animal.check.`kind` in ('ape', 'b''ee')"],
      postgresql: [
        `different animal.check.animal_kind_check.expression: "(kind = 'ape'::text)", wanted "(kind = ANY (ARRAY['ape'::text, 'b''ee'::text]))"`,
      ],
    },
  },
  'no trigger': {
    sqlite: 'drop trigger animal_grows',
    postgresql: 'drop trigger animal_grows on animal',
    found: ['missing animal.trigger.animal_grows'],
  },
  'a trigger at another time, of other rows': {
    sqlite:
      'drop trigger animal_grows; create trigger animal_grows before insert on animal for each row when new.legs > 3 begin select 1; end',
    postgresql:
      'drop trigger animal_grows on animal; create trigger animal_grows before insert on animal for each row when (new.legs > 3) execute function animal_animal_grows_fn()',
    found: {
      sqlite: [
        'different animal.trigger.animal_grows.events: ["insert"], wanted ["update"]',
        'different animal.trigger.animal_grows.timing: "before", wanted "after"',
        'different animal.trigger.animal_grows.when: "new.legs > 3", wanted "new.legs > old.legs"',
      ],
      postgresql: [
        'different animal.trigger.animal_grows.events: ["insert"], wanted ["update"]',
        'different animal.trigger.animal_grows.timing: "before", wanted "after"',
        'different animal.trigger.animal_grows.when: "((new.legs > 3))", wanted "((new.legs > old.legs))"',
      ],
    },
  },
  'a trigger that does something else': {
    sqlite:
      'drop trigger animal_grows; create trigger animal_grows after update on animal for each row when new.legs > old.legs begin select 2; end',
    postgresql:
      'create or replace function animal_animal_grows_fn() returns trigger as $$ begin perform 2; return new; end; $$ language plpgsql',
    found: {
      sqlite: ['different animal.trigger.animal_grows.body: "begin select 2; end", wanted "begin select 1; end"'],
      postgresql: [
        'different animal.trigger.animal_grows.body: " begin perform 2; return new; end; ", wanted "begin perform 1; return new; end;"',
      ],
    },
  },
  'a trigger more': {
    sqlite: 'create trigger mine after delete on animal begin select 1; end',
    postgresql:
      'create trigger mine after delete on animal for each statement execute function suppress_redundant_updates_trigger()',
    found: ['extra animal.trigger.mine'],
  },
  'other comments': {
    postgresql: "comment on table animal is 'gone'; comment on column animal.note is null",
    found: [
      'different animal.column.note.comment: undefined, wanted "what is said of it"',
      'different animal.comment: "gone", wanted "those that live here"',
    ],
  },
  'a view in its place': {
    sqlite: 'drop table animal_friends; create view animal_friends as select 1 as animal_1_id, 2 as animal_2_id',
    postgresql: 'drop table animal_friends; create view animal_friends as select 1 as animal_1_id, 2 as animal_2_id',
    found: ['different animal_friends.kind: "view", wanted "table"'],
  },
};

interface Stage {
  readonly orm: MikroORM;
  readonly kind: DatabaseKind;
  /** Plants SQL, looks, and takes it back. */
  look(planted?: Plant['sqlite']): Promise<string[]>;
}

async function stageOf(kind: DatabaseKind, database: TestDatabase): Promise<Stage> {
  const orm = await database.orm(zoo(kind));
  await orm.schema.create();
  // As steps do: a table is rebuilt with foreign keys off.
  if (kind.dialect === 'sqlite') await orm.em.getConnection().execute('pragma foreign_keys = off');
  const editor = kind.dialect === 'sqlite' ? sqliteEditor : postgresqlEditor;
  return {
    orm,
    kind,
    async look(planted = '') {
      const em = orm.em.fork() as unknown as SqlEntityManager;
      await em.begin();
      try {
        if (typeof planted === 'string') for (const sql of statementsOf(planted)) await em.execute(sql);
        else await edit(em, planted);
        const sql = { execute: async (text: string) => (await em.execute<Row[]>(text)) ?? [] };
        const context = { guid: 'zoo', sql, editor, namespace: undefined, renamed: new WeakMap() };
        const found: Difference[] = [];
        const left: Difference[] = [];
        for (const meta of em.getMetadata().getAll().values()) {
          const wanted = wantedTable(context, em, meta);
          const differences = await differencesOf(await openTable(context, wanted));
          found.push(...differences);
          const changes = changesFor(wanted.table, differences.filter(isChange));
          if (changes.length > 0) await editor.change(editContext(context, wanted), wanted.name, changes);
          left.push(...(await differencesOf(await openTable(context, wanted))).filter(isChange));
        }
        expect(left).toEqual([]);
        return found.map(show).toSorted();
      } finally {
        await em.rollback();
      }
    },
  };
}

/** What changes of a table take back: a check without a name is found by no name, and an enum is a type of its own. */
function isChange({ path: [, part, name] }: Difference): boolean {
  const isNamed = part !== 'check' || name?.includes('(') === false;
  return ['column', 'primary key', 'foreign key', 'index', 'check'].includes(String(part)) && isNamed;
}

function show({ kind, path, live, wanted }: Difference): string {
  const values = kind === 'different' ? `: ${JSON.stringify(live)}, wanted ${JSON.stringify(wanted)}` : '';
  return `${kind} ${path.join('.')}${values}`;
}
/** Statements without parameters, cut where one ends and the next begins. */
function statementsOf(sql: string): string[] {
  return sql.split(/; (?=alter|create|drop|comment)/).filter(Boolean);
}

/** Makes tables anew, with what of their text is replaced. */
async function edit(em: SqlEntityManager, [from, to]: readonly [string, string]): Promise<void> {
  const objects = await em.execute<{ type: string; name: string; table: string; sql: string }[]>(
    `select type, name, tbl_name as "table", sql from sqlite_master where sql is not null order by type <> 'table', rowid`,
  );
  const edited = objects.find(({ type, sql }) => type === 'table' && sql.includes(from));
  if (!edited) throw new Error(`no table says ${from}: ${objects.map(({ sql }) => sql).join('; ')}`);
  await em.execute(`drop table ${edited.name}`);
  for (const { table, sql } of objects) if (table === edited.name) await em.execute(sql.replace(from, () => to));
}

describe.each([sqliteMemory, postgresql])('differences on $name', kind => {
  let database: TestDatabase;
  let stage: Stage;
  beforeAll(async () => {
    database = await kind.create();
    stage = await stageOf(kind, database);
  });
  afterAll(() => database.drop());

  test('a fresh database has none', async () => {
    expect(await stage.look()).toEqual([]);
  });

  const planted = Object.entries(plants).filter(([, plant]) => plant[kind.dialect] !== undefined);
  test.each(planted)('found: %s', async (_, plant) => {
    const found = Array.isArray(plant.found)
      ? (plant.found as readonly string[])
      : (plant.found as Record<string, readonly string[]>)[kind.dialect];
    expect(await stage.look(plant[kind.dialect])).toEqual(found);
  });
});
