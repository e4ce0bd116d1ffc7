import { describe, expect, test } from '@jest/globals';
import { defineEntity, p } from '@mikro-orm/core';
import type { Step } from '../../../../lib/index.ts';
import { sqliteMemory, type TestDatabase } from '../../../support/databases.ts';
import { schemaClass } from '../../../support/schemas.ts';

const Animal = () => [defineEntity({ name: 'Animal', properties: { id: p.integer().primary() } })];

/** Tables that no entity knows, with an orphan of each kind: of a table with rowids, and of one without. */
const FAMILY = `
  pragma foreign_keys = off;
  create table parent (id integer primary key, code text, "the code" text);
  create table child (id integer primary key, a integer references parent, b integer references parent, note text);
  create table link (a integer, b integer, primary key (b), foreign key (a) references parent (id)) without rowid;
  insert into parent (id, code) values (1, 'x'), (2, 'y');
  insert into child (id, a, b) values (1, 1, 1), (2, 98, 2), (3, 1, 1);
  insert into link (a, b) values (1, 1), (97, 2);
`;

/** Key that nothing makes unique: every write of a child fails once foreign keys are on, and so does every check. */
const MISMATCH = `
  create table stranger (id integer primary key, code text references parent (code), a integer references parent);
  insert into stranger (id, code, a) values (1, 'x', 1), (2, 'nowhere', 96);
`;

/** Runs one step over the family; answers how it ended. */
async function attempt(database: TestDatabase, sql: string, tables = FAMILY): Promise<unknown> {
  await new (schemaClass({ latest: 1 }))(await database.orm(Animal())).upgrade();
  await database.execute(tables);
  const upgradeTo_2 = async (step: Step) => {
    for (const statement of sql.split(';').filter(part => part.trim() !== '')) await step.execute(statement);
  };
  const zoo = new (schemaClass({ latest: 2, upgradeTo_2 }))(await database.orm(Animal()));
  return zoo.upgrade().catch((error: unknown) => (error as Error).message);
}

const UPGRADED = { from: 1, to: 2, outcome: 'upgraded' };

describe('an orphan that was there before', () => {
  test.each([
    ['is none of the step', `update child set note = 'seen'`],
    ['stays one under another name of its table', 'alter table child rename to kid'],
    ['stays one under another name of its column', 'alter table child rename column a to mother'],
    ['stays one when its parents are renamed', 'alter table parent rename to elder'],
    ['may be healed', 'update child set a = 1; update link set a = 1'],
    ['may go', 'delete from child where id = 2; delete from link where b = 2'],
    ['may be healed while another row is as it was', 'update child set a = 2 where id = 2'],
  ])('%s', async (_, sql) => {
    await using database = await sqliteMemory.create();
    expect(await attempt(database, sql)).toMatchObject(UPGRADED);
  });

  test.each([
    ['the same row refers to another that is not there', 'update child set a = 99 where id = 2', 'child row 2'],
    ['the same row has a second one', 'update child set b = 98 where id = 2', 'child row 2'],
    ['the same row has it in another column', 'update child set a = 1, b = 98 where id = 2', 'child row 2'],
    [
      'another row takes its number',
      'delete from child where id = 2; insert into child (id, a) values (2, 99)',
      'child row 2',
    ],
    ['a row without a number refers to another', 'update link set a = 99 where b = 2', 'link'],
    ['a row without a number comes', 'insert into link (a, b) values (97, 3)', 'link'],
  ])('does not hide a new one: %s', async (_, sql, row) => {
    await using database = await sqliteMemory.create();
    expect(await attempt(database, sql)).toContain(`${row} refers to a missing row of parent`);
  });
});

describe('a foreign key whose parent has no such key', () => {
  test.each([
    ['is no reason to fail if it was there before', `update stranger set code = 'y' where id = 1`],
    ['is known under another name', 'alter table stranger rename to foreigner'],
    ['may be healed', 'create unique index parent_code on parent (code)'],
  ])('%s', async (_, sql) => {
    await using database = await sqliteMemory.create();
    expect(await attempt(database, sql, FAMILY + MISMATCH)).toMatchObject(UPGRADED);
  });

  test('does not hide a new orphan of another foreign key of its table', async () => {
    await using database = await sqliteMemory.create();
    const told = await attempt(database, 'update stranger set a = 95 where id = 1', FAMILY + MISMATCH);
    expect(told).toContain('stranger row 1 refers to a missing row of parent');
  });

  test.each([
    ['in a database without orphans', 'update child set a = 1; update link set a = 1;'],
    ['in one with some', ''],
  ])('fails the step that makes it, %s', async (_, heal) => {
    await using database = await sqliteMemory.create();
    const made = 'create table late (id integer primary key, code text references parent (code))';
    expect(await attempt(database, made, FAMILY + heal)).toContain(
      'the foreign key late (code) refers to columns of parent that are neither its primary key nor unique',
    );
  });
});
