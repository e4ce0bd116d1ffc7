import { describe, expect, test } from '@jest/globals';
import { defineEntity, type EntityProperty, p } from '@mikro-orm/core';
import { OperationError } from '../../../../lib/errors.ts';
import type { Change } from '../../../../lib/dialects/table-changes.ts';
import { postgresqlEditor } from '../../../../lib/dialects/postgresql/editor.ts';
import { animals, onStage, type Stage } from '../stage.ts';

type Properties = Record<string, EntityProperty>;
type Items = readonly string[];

const mood = (items: Items) => p.enum([...items]).nativeEnumName('mood');

/** Two tables that have moods: one, many, none, one by default, the only one of its kind. */
function zoo(items: Items, more: Record<string, unknown> = {}) {
  return () => [
    defineEntity({
      name: 'Animal',
      properties: {
        id: p.integer().primary(),
        mood: mood(items).default('sad'),
        moods: mood(items).array().default(['sad']),
        ...(more as Properties),
      },
      checks: [{ name: 'never_dull', expression: `mood <> 'sad' or id > 0` }],
      indexes: [
        { name: 'sad_ones', expression: `create index "sad_ones" on "animal" (id) where mood = 'sad'` },
        { properties: ['mood'] },
      ],
    }),
    defineEntity({
      name: 'Keeper',
      properties: {
        id: p.integer().primary(),
        mood: mood(items).nullable(),
        lastMood: mood(items).fieldName('Last Mood').nullable().unique(),
      },
    }),
  ];
}

/** Animals that refer to a feeling by its mood. */
function feelings(items: Items) {
  return () => {
    const Feeling = defineEntity({ name: 'Feeling', properties: { mood: mood(items).primary() } });
    return [Feeling, ...animals(() => ({ feels: () => p.manyToOne(Feeling) }))()];
  };
}

/** Animals that have but this. */
const of = (property: () => unknown) => animals(() => ({ mood: property() }));

const ITEMS = ['happy', 'sad'];
const rows =
  `insert into animal (mood, moods) values ('happy', '{happy,sad}'), ('sad', '{}'), (default, default); ` +
  `insert into keeper (mood, "Last Mood") values ('happy', 'sad'), (null, null)`;

const alterMood = (stage: Stage, using?: string): Change => ({
  kind: 'alter column',
  name: 'mood',
  column: stage.column('mood'),
  using,
});

test('a new item can be used at once, in every table, and all else is kept', async () => {
  await onStage({ before: zoo(ITEMS), after: zoo(['happy', `o'k, "so" \\ so 🦁`, 'sad']), rows }, async stage => {
    await stage.change([alterMood(stage)]);
    await stage.rows(`update animal set mood = 'o''k, "so" \\ so 🦁' where id = 1`);
    await stage.rows(`update keeper set mood = 'o''k, "so" \\ so 🦁'`);
    expect(await stage.rows('select mood, moods::text from animal order by id')).toEqual([
      { mood: `o'k, "so" \\ so 🦁`, moods: '{happy,sad}' },
      { mood: 'sad', moods: '{}' },
      { mood: 'sad', moods: '{sad}' },
    ]);
    expect(await stage.rows('select "Last Mood" as last from keeper order by id')).toEqual([
      { last: 'sad' },
      { last: null },
    ]);
    expect(await stage.portrait()).toEqual(await stage.freshPortrait());
  });
});

test('the second property of the same enum finds it as it is to be', async () => {
  await onStage({ before: zoo(ITEMS), after: zoo(['sad', 'happy', 'calm']), rows }, async stage => {
    await stage.change([alterMood(stage)]);
    expect(await stage.difference('mood', 'keeper')).toBeUndefined();
    await stage.change([alterMood(stage)]);
    expect(await stage.portrait()).toEqual(await stage.freshPortrait());
  });
});

test('an item that no row has goes', async () => {
  await onStage({ before: zoo(['happy', 'sad', 'dull']), after: zoo(ITEMS), rows }, async stage => {
    await stage.change([alterMood(stage)]);
    expect(await stage.portrait()).toEqual(await stage.freshPortrait());
  });
});

test('an item that a row has is told before', async () => {
  const after = animals(() => ({ mood: mood(['happy']), moods: mood(['happy']).array() }));
  await onStage({ before: zoo(ITEMS), after, rows }, async stage => {
    const count = async (name: string) => {
      const misfit = String(await stage.misfit(name));
      return (await stage.rows(`select count(*)::int as n from animal where ${misfit}`))[0]?.n;
    };
    expect([await count('mood'), await count('moods')]).toEqual([2, 2]);
    await expect(stage.change([alterMood(stage)])).rejects.toThrow('have another item');
  });
});

