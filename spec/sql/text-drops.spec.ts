import { expect, test } from '@jest/globals';
import { TextDrops } from '../../lib/sql/text-drops.ts';

test.each<[string, readonly string[], readonly string[]]>([
  ['a table', ['drop table animal'], ['animal']],
  [
    'several tables, of a namespace and in quotes',
    ['drop table if exists shop.animal, "Big Zoo" cascade'],
    ['shop.animal', 'Big Zoo'],
  ],
  ['in quotes of SQLite alone', ['drop table `animal`', 'drop table [zoo]'], ['animal', 'zoo']],
  ['several statements in one text', ['-- first\ndrop table a; /* then */ drop table b;'], ['a', 'b']],
  [
    'columns',
    ['alter table only animal drop legs, drop column if exists "Kind" cascade'],
    ['animal.legs', 'animal.Kind'],
  ],
  ['no constraint', ['alter table animal drop constraint if exists animal_legs_check'], []],
  ['no default', ['alter table animal alter column legs drop default, alter legs drop not null'], []],
  ['no index, view or trigger', ['drop index i', 'drop view v', 'drop trigger t on animal', 'drop type kind'], []],
  ['no text', [`insert into log values ('x; drop table animal')`, `select $$; drop table animal;$$`], []],
  ['no function that holds SQL', [`create function f() returns void language sql as $f$ drop table zoo $f$`], []],
  ['nothing the step made', ['create temp table t (id int)', 'drop table t'], []],
  ['no column the step added', ['alter table animal add column tmp int', 'alter table animal drop column TMP'], []],
  ['no column of a table the step made', ['create table t (a int, b int)', 'alter table t drop column b'], []],
  ['a table made again after it', ['drop table animal', 'create table animal (id int)'], ['animal']],
  [
    'no table that another takes the place of',
    ['create table animal_new (id int)', 'drop table animal', 'alter table animal_new rename to animal'],
    [],
  ],
  [
    'no table that made way for another',
    ['alter table animal rename to animal_old', 'create table animal (id int)', 'drop table animal_old'],
    [],
  ],
  ['a renamed table, by the name it had', ['alter table animal rename to a', 'drop table a'], ['animal']],
  ['a renamed table of a namespace', ['alter table shop.animal rename to a', 'drop table shop.a'], ['shop.animal']],
  [
    'no column that another takes the place of',
    ['alter table animal drop column legs', 'alter table animal rename column legs_new to legs'],
    [],
  ],
  [
    'a text that breaks off',
    ['drop table', 'alter table', 'alter table animal drop', 'alter table animal rename to'],
    [],
  ],
])('SQL drops %s', (_, statements, dropped) => {
  const drops = new TextDrops();
  for (const sql of statements) drops.note(sql);
  expect(drops.dropped).toEqual(dropped);
});
