import { describe, expect, test } from '@jest/globals';
import { p } from '@mikro-orm/core';
import { postgresqlEditor } from '../../../../lib/dialects/postgresql/editor.ts';
import { animals, onStage, type Stage } from '../stage.ts';

const rows = `insert into animal (name) values ('Leo'), ('Hua'), ('O''Hara')`;

const zoo = (more: () => Record<string, unknown> = () => ({})) =>
  animals(() => ({ name: p.string().length(20), ...more() }));

async function add(stage: Stage, name: string, fill?: string): Promise<void> {
  await stage.change([{ kind: 'add column', column: stage.column(name), fill }]);
}

/** The file that holds a table's rows: another one once they were written anew. */
async function fileOf(stage: Stage): Promise<unknown> {
  return (await stage.rows(`select pg_relation_filenode('animal') as file`))[0]?.file;
}

/** Makes an update of any row fail. */
const untouchable =
  `create function refuse() returns trigger language plpgsql as $$ begin raise 'a row was touched'; end $$; ` +
  `create trigger refuse before update on animal execute function refuse()`;

describe('what rows get', () => {
  test.each([
    ['null, where it may be null', () => p.integer().nullable(), undefined, [null, null, null]],
    ['the default', () => p.integer().default(4), undefined, [4, 4, 4]],
    ['the fill, not the default', () => p.integer().default(4), '2', [2, 2, 2]],
    ['a constant fill', () => p.integer(), '-2', [-2, -2, -2]],
    ['a fill that may be null', () => p.text().nullable(), `'it''s'`, [`it's`, `it's`, `it's`]],
    ['a fill from the old row', () => p.string(), `upper(name) || id`, ['LEO1', 'HUA2', `O'HARA3`]],
    [
      'a fill from another table',
      () => p.integer(),
      `(select count(*) from animal other where other.id <= animal.id)`,
      [1, 2, 3],
    ],
    ['a computed value', () => p.string().generated(`(name || '!') stored`), undefined, ['Leo!', 'Hua!', `O'Hara!`]],
    ['a number of its own', () => p.integer().autoincrement(), undefined, [1, 2, 3]],
    ['a number of its own, where another is given', () => p.integer().autoincrement(), 'id * 10', [10, 20, 30]],
  ] as const)('%s', async (_, property, fill, values) => {
    await onStage({ before: zoo(), after: zoo(() => ({ legs: property() })), rows }, async stage => {
      await add(stage, 'legs', fill);
      expect((await stage.rows('select legs from animal order by id')).map(row => row.legs)).toEqual(values);
      expect(await stage.portrait()).toEqual(await stage.freshPortrait());
    });
  });
});

test('a column that counts goes on behind the values it was filled with', async () => {
  const after = zoo(() => ({ number: p.integer().autoincrement() }));
  await onStage({ before: zoo(), after, rows }, async stage => {
    await add(stage, 'number', 'id * 10');
    expect(await stage.rows(`insert into animal (name) values ('Tony') returning number`)).toEqual([{ number: 31 }]);
  });
});

test.each([
  ['a constant default', undefined, () => p.string().default('x')],
  ['a constant fill', `'x'`, () => p.string()],
  ['a constant fill beside a default', ` E'a\\\\b'`, () => p.string().default('x')],
  ['null', undefined, () => p.string().nullable()],
])('%s rewrites no row and updates none', async (_, fill, property) => {
  const after = zoo(() => ({ note: property() }));
  await onStage({ before: zoo(), after, rows: `${rows}; ${untouchable}` }, async stage => {
    const file = await fileOf(stage);
    await add(stage, 'note', fill);
    expect(await fileOf(stage)).toBe(file);
  });
});

test('what is filled from the row is not taken for a constant', async () => {
  const after = zoo(() => ({ note: p.string() }));
  await onStage({ before: zoo(), after, rows: `${rows}; ${untouchable}` }, async stage => {
    await expect(add(stage, 'note', `'a' || name`)).rejects.toThrow('a row was touched');
  });
});

test('several columns in a row are one statement, and a computed one finds its neighbours', async () => {
  const after = zoo(() => ({
    legs: p.integer().default(4),
    full: p.string().generated(`(name || legs::text) stored`),
    tail: p.boolean().nullable(),
  }));
  await onStage({ before: zoo(), after, rows }, async stage => {
    const sent: string[] = [];
    const context = stage.context();
    await postgresqlEditor.change(
      { ...context, sql: { execute: sql => (sent.push(sql), stage.sql.execute(sql)) } },
      { name: 'animal', namespace: undefined },
      ['legs', 'full', 'tail'].map(name => ({ kind: 'add column', column: stage.column(name) })),
    );
    expect(sent.filter(sql => sql.startsWith('alter table'))).toHaveLength(1);
    expect(await stage.rows('select "full" from animal where id = 1')).toEqual([{ full: 'Leo4' }]);
  });
});

const defaults = [`it's`, '100 %', 'what?', '??', 'a\\b', '🦁', `"quoted"`, '$1 :name', '', `''`];

test.each(defaults)('a default is stored to the letter: %s', async text => {
  const after = zoo(() => ({ note: p.string().default(text) }));
  await onStage({ before: zoo(), after, rows }, async stage => {
    await add(stage, 'note');
    await stage.rows(`insert into animal (name) values ('new')`);
    expect(await stage.rows('select distinct note from animal')).toEqual([{ note: text }]);
    expect(await stage.portrait()).toEqual(await stage.freshPortrait());
  });
});

test('every kind of column is what a new installation has', async () => {
  const after = zoo(() => ({
    big: p.bigint().default('1'),
    born: p.datetime().defaultRaw('now()'),
    weight: p.decimal().precision(10).scale(2).default('1.5'),
    speed: p.double().nullable(),
    tags: p.array().default(['a', 'b']),
    data: p.json().nullable(),
    photo: p.blob().nullable(),
    tag: p.uuid().defaultRaw('gen_random_uuid()'),
    day: p.date().nullable(),
    hour: p.time().nullable(),
    german: p.string().collation('C').nullable(),
    told: p.string().comment(`it's told`).nullable(),
    counted: p.bigint().generated('by default as identity'),
  }));
  await onStage({ before: zoo(), after, rows }, async stage => {
    const added = stage
      .wanted()
      .getColumns()
      .filter(({ name }) => !['id', 'name'].includes(name));
    await stage.change(added.map(column => ({ kind: 'add column', column })));
    expect(
      await stage.rows('select count(distinct tag)::int as tags, max(counted)::int as counted from animal'),
    ).toEqual([{ tags: 3, counted: 3 }]);
    expect(await stage.portrait()).toEqual(await stage.freshPortrait());
  });
});
