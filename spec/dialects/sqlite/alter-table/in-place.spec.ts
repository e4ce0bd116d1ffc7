import { describe, expect, test } from '@jest/globals';
import { parseTable } from '../../../../lib/dialects/sqlite/table-text/table-definition.ts';
import { canAddInPlace, canDropInPlace } from '../../../../lib/dialects/sqlite/alter-table/in-place.ts';
import { openDatabase } from '../database.ts';

/** Whether SQLite does it, on a table with a row. */
function does(table: string, sql: string): boolean {
  using db = openDatabase(`${table}; insert into t (a) values (1)`);
  try {
    db.script(sql);
    return true;
  } catch {
    return false;
  }
}

describe('SQLite adds a column itself exactly when it is said to', () => {
  const table = 'create table t (a int)';
  test.each([
    'b int',
    'b int not null',
    'b int not null default 4',
    'b int not null default -4',
    'b int not null default null',
    'b int not null default (null)',
    "b text default 'it''s'",
    'b text default (true)',
    "b default x'00'",
    'b default (- 4.5)',
    'b default (1 + 2)',
    'b default current_timestamp',
    'b default (current_date)',
    "b default (datetime('now'))",
    "b default (lower('X'))",
    'b int primary key',
    'b int unique',
    'b int references t (a)',
    'b int not null default 1 references t (a)',
    'b int as (a + 1)',
    'b int generated always as (a + 1) virtual not null',
    'b int as (a + 1) stored',
    'b int collate nocase check (b is null)',
  ])('%s', text => {
    expect(canAddInPlace(parseTable(table), text)).toBe(does(table, `alter table t add column ${text}`));
  });

  test('and where it might, a rebuild is the safe answer', () => {
    expect(canAddInPlace(parseTable(table), 'b default (cast(1 as text))')).toBe(false);
  });

  test('which is asked of one column', () => {
    expect(() => canAddInPlace(parseTable(table), 'b int, c int')).toThrow('t: "b int, c int" is not a column');
  });
});

test.each([
  'a int, b int',
  'a int, b int unique',
  'a int, b integer primary key',
  'a int, b int check (b > 0)',
  'a int check (a < b), b int',
  'a int, b int, check (b > 0)',
  'a int, b int, unique (b)',
  'a int, b int references o (x)',
  'a int, b int, foreign key (b) references o (x)',
  'a int, b int, c as (b + 1)',
  'a int, b as (a + 1)',
])('SQLite drops b from (%s) itself exactly when it is said to', body => {
  const table = `create table t (${body})`;
  expect(canDropInPlace(parseTable(table), 'b')).toBe(does(table, 'alter table t drop column b'));
});
