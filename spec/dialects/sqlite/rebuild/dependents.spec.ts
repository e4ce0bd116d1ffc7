import { describe, expect, test } from '@jest/globals';
import { defineEntity, p } from '@mikro-orm/core';
import { sqliteEditor } from '../../../../lib/dialects/sqlite/editor.ts';
import type { Change } from '../../../../lib/dialects/table-changes.ts';
import { onStage, type Stage } from '../stage.ts';

const zoo = () => [
  defineEntity({ name: 'Owner', properties: { id: p.integer().primary(), name: p.string() } }),
  defineEntity({
    name: 'Animal',
    properties: {
      id: p.integer().primary(),
      name: p.string().nullable(),
      notes: p.string().nullable(),
      legs: p.integer(),
    },
  }),
];
const main = (name: string) => ({ name, namespace: undefined });
const rows = `insert into animal (id, name, notes, legs) values (1, 'Leo', 'roars', 4)`;

const drop = async ({ sql, read }: Stage, ...together: string[]) =>
  sqliteEditor.drop(sql, await read(), together.map(main));

/** What is there, but for what SQLite itself needs. */
const objects = ({ rows: select }: Stage) =>
  select(`select type, name, sql from sqlite_master where name not like 'sqlite%' order by 1, 2`);

async function refused(stage: Stage, work: () => Promise<void>): Promise<string> {
  const before = await objects(stage);
  const message = await work().then(
    () => 'was not refused',
    ({ message: text }: Error) => text,
  );
  expect(await objects(stage)).toEqual(before);
  return message;
}

const INDEXED = `create virtual table found using fts5(name, "notes" unindexed, content = 'animal', content_rowid=id, tokenize = 'porter ascii')`;

describe('a table is not dropped from under', () => {
  test.each([
    ['a view', 'create view loud as select upper(name) from Animal', 'view "loud"'],
    [
      'a view of a view',
      'create view loud as select 1 from animal; create view louder as select * from loud',
      'view "loud", view "louder"',
    ],
    [
      'a trigger of another table',
      'create trigger also after insert on owner begin insert into animal (legs) values (4); end',
      'trigger "also"',
    ],
    [
      'a trigger that reads it',
      `create trigger few before delete on owner when (select count(*) from "ANIMAL") > 1 begin select raise(abort, 'no'); end`,
      'trigger "few"',
    ],
    [
      'a foreign key',
      'create table toy (id integer primary key, animal_id integer references ANIMAL (id))',
      'a foreign key of "toy"',
    ],
    ['an index over its rows', INDEXED, 'virtual table "found"'],
    [
      'a temporary trigger',
      'create temp trigger also after insert on owner begin delete from animal; end',
      'trigger "also"',
    ],
  ])('%s', async (_, made, named) => {
    await onStage({ before: zoo, rows: `${rows}; ${made}` }, async stage => {
      expect(await refused(stage, () => drop(stage))).toBe(
        `animal: cannot be dropped, because it is used by ${named}. Drop that first, or in the same dropStorage()`,
      );
    });
  });

  test.each([
    ['its own triggers', 'create trigger own after insert on animal begin update animal set legs = 4; end'],
    ['a foreign key to itself', 'create table other (id integer primary key)'],
    ['a view with a column of that name', 'create view pets as select name as animal from owner'],
    ['a view that is broken already', 'create view broken as select animal from nowhere'],
    ['an index of its own rows', 'create virtual table found using fts5(animal)'],
  ])('but %s keep nothing', async (_, made) => {
    await onStage({ before: zoo, rows: `${rows}; ${made}` }, async stage => {
      await drop(stage);
      expect(await stage.rows(`select 1 from sqlite_master where name = 'animal'`)).toEqual([]);
    });
  });

  test('unless that goes too', async () => {
    const toy = 'create table toy (id integer primary key, animal_id integer references animal)';
    await onStage({ before: zoo, rows: toy }, async stage => {
      await drop(stage, 'TOY');
      expect(await stage.rows(`select 1 from sqlite_master where name = 'animal'`)).toEqual([]);
    });
  });

  test('and a view is not dropped from under a view', async () => {
    const views =
      'create view loud as select upper(name) as name from animal; create view louder as select * from loud';
    await onStage({ before: zoo, rows: views }, async stage => {
      const live = await stage.read('loud');
      expect(await refused(stage, () => sqliteEditor.drop(stage.sql, live))).toContain('view "louder"');
    });
  });
});

describe('an index over the rows of a table', () => {
  const change =
    (...changes: Change[]) =>
    async (stage: Stage) =>
      stage.change(...changes);
  const column = (stage: Stage) => ({ ...stage.column('legs'), name: 'tail' });
  test.each<[string, (stage: Stage) => Promise<void>]>([
    ['the table is renamed', ({ context }) => sqliteEditor.rename(context(), main('animal'), main('beast'))],
    ['a column of it is renamed', change({ kind: 'rename column', from: 'name', to: 'title' })],
    ['one that it only keeps is', change({ kind: 'rename column', from: 'notes', to: 'story' })],
    ['the column is renamed by which it finds rows', change({ kind: 'rename column', from: 'id', to: 'number' })],
    ['a column of it is dropped', change({ kind: 'drop column', name: 'NAME' })],
    [
      'one is renamed in a rebuild',
      stage =>
        stage.change(
          { kind: 'rename column', from: 'name', to: 'title' },
          { kind: 'add column', column: column(stage), fill: '1' },
        ),
    ],
  ])('is named when %s', async (_, work) => {
    await onStage({ before: zoo, rows: `${rows}; ${INDEXED}` }, async stage => {
      expect(await refused(stage, () => work(stage))).toMatch(/^animal: .*virtual table "found"/);
    });
  });

  test('goes on where others of its columns change', async () => {
    await onStage(
      { before: zoo, rows: `${rows}; ${INDEXED}; insert into found (found) values ('rebuild')` },
      async stage => {
        await stage.change({ kind: 'rename column', from: 'legs', to: 'feet' });
        await stage.change({
          kind: 'alter column',
          name: 'name',
          column: { ...stage.column('name'), nullable: false },
        });
        expect(await stage.rows(`select name, notes from found where found match 'leo'`)).toEqual([
          { name: 'Leo', notes: 'roars' },
        ]);
      },
    );
  });

  test('of another table or of none is no hindrance', async () => {
    const others = `create virtual table a using fts5(name, content='owner'); create virtual table b using fts5(name, content='')`;
    await onStage({ before: zoo, rows: others }, async stage => {
      await sqliteEditor.rename(stage.context(), main('animal'), main('beast'));
      expect(await stage.rows(`select 1 as "there" from sqlite_master where name = 'beast'`)).toEqual([{ there: 1 }]);
    });
  });
});
