import { describe, expect, test } from '@jest/globals';
import { defineEntity, p } from '@mikro-orm/core';
import type { Change } from '../../../lib/dialects/table-changes.ts';
import { postgresqlEditor } from '../../../lib/dialects/postgresql/editor.ts';
import { animals, found, onStage, type Play } from './stage.ts';

interface Names {
  readonly table?: string;
  readonly species?: string;
  readonly zoo?: string;
  readonly data?: string;
  readonly number?: string;
}

/** A table in which everything is named after it and its columns that MikroORM names so. */
function zoo({
  table = 'animal',
  species = 'species',
  zoo: zooId = 'zoo_id',
  data = 'data',
  number = 'number',
}: Names = {}) {
  return () => {
    const Zoo = defineEntity({ name: 'Zoo', properties: { id: p.integer().primary() } });
    const Animal = defineEntity({
      name: 'Animal',
      tableName: table,
      properties: {
        id: p.integer().primary(),
        species: p.string().fieldName(species).unique(),
        diet: p.enum(['meat', 'grass']).fieldName(`${species}_diet`).nullable(),
        data: p.json().fieldName(data).nullable(),
        number: p.integer().autoincrement().fieldName(number),
        other: p.integer().fieldName('other').nullable().index('by_hand'),
        zoo: () => p.manyToOne(Zoo).fieldName(zooId).nullable().deleteRule('cascade').index(),
      },
      indexes: [
        { properties: ['species', 'number'] },
        { properties: ['number'], where: { number: { $gt: 5 } } },
        { properties: 'data.size' as 'data' },
        { properties: ['species'], name: 'own_name' },
      ],
      checks: [
        { property: 'number', expression: `"${number}" > 0` },
        { expression: `"${number}" < 1000` },
        // Named after a property that it says nothing about.
        { property: 'species', expression: `"${number}" < 2000` },
      ],
    });
    const Keeper = defineEntity({
      name: 'Keeper',
      properties: { id: p.integer().primary(), animal: () => p.manyToOne(Animal) },
    });
    return [Zoo, Animal, Keeper];
  };
}

const rowsFor = (namespace = 'public') =>
  `insert into "${namespace}".zoo default values; ` +
  `insert into "${namespace}".animal (species, data, zoo_id) values ('lion', '{"size": 2}', 1), ('bear', null, null); ` +
  `insert into "${namespace}".keeper (animal_id) values (1)`;

const rows = rowsFor();

const rename = (from: string, to: string): Change => ({ kind: 'rename column', from, to });

describe('what was named after a column follows it', () => {
  test.each([
    ['unique constraint and indexes', { species: 'family' }, ['species']],
    ['foreign key and its index', { zoo: 'home_id' }, ['zoo_id']],
    ['an index into JSON', { data: 'facts' }, ['data']],
    ['sequence, check and partial index', { number: 'no' }, ['number']],
    ['names that need quoting', { species: 'Fa"mi ly', number: 'Order' }, ['species', 'number']],
    [
      'everything at once',
      { species: 'family', zoo: 'home_id', data: 'facts', number: 'no' },
      ['species', 'zoo_id', 'data', 'number'],
    ],
    ['names that are cut', { species: 'f'.repeat(58), number: `${'n'.repeat(50)}é` }, ['species', 'number']],
  ] as const)('%s', async (_, names: Names, columns) => {
    await onStage({ before: zoo(), after: zoo(names), rows }, async stage => {
      const target = { species: names.species, zoo_id: names.zoo, data: names.data, number: names.number };
      const changes = columns.map(column => rename(column, String(target[column])));
      if (names.species) changes.push(rename('species_diet', `${names.species}_diet`));
      // one by one, as operations do
      for (const change of changes) await stage.change([change]);
      expect(await stage.rows('select count(*)::int as n from animal')).toEqual([{ n: 2 }]);
      expect(await stage.portrait()).toEqual(await stage.freshPortrait());
    });
  });
});

test('two columns swap their names', async () => {
  const before = zoo();
  const after = zoo({ species: 'data', data: 'species' });
  await onStage({ before, after, rows }, async stage => {
    await stage.change([
      rename('species', 'aside'),
      rename('data', 'species'),
      rename('aside', 'data'),
      rename('species_diet', 'data_diet'),
    ]);
    expect(await stage.rows('select data from animal order by id')).toEqual([{ data: 'lion' }, { data: 'bear' }]);
    expect(await stage.portrait()).toEqual(await stage.freshPortrait());
  });
});

