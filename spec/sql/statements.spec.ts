import { describe, expect, test } from '@jest/globals';
import {
  inOneScript,
  answersRows,
  beginsOrEnds,
  destroys,
  dropsColumnOf,
  namespaceIn,
  savepointGoneBackTo,
  savepointSet,
  statementKind,
  wordsIn,
  writesRows,
  withoutSemicolon,
} from '../../lib/sql/statements.ts';

describe('a statement', () => {
  test.each([
    ['select 1', 'read'],
    ['  -- why\n select 1', 'read'],
    ['/* why */ values (1)', 'read'],
    ["select setval('s', 1)", 'change'],
    ['with a as (select 1) select * from a', 'read'],
    ['with a as (delete from b returning *) select * from a', 'change'],
    ['pragma table_info(a)', 'read'],
    ['insert into a values (1)', 'change'],
    ['do $$ begin end $$', 'change'],
    ['savepoint a', 'control'],
    ['release savepoint a', 'control'],
    ['rollback to a', 'control'],
    ['set constraints all immediate', 'control'],
  ])('%s is a %s', (sql, kind) => {
    expect(statementKind(sql)).toBe(kind);
  });

  test.each([
    ['savepoint one', 'one', undefined],
    ['rollback to savepoint one', undefined, 'one'],
    ['ROLLBACK TO one', undefined, 'one'],
    ['release one', undefined, undefined],
    ['/* why */ savepoint one', 'one', undefined],
    ['-- why\nrollback work to one;', undefined, 'one'],
  ])('%s is understood', (sql, marks, takesBack) => {
    expect([savepointSet(sql), savepointGoneBackTo(sql)]).toEqual([marks, takesBack]);
  });

  test.each([
    ['drop table a', true],
    ['alter table a drop column b', true],
    ['alter table a drop b', true],
    ['truncate a', true],
    ['delete from a', true],
    ['alter table a drop constraint b', false],
    ['alter table a alter column b drop default', false],
    ['drop index a', false],
    ['update a set b = 1', false],
  ])('%s destroys something: %s', (sql, expected) => {
    expect(destroys(sql)).toBe(expected);
  });

  test('comments before it are over where they end', () => {
    expect(beginsOrEnds(`/* a */ select '*/ commit'`)).toBe(false);
    expect(beginsOrEnds('/* a **/ /**/ ; -- b\n commit')).toBe(true);
    expect(beginsOrEnds(`${'/* a */ '.repeat(50)} select 1`)).toBe(false);
    expect(statementKind('-- insert\n with a as (select 1) select * from a')).toBe('read');
  });

  test.each([
    ['alter table animal drop column legs', 'animal'],
    ['ALTER TABLE main."we ird" DROP COLUMN "legs"', 'we ird'],
    ['alter table animal drop constraint legs', undefined],
    ['alter table animal rename to beast', undefined],
  ])('%s drops a column of %s', (sql, table) => {
    expect(dropsColumnOf(sql)).toBe(table);
  });

  test('it answers rows, or writes them', () => {
    expect(['select 1', 'insert into a values (1) returning id', 'update a set b = 1'].map(answersRows)).toEqual([
      true,
      true,
      false,
    ]);
    expect(['update a set b = 1', 'replace into a values (1)', 'create table a (b)'].map(writesRows)).toEqual([
      true,
      true,
      false,
    ]);
  });

  test('namespaces and words in it are found as PostgreSQL understands them', () => {
    const namespaces = new Set(['public', `we"ird`, 'Upper']);
    expect(namespaceIn('select * from PUBLIC . animal', namespaces)).toBe('public');
    expect(namespaceIn(`select nextval('public.s')`, namespaces)).toBe('public');
    expect(namespaceIn('select * from "we""ird".animal', namespaces)).toBe(`we"ird`);
    expect(namespaceIn('select * from upper.animal', namespaces)).toBeUndefined();
    expect(namespaceIn('select public from animal', namespaces)).toBeUndefined();
    expect(wordsIn(`Update "Animal" set größe = 'x'`)).toEqual(['update', 'Animal', 'set', 'größe', 'x']);
  });
});

test('statements make one script, and one that ends in a comment does not swallow the next', () => {
  expect(withoutSemicolon("select ';' ; \n")).toBe("select ';' ");
  expect(inOneScript(['select 1;', 'select 2 -- two;', 'select 3'])).toBe('select 1;\nselect 2 -- two\n;\nselect 3');
});