test('items get other names by an expression', async () => {
  const before = animals(() => ({ mood: mood(ITEMS).default('sad') }));
  const after = animals(() => ({ mood: mood(['glad', 'sad']).default('glad') }));
  await onStage({ before, after, rows: `insert into animal (mood) values ('happy'), ('sad')` }, async stage => {
    await stage.change([alterMood(stage, `case mood when 'happy' then 'glad' else mood::text end`)]);
    expect(await stage.rows('select mood from animal order by id')).toEqual([{ mood: 'glad' }, { mood: 'sad' }]);
    expect(await stage.portrait()).toEqual(await stage.freshPortrait());
  });
});

describe('to and from texts', () => {
  const some = `insert into animal (mood) values ('happy'), ('sad')`;

  test.each([
    ['text to enum', () => p.text().default('sad'), () => mood(ITEMS).default('sad')],
    ['enum to text', () => mood(ITEMS).default('sad'), () => p.text().default('sad')],
    ['enum to varchar', () => mood(ITEMS), () => p.string().length(10)],
    [
      'enum to another enum',
      () => mood(ITEMS),
      () =>
        p
          .enum([...ITEMS, 'calm'])
          .nativeEnumName('temper')
          .default('calm'),
    ],
  ])('%s', async (_, before, after) => {
    await onStage({ before: of(before), after: of(after), rows: some }, async stage => {
      await stage.change([alterMood(stage)]);
      expect(await stage.rows('select mood from animal order by id')).toEqual([{ mood: 'happy' }, { mood: 'sad' }]);
      // an enum that nothing is made of any more is gone
      expect(await stage.portrait()).toEqual(await stage.freshPortrait());
    });
  });

  test('texts to a list of them', async () => {
    const before = of(() => p.array());
    await onStage(
      { before, after: of(() => mood(ITEMS).array()), rows: `insert into animal (mood) values ('{happy,sad}')` },
      async stage => {
        await stage.change([alterMood(stage)]);
        expect(await stage.portrait()).toEqual(await stage.freshPortrait());
      },
    );
  });
});

describe('adding and dropping', () => {
  test('a column brings its enum along, and takes it with it', async () => {
    await onStage(
      {
        before: animals(),
        after: of(() => mood(ITEMS).default('sad')),
        rows: 'insert into animal default values',
      },
      async stage => {
        await stage.change([{ kind: 'add column', column: stage.column('mood') }]);
        expect(await stage.rows('select mood from animal')).toEqual([{ mood: 'sad' }]);
        await stage.change([{ kind: 'drop column', name: 'mood' }]);
        expect(await stage.rows(`select to_regtype('mood') as type`)).toEqual([{ type: null }]);
      },
    );
  });

  test('an enum that something else is made of stays', async () => {
    await onStage(
      { before: animals(() => ({ mood: mood(ITEMS), other: mood(ITEMS).array().nullable() })) },
      async stage => {
        await stage.change([{ kind: 'drop column', name: 'mood' }]);
        expect(await stage.rows(`select to_regtype('mood')::text as type`)).toEqual([{ type: 'mood' }]);
      },
    );
  });

  test('a column with a new item gives it to the others of its enum', async () => {
    const more = [...ITEMS, 'calm'];
    const after = animals(() => ({ mood: mood(more), now: mood(more).default('calm') }));
    await onStage(
      { before: of(() => mood(ITEMS)), after, rows: `insert into animal (mood) values ('sad')` },
      async stage => {
        await stage.change([{ kind: 'add column', column: stage.column('now') }]);
        expect(await stage.rows('select mood, now from animal')).toEqual([{ mood: 'sad', now: 'calm' }]);
        expect(await stage.portrait()).toEqual(await stage.freshPortrait());
      },
    );
  });

  test('a table takes its enums with it', async () => {
    await onStage({ before: of(() => mood(ITEMS)) }, async stage => {
      await postgresqlEditor.drop(stage.sql, await stage.read());
      expect(await stage.rows(`select to_regtype('mood') as type`)).toEqual([{ type: null }]);
    });
  });
});

test('an enum keeps its comment, its owner and who may use it', async () => {
  const role = 'dejavu_enum_reader';
  const given =
    `create role ${role}; comment on type mood is 'it''s a mood'; revoke usage on type mood from public; ` +
    `grant usage on type mood to ${role} with grant option`;
  await onStage({ before: zoo(ITEMS), after: zoo(['calm', ...ITEMS]), rows }, async stage => {
    // within the transaction, so that the role is gone with it
    for (const statement of given.split('; ')) await stage.rows(statement);
    const facts = `select obj_description(oid, 'pg_type') as comment, typacl::text as acl, typowner from pg_type where typname = 'mood'`;
    const before = await stage.rows(facts);
    await stage.change([alterMood(stage)]);
    expect(await stage.rows(facts)).toEqual(before);
  });
});

test('foreign keys over enums are kept', async () => {
  const some = `insert into feeling (mood) values ('sad'); insert into animal (feels_mood) values ('sad')`;
  await onStage({ before: feelings(ITEMS), after: feelings([...ITEMS, 'calm']), rows: some }, async stage => {
    await stage.change([{ kind: 'alter column', name: 'mood', column: stage.column('mood', 'feeling') }], 'feeling');
    expect(await stage.portrait()).toEqual(await stage.freshPortrait());
  });
});

