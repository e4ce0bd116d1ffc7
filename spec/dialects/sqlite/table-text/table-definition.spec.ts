import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import type { Clause } from '../../../../lib/dialects/sqlite/table-text/clauses.ts';
import {
  clausesOf,
  definitionOf,
  findColumn,
  parseTable,
} from '../../../../lib/dialects/sqlite/table-text/table-definition.ts';
import { sameExpression, type Mention } from '../../../../lib/sql/expressions.ts';
import { openDatabase } from '../database.ts';

test('a definition says what its statement says', () => {
  const { name, columns, constraints, strict, withoutRowid } = parseTable(`
    create table if not exists main."Zoo animal" (
      id integer primary key on conflict abort autoincrement, -- the key
      [legs] decimal(10, -2) constraint legs_there not null default -4 check (legs > 0),
      name 'varying' 'text' collate "nocase" default ('it''s, (a) "name"') unique on conflict ignore,
      mother references "Zoo animal" (id) on update cascade on delete set null match full deferrable initially deferred,
      loud generated always as (upper(name)) stored, quiet as (lower("name")) virtual, /* bare */ bare,
      constraint "both" unique (name collate nocase desc, 'legs') on conflict replace
      primary key (id asc, legs) constraint dangling,
      check (legs <> 3 /* , */), foreign key (bare, mother) references other not deferrable on delete restrict
    ) strict, without rowid`);

  expect({ name, strict, withoutRowid }).toEqual({ name: 'Zoo animal', strict: true, withoutRowid: true });
  const lines = columns.map(column => [`${column.name} ${column.type || 'bare'}`, ...column.clauses.map(said)]);
  expect(lines.flat().join('\n')).toMatchInlineSnapshot(`
"id integer
{"kind":"primary key","columns":["id"],"autoincrement":true,"mentions":[]}
legs decimal(10, -2)
{"kind":"not null","mentions":[],"name":"legs_there"}
{"kind":"default","expression":"-4","mentions":[]}
{"kind":"check","expression":"legs > 0","mentions":["legs"]}
name 'varying' 'text'
{"kind":"collate","collation":"nocase","mentions":[]}
{"kind":"default","expression":"('it''s, (a) \\"name\\"')","mentions":[]}
{"kind":"unique","columns":["name"],"mentions":[]}
mother bare
{"kind":"foreign key","columns":["mother"],"references":{"table":"Zoo animal","columns":["id"],"mentions":["id"],"onDelete":"set null","onUpdate":"cascade","deferred":true},"mentions":[]}
loud bare
{"kind":"generated","expression":"upper(name)","mentions":["name"],"stored":true}
quiet bare
{"kind":"generated","expression":"lower(\\"name\\")","mentions":["name"],"stored":false}
bare bare"
`);
  expect(constraints.map(said).join('\n')).toMatchInlineSnapshot(`
"{"kind":"unique","columns":["name","legs"],"mentions":["name","legs"],"name":"both"}
{"kind":"primary key","columns":["id","legs"],"mentions":["id","legs"],"autoincrement":false}
{"kind":"name","mentions":[],"name":"dangling"}
{"kind":"check","expression":"legs <> 3 /* , */","mentions":["legs"]}
{"kind":"foreign key","columns":["bare","mother"],"mentions":["bare","mother"],"references":{"table":"other","columns":[],"mentions":[],"onDelete":"restrict","onUpdate":"no action","deferred":false}}"
`);
});

/** All a clause says, and not where. */
function said({ from: _from, to: _to, body: _body, text: _text, ...rest }: Clause): string {
  return JSON.stringify(rest, (key, value) =>
    key === 'mentions' ? value.map((mention: Mention) => mention.column) : value,
  );
}

test.each(['create table t (a)', 'CREATE TABLE t(a INT,b TEXT)', 'create temp table t (a);', 'create table x.t (a,b)'])(
  '%s is read',
  sql => {
    expect(parseTable(sql)).toMatchObject({ name: 't', sql });
  },
);

test('a table made by `as select` is read from the statement that SQLite stored', () => {
  using db = openDatabase(`create table made as select 1 as one, 'x' as "two ""2""", 3.5 as [a b]`);
  expect(parseTable(db.sqlOf('made') ?? '').columns.map(column => column.name)).toEqual(['one', 'two "2"', 'a b']);
});