test('what has a name of its own keeps it, and no index is built again', async () => {
  const made = `${rows}; create index species_of_the_dba on animal (species); alter table animal add constraint species_is_there check (species <> '')`;
  await onStage({ before: zoo(), after: zoo({ species: 'family' }), rows: made }, async stage => {
    const files = `select array_agg(relfilenode order by relfilenode) as files from pg_class where relkind = 'i' and relnamespace = 'public'::regnamespace`;
    const before = await stage.rows(files);
    await stage.change([rename('species', 'family')]);
    const { indexes, checks } = await stage.read();
    expect(indexes.map(({ name }) => name)).toContain('species_of_the_dba');
    expect(indexes.map(({ name }) => name)).toContain('own_name');
    expect(checks.map(({ name }) => name)).toContain('species_is_there');
    expect(await stage.rows(files)).toEqual(before);
  });
});

test('an index that is dropped and added under the name it has followed to is left as it is', async () => {
  await onStage({ before: zoo(), after: zoo({ species: 'family' }), rows }, async stage => {
    const node = `select 'animal_family_number_index'::regclass::oid as oid`;
    const [before] = await stage.rows(`select 'animal_species_number_index'::regclass::oid as oid`);
    const index = found(stage.wanted().getIndex('animal_family_number_index'));
    await stage.change([
      rename('species', 'family'),
      { kind: 'drop index', name: 'animal_species_number_index' },
      { kind: 'add index', index },
    ]);
    expect(await stage.rows(node)).toEqual([before]);

    await stage.change([rename('family', 'species')]);
    await stage.change([
      rename('species', 'family'),
      { kind: 'drop index', name: 'animal_species_number_index' },
      { kind: 'add index', index: { ...index, columnNames: ['number', 'family'] } },
    ]);
    expect((await stage.read()).indexes.find(({ name }) => name === index.keyName)?.columns).toEqual([
      'number',
      'family',
    ]);
  });
});

test('an index over several columns that get other names follows each of them', async () => {
  const address = (city: string, zip: string) =>
    animals(() => ({ city: p.string().fieldName(city), zip: p.string().fieldName(zip) }), {
      indexes: [{ properties: ['city', 'zip'] }],
    });
  await onStage({ before: address('home_city', 'home_zip'), after: address('den_city', 'den_zip') }, async stage => {
    await stage.change([
      rename('home_city', 'den_city'),
      rename('home_zip', 'den_zip'),
      { kind: 'drop index', name: 'animal_home_city_home_zip_index' },
      { kind: 'add index', index: stage.index() },
    ]);
    expect(await stage.portrait()).toEqual(await stage.freshPortrait());
  });
});

test('a check that is dropped and added under the name it has followed to says what it is to say', async () => {
  const before = animals(() => ({ diet: p.enum(['meat', 'grass']) }));
  const after = animals(() => ({ food: p.enum(['meat', 'grass', 'fish']) }));
  await onStage({ before, after, rows: `insert into animal (diet) values ('meat')` }, async stage => {
    await stage.change([
      rename('diet', 'food'),
      { kind: 'drop check', name: 'animal_diet_check' },
      { kind: 'add check', check: stage.check() },
    ]);
    await stage.rows(`insert into animal (food) values ('fish')`);
    expect(await stage.portrait()).toEqual(await stage.freshPortrait());
  });
});