const MADE_OF_IT = [
  ['a view of the enum', 'create view v as select mood from keeper', 'view v uses it'],
  [
    'a view that reads one as a text',
    `create view v as select id from keeper where mood::text = 'sad'`,
    'view v uses it',
  ],
  ['a materialized view', 'create materialized view v as select moods from animal', 'materialized view v uses it'],
  ['a function', `create function f(mood) returns int language sql as 'select 1'`, 'function f(mood) uses it'],
  [
    'a domain and a type',
    `create domain d as mood; create type pair as (one mood)`,
    'column one of composite type pair, type d use it',
  ],
];

test.each(MADE_OF_IT)(
  '%s is named, and nothing was changed, where items have another order',
  async (_, made, message) => {
    await onStage({ before: zoo(ITEMS), after: zoo(ITEMS.toReversed()), rows: `${rows}; ${made}` }, async stage => {
      const failing = stage.change([alterMood(stage)]);
      await expect(failing).rejects.toThrow(OperationError);
      await expect(failing).rejects.toThrow(
        `the items of the enum mood cannot change: ${message}. Drop ${message.endsWith('uses it') ? 'that first, and create it' : 'those first, and create them'} again afterwards.`,
      );
      expect((await stage.rows(`select enum_range(null::mood)::text as items`))[0]).toEqual({ items: '{happy,sad}' });
    });
  },
);

test.each(MADE_OF_IT)('%s stays while items are added in front, between and behind', async (_, made) => {
  const more = ['calm', 'happy', 'glum', 'sullen', 'sad', 'wild'];
  await onStage({ before: zoo(ITEMS), after: zoo(more), rows: `${rows}; ${made}` }, async stage => {
    await stage.change([alterMood(stage)]);
    expect(
      await stage.rows(
        `select array_agg(enumlabel::text order by enumsortorder) as items from pg_enum where enumtypid = 'mood'::regtype`,
      ),
    ).toEqual([{ items: more }]);
    expect(await stage.difference('mood')).toBeUndefined();
  });
});

test('a view stands in the way of an item that is needed at once', async () => {
  const sullen = of(() => mood([...ITEMS, 'sullen']).default('sullen'));
  const made = 'create view v as select mood from animal';
  await onStage({ before: of(() => mood(ITEMS)), after: sullen, rows: made }, async stage => {
    await expect(stage.change([alterMood(stage)])).rejects.toThrow('view v uses it');
  });
});

test('rows of another column or table that hold an item which goes are counted', async () => {
  for (const [insert, held] of [
    [`insert into keeper (mood) values ('happy'), ('sad')`, '1 row of public.keeper."mood" has another item'],
    [
      `insert into animal (mood, moods) values ('sad', '{happy}'), ('sad', '{sad,happy}')`,
      '2 rows of public.animal."moods" have another item',
    ],
  ] as const) {
    await onStage({ before: zoo(ITEMS), after: zoo(['sad']), rows: insert }, async stage => {
      await expect(stage.change([alterMood(stage)])).rejects.toThrow(held);
    });
  }
});

test('a default that goes with its item is that of the entity, and one of another table is named', async () => {
  const beasts = (items: Items, other: string) =>
    animals(() => ({ mood: mood(items).nullable(), other: mood(items).default(other) }));
  await onStage({ before: beasts(ITEMS, 'happy'), after: beasts(['sad'], 'sad') }, async stage => {
    await stage.change([alterMood(stage)]);
    expect(await stage.difference('other')).toBeUndefined();
  });
  const keepers = (items: Items) => () => [
    ...animals(() => ({ mood: mood(items).nullable() }))(),
    defineEntity({
      name: 'Keeper',
      properties: { id: p.integer().primary(), mood: mood(items).default(String(items[0])) },
    }),
  ];
  await onStage({ before: keepers(ITEMS), after: keepers(['sad']) }, async stage => {
    await expect(stage.change([alterMood(stage)])).rejects.toThrow('is the default of public.keeper."mood"');
  });
});

test('checks, indexes and foreign keys keep their comments', async () => {
  const comments =
    `comment on index sad_ones is 'those that are sad'; comment on constraint never_dull on animal is 'it''s so'; ` +
    `comment on constraint "keeper_Last Mood_unique" on keeper is 'one each'`;
  await onStage({ before: zoo(ITEMS), after: zoo(['calm', ...ITEMS]), rows: `${rows}; ${comments}` }, async stage => {
    const said = () =>
      stage.rows(
        `select objoid::regclass::text as what, description from pg_description where classoid = 'pg_class'::regclass and objoid = 'sad_ones'::regclass union all select conname, description from pg_description join pg_constraint c on c.oid = objoid where classoid = 'pg_constraint'::regclass and conrelid in ('animal'::regclass, 'keeper'::regclass) order by 1`,
      );
    const before = await said();
    expect(before).toHaveLength(3);
    await stage.change([alterMood(stage)]);
    expect(await said()).toEqual(before);
  });
});
