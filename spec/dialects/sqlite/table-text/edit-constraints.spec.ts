import { describe, expect, test } from '@jest/globals';
import {
  addConstraint,
  dropConstraint,
  findConstraint,
  setPrimaryKey,
  type ConstraintSelector,
} from '../../../../lib/dialects/sqlite/table-text/edit-constraints.ts';
import { parseTable, type TableDefinition } from '../../../../lib/dialects/sqlite/table-text/table-definition.ts';
import { openDatabase } from '../database.ts';

function after(body: string, edit: (definition: TableDefinition) => TableDefinition): string {
  const { sql } = edit(parseTable(`CREATE TABLE t (${body})`));
  using db = openDatabase(sql);
  expect(db.sqlOf('t')).toBe(sql);
  return sql.slice('CREATE TABLE t ('.length, -1);
}

describe('a constraint is added', () => {
  test.each([
    ['a int', 'check (a > 0) -- some', 'a int, check (a > 0)'],
    ['a int, unique (a) /* one */', 'check (a > 0)', 'a int, unique (a), /* one */ check (a > 0)'],
    [
      '\n  a int -- the a\n',
      'constraint "k" foreign key (a) references o (x)',
      '\n  a int, -- the a\n  constraint "k" foreign key (a) references o (x)\n',
    ],
    ['a int, b int', 'primary key (b, a)', 'a int, b int, primary key (b, a)'],
  ])('to (%j)', (body, text, expected) => {
    expect(after(body, t => addConstraint(t, text))).toBe(expected);
  });

  test.each([
    ['unique (b)', 'has no column "b"'],
    ['constraint KEY unique (a)', 'already has a constraint "KEY"'],
    ['primary key (a)', 'already has a primary key'],
    ['unique (a), unique (a)', '"unique (a), unique (a)" is not a clause'],
    ['b int', '"b int" is not a constraint'],
    ['constraint k', '"constraint k" is not a clause'],
    ['unique (a)) --', '"unique (a)) --" is not a constraint'],
  ])('but not %s', (text, reason) => {
    const definition = parseTable('create table t (a int constraint key primary key)');
    expect(() => addConstraint(definition, text)).toThrow(expect.objectContaining({ table: 't', reason }));
  });
});

describe('a constraint is found and dropped, of the table or of a column', () => {
  const body = `a int constraint one check (a in ('x, y', 'z (')) unique, b text references o (x), c int,
  constraint "Two" check (A<>b) on conflict fail,
  unique (a, b),
  constraint three foreign key (b, c) references o (x, y) on delete cascade,
  primary key (c)`;

  const cases: [ConstraintSelector, string][] = [
    [{ name: 'ONE' }, ` constraint one check (a in ('x, y', 'z ('))`],
    [{ check: `( "A"  in ( 'x, y' , 'z (' ) )` }, ` constraint one check (a in ('x, y', 'z ('))`],
    [{ check: 'a <> b' }, `\n  constraint "Two" check (A<>b) on conflict fail,`],
    [{ unique: ['a'] }, ' unique'],
    [{ unique: ['A', 'b'] }, '\n  unique (a, b),'],
    [{ foreignKey: ['b'] }, ' references o (x)'],
    [{ foreignKey: ['b', 'c'] }, '\n  constraint three foreign key (b, c) references o (x, y) on delete cascade,'],
    [{ primaryKey: true }, ''],
  ];

  test.each(cases)('%j', (selector, text) => {
    const expected = text === '' ? body.replace(/,\n {2}primary key \(c\)/, '') : body.replace(text, '');
    expect(after(body, t => dropConstraint(t, selector))).toBe(expected);
    expect(expected).not.toBe(body);
  });

  test.each<ConstraintSelector>([
    { name: 'four' },
    { check: `a in ('x,y', 'z (')` },
    { unique: ['b', 'a'] },
    { foreignKey: ['c'] },
  ])('but not %j', selector => {
    const definition = parseTable(`create table t (${body})`);
    expect(findConstraint(definition, selector)).toBeUndefined();
    expect(() => dropConstraint(definition, selector)).toThrow(`t: has no constraint ${JSON.stringify(selector)}`);
  });

  test('and says what it is', () => {
    const definition = parseTable(`create table t (${body})`);
    expect(findConstraint(definition, { foreignKey: ['b', 'c'] })).toMatchObject({
      kind: 'foreign key',
      name: 'three',
      references: { table: 'o', columns: ['x', 'y'], onDelete: 'cascade', onUpdate: 'no action', deferred: false },
    });
  });
});

describe('the primary key is set', () => {
  test.each([
    ['a int, b int', ['b'], {}, 'a int, b int primary key'],
    ['a int primary key, b int', ['b', 'a'], {}, 'a int, b int, primary key ("b", "a")'],
    [
      'a integer, b int, primary key (a, b)',
      ['a'],
      { autoincrement: true },
      'a integer primary key autoincrement, b int',
    ],
    ['a integer primary key autoincrement', ['A'], {}, 'a integer primary key'],
    ['a int, primary key (a desc)', ['a'], {}, 'a int, primary key (a desc)'],
  ])('in (%s) to %j %j', (body, columns, options, expected) => {
    expect(after(body, t => setPrimaryKey(t, columns, options))).toBe(expected);
  });

  test('to columns that are there, counting only where SQLite counts', () => {
    const definition = parseTable('create table t (a int, b integer)');
    expect(() => setPrimaryKey(definition, ['c'])).toThrow('t: has no column "c"');
    expect(() => setPrimaryKey(definition, [])).toThrow('t: a primary key needs a column');
    const reason = 't: autoincrement works only for one column of type integer';
    expect(() => setPrimaryKey(definition, ['a'], { autoincrement: true })).toThrow(reason);
    expect(() => setPrimaryKey(definition, ['b', 'a'], { autoincrement: true })).toThrow(reason);
  });
});