describe('what cannot be read is refused with its place', () => {
  test.each([
    ['create virtual table docs using fts5(body)', 'docs: is a virtual table, so its module defines its columns'],
    [
      'create table t as select 1',
      't: dejavu cannot read its definition at "as", character 15: create table t as select 1',
    ],
    ['create table t (a int', 't: dejavu cannot read its definition at its end: create table t (a int'],
    ['create table t (a, unique (a), b)', /^t: .* at "b", character 31/],
    ['create table t (a int 5)', /^t: .* at "5"/],
    ['create table t (a int not nul)', /^t: .* at "not"/],
    ['create table t (a int constraint k primary)', /^t: .* at "primary"/],
    ['create table t (a int, foreign (a))', /^t: .* at "foreign"/],
    ['create table t (a) sideways', /^t: .* at "sideways"/],
    ['create view v as select 1', /^a table: .* at "view"/],
    ['', /^a table: .* at its end/],
  ])('%s', (sql, message) => {
    expect(() => parseTable(sql)).toThrow(message);
    expect(() => parseTable(sql)).toThrow(expect.objectContaining({ name: 'TableEditError' }));
  });
});

test('any other text is refused too, and none is read forever', () => {
  const words =
    "a b int ( ) , 1 'x' constraint not null default primary key unique check references on delete set update conflict " +
    'abort collate generated always as stored foreign deferrable initially deferred match asc autoincrement without rowid strict';
  fc.assert(
    fc.property(fc.array(fc.constantFrom(...words.split(' ')), { maxLength: 30 }), some => {
      const sql = `create table t (a ${some.join(' ')})`;
      expect(readOrRefusal(sql)).toEqual(
        expect.objectContaining({ name: expect.stringMatching(/^(?:t|TableEditError)$/) }),
      );
    }),
    { numRuns: 3000 },
  );
});

function readOrRefusal(sql: string): unknown {
  try {
    return parseTable(sql);
  } catch (error) {
    return error;
  }
}

test('columns are found as SQLite finds them: A to Z in any case, other letters as they are', () => {
  const definition = parseTable('create table t ("Legs" integer, "Ä")');
  expect(findColumn(definition, 'lEGS').name).toBe('Legs');
  expect(() => findColumn(definition, 'ä')).toThrow('t: has no column "ä"');
  expect(clausesOf(findColumn(definition, 'legs'), 'default')).toEqual([]);
});

describe('expressions', () => {
  test.each([
    ["legs>0 AND name IN ('a','b')", "( \"Legs\" > 0 and [NAME] in ('a', 'b') )"],
    ['((1))', '1'],
    ['Upper( name )', 'upper("name") -- loud'],
    [`x'AB'`, `X'ab'`],
    ['case when a then 1 else end end', 'CASE WHEN "a" THEN 1 ELSE "end" END'],
  ])('%s is the same as %s', (one, other) => {
    expect(sameExpression(one, other)).toBe(true);
  });

  test.each([
    ['legs > 0', 'legs > 1'],
    [`name = 'A'`, `name = 'a'`],
    [`name = 'null'`, 'name = null'],
    ['x is null', 'x is "null"'],
    ['(a) or (b)', 'a or b'],
    [`name = 'a  b'`, `name = 'a b'`],
  ])('%s is not the same as %s', (one, other) => {
    expect(sameExpression(one, other)).toBe(false);
  });
});

test('a stored definition is read once for all who ask in turn, and again after many others', () => {
  const sql = 'CREATE TABLE t (a)';
  const definition = definitionOf(sql);
  expect(definition).toEqual(parseTable(sql));
  expect(definitionOf(sql)).toBe(definition);
  for (let number = 0; number < 15; number++) definitionOf(`CREATE TABLE t${number} (a)`);
  expect(definitionOf(sql)).toBe(definition);
  for (let number = 0; number < 64; number++) definitionOf(`CREATE TABLE u${number} (a)`);
  expect(definitionOf(sql)).not.toBe(definition);
  expect(() => definitionOf('create virtual table t using fts5(a)')).toThrow('is a virtual table');
});