describe('a table is renamed', () => {
  const long = 'a'.repeat(58);
  test.each([
    ['simply', 'beast', undefined],
    ['to what needs quoting', 'Or"der by', undefined],
    ['to a reserved word', 'select', undefined],
    ['to a name that makes others too long', long, undefined],
    ['in a namespace', 'beast', 'My Zoo'],
  ])('%s', async (_, table, namespace) => {
    const play: Play = {
      before: zoo(),
      after: zoo({ table }),
      rows: rowsFor(namespace),
      ...(namespace ? { namespace } : {}),
    };
    await onStage(play, async stage => {
      await postgresqlEditor.rename(stage.context(table), { name: 'animal', namespace }, { name: table, namespace });
      expect(await stage.portrait()).toEqual(await stage.freshPortrait());
    });
  });

  test('with triggers and policies, whose functions and names follow', async () => {
    const guarded = {
      triggers: [{ name: 'touch', timing: 'before', events: ['update'], body: 'return new' }],
      policies: [{ command: 'select', using: 'legs > 0' }],
    };
    const legs = () => ({ legs: p.integer() });
    const after = animals(legs, { ...guarded, tableName: 'beast' });
    await onStage({ before: animals(legs, guarded), after }, async stage => {
      await postgresqlEditor.rename(
        stage.context('beast'),
        { name: 'animal', namespace: undefined },
        { name: 'beast', namespace: undefined },
      );
      expect(
        await stage.rows(`select tgfoid::regproc::text as function from pg_trigger where tgrelid = 'beast'::regclass`),
      ).toEqual([{ function: 'beast_touch_fn' }]);
      expect(await stage.rows(`select polname from pg_policy`)).toEqual([{ polname: 'beast_select_policy' }]);
    });
  });

  test.each([
    ['that is there', 'create schema wild'],
    ['that is created', 'select 1'],
  ])('into another namespace %s, and out of it', async (_, prepare) => {
    await onStage({ before: zoo(), after: zoo({ table: 'beast' }), rows: `${rows}; ${prepare}` }, async stage => {
      await postgresqlEditor.rename(
        stage.context('beast'),
        { name: 'animal', namespace: undefined },
        { name: 'beast', namespace: 'wild' },
      );
      expect(await stage.rows('select species from wild.beast order by id')).toEqual([
        { species: 'lion' },
        { species: 'bear' },
      ]);
      expect(await stage.rows(`select pg_get_serial_sequence('wild.beast', 'id') as sequence`)).toEqual([
        { sequence: 'wild.beast_id_seq' },
      ]);
      await postgresqlEditor.rename(
        stage.context('beast'),
        { name: 'beast', namespace: 'wild' },
        { name: 'beast', namespace: undefined },
      );
      expect(await stage.portrait()).toEqual(await stage.freshPortrait());
    });
  });

  test('a view, which has no names to follow', async () => {
    await onStage({ before: zoo(), rows: 'create view tall as select id from animal' }, async stage => {
      await postgresqlEditor.rename(
        stage.context(),
        { name: 'tall', namespace: undefined },
        { name: 'taller', namespace: undefined },
      );
      expect((await stage.read('taller')).kind).toBe('view');
    });
  });

  test('before its columns are, and by the names it is to have', async () => {
    await onStage({ before: zoo(), after: zoo({ table: 'beast', species: 'family' }), rows }, async stage => {
      await stage.change([rename('species', 'family')], 'animal', 'beast');
      await postgresqlEditor.rename(
        stage.context('beast'),
        { name: 'animal', namespace: undefined },
        { name: 'beast', namespace: undefined },
      );
      await stage.change([rename('species_diet', 'family_diet')], 'beast');
      expect(await stage.portrait()).toEqual(await stage.freshPortrait());
    });
  });
});

describe('a trigger that has a column among its arguments', () => {
  const articles = (title: string) =>
    animals(() => ({ title: p.string().fieldName(title), tsv: p.string().columnType('tsvector').nullable() }));
  const lookup = `create trigger looks before insert or update on animal for each row execute function tsvector_update_trigger(`;
  const texts = `${lookup}'tsv', 'pg_catalog.english', 'the title')`;
  const own = `create function f() returns trigger language plpgsql as $$ begin return new; end $$; create trigger own after insert on animal for each row execute function f('x', 'the title')`;

  test('follows a rename where PostgreSQL itself looks for columns, disabled and explained as it was', async () => {
    const made = `${texts}; comment on trigger looks on animal is 'it''s searched'`;
    await onStage({ before: articles('the title'), after: articles(`it's`), rows: made }, async stage => {
      const facts = `select tgenabled, obj_description(oid, 'pg_trigger') as comment from pg_trigger where tgname = 'looks'`;
      await stage.change([rename('the title', `it's`)]);
      await stage.rows(`insert into animal (id, "it's") values (1, 'A cat')`);
      expect(await stage.rows('select tsv::text as tsv from animal')).toEqual([{ tsv: `'cat':2` }]);
      expect(await stage.rows(facts)).toEqual([{ tgenabled: 'O', comment: `it's searched` }]);
      await stage.rows('alter table animal enable always trigger looks');
      await stage.change([rename(`it's`, 'title')]);
      expect(await stage.rows(facts)).toEqual([{ tgenabled: 'A', comment: `it's searched` }]);
    });
  });

  test('is named where nobody knows what its function makes of them', async () => {
    await onStage({ before: articles('the title'), after: articles('title'), rows: own }, async stage => {
      await expect(stage.change([rename('the title', 'title')])).rejects.toThrow(
        `the trigger own of "public"."animal" has the argument 'the title'`,
      );
    });
  });

  test('keeps a column from being dropped', async () => {
    const made = `${texts}; ${own}`;
    await onStage({ before: articles('the title'), rows: made }, async stage => {
      await expect(stage.change([{ kind: 'drop column', name: 'the title' }])).rejects.toThrow(
        'animal.the title cannot be dropped: trigger looks on table animal, trigger own on table animal use it',
      );
    });
  });

  test('is left alone where another column is meant', async () => {
    await onStage(
      { before: animals(() => ({ titl: p.string() })), after: animals(() => ({ name: p.string() })), rows: own },
      async stage => {
        await stage.change([rename('titl', 'name'), { kind: 'drop column', name: 'name' }]);
        expect((await stage.read()).columns.map(column => column.name)).toEqual(['id']);
      },
    );
  });
});
