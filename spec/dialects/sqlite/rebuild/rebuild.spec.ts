import { describe, expect, test } from '@jest/globals';
import {
  addClause,
  addColumn,
  dropColumn,
  dropGenerated,
  dropNotNull,
  renameColumn,
  renameTable,
  setDefault,
  setNotNull,
  setType,
} from '../../../../lib/dialects/sqlite/table-text/edit-columns.ts';
import {
  addConstraint,
  dropConstraint,
  setPrimaryKey,
} from '../../../../lib/dialects/sqlite/table-text/edit-constraints.ts';
import { readDefinition } from '../../../../lib/dialects/sqlite/rebuild/schema-objects.ts';
import { parseTable, type TableDefinition } from '../../../../lib/dialects/sqlite/table-text/table-definition.ts';
import { openDatabase, rebuild, type TestDatabase } from '../database.ts';
import { quoteName, quoteText } from '../../../../lib/sql/quoting.ts';

/** What is to be the same after a rebuild: rows, all there is besides the table, its statement but for the edit. */
function factsOf(db: TestDatabase, table: string, values: string, sql: string | undefined) {
  const others = `select type, name, tbl_name, sql from`;
  const where = `where not (type = 'table' and name = ${quoteText(table)}) order by type, name`;
  return {
    rows: db.rows(values),
    main: db.rows(`${others} sqlite_master ${where}`),
    temp: db.rows(`${others} sqlite_temp_master ${where}`),
    sql,
    faults: db.faults(),
    legacy: db.column('pragma legacy_alter_table'),
  };
}

/** An edit that any table with that column can have, and that changes no value. */
const widen = (column: string) => (t: TableDefinition) =>
  addClause(t, column, `check (${quoteName(column)} is not 'nobody')`);

/** Rebuilds a table by an edit that changes no value, and tells what was there before and is after it. */
async function aroundRebuild(
  script: string,
  table: string,
  column: string,
  values = `select * from ${quoteName(table)}`,
) {
  using db = openDatabase(script);
  const edit = widen(column);
  const expected = renameTable(edit(parseTable(db.sqlOf(table) ?? '')), quoteName(table));
  const before = factsOf(db, table, values, expected);
  expect(before).toMatchObject({ faults: [], legacy: [0] });
  expect(before.rows).not.toEqual([]);
  await rebuild(db, table, edit);
  return { before, after: factsOf(db, table, values, db.sqlOf(table)) };
}

describe('a rebuild keeps', () => {
  test.each([
    [
      'rows',
      "create table t (a, b); insert into t values (1, null), ('1', x'00'), (1.5, 9223372036854775), (null, '🦒')",
      'select typeof(a), a, typeof(b), b from t',
    ],
    [
      'rowids and their order',
      "create table t (a); insert into t(rowid, a) values (9, 'x'), (3, 'y'), (-5, 'z'), (9223372036854775807, 'w')",
      'select cast(rowid as text), a from t',
    ],
    [
      'rowids where an index has all columns',
      "create table t (a); create index i on t (a); insert into t(rowid, a) values (9, 'x'), (3, 'y')",
      'select rowid, a from t not indexed',
    ],
    [
      'rowids where a column is called rowid',
      "create table t (a, RowId text); insert into t(_rowid_, a, rowid) values (9, 1, 'x'), (3, 2, 'y')",
      'select _rowid_, a, rowid from t',
    ],
    [
      'the order of rows where columns have all names of the rowid',
      'create table t (a, rowid, _rowid_, oid); insert into t values (2, 1, 1, 1), (1, 3, 3, 3)',
      'select * from t not indexed',
    ],
    [
      'an integer primary key',
      "create table t (id integer primary key, a); insert into t values (7, 'x'), (-3, 'y')",
      'select rowid, id, a from t',
    ],
    [
      'strict types',
      "create table t (a any, b integer not null) strict; insert into t values ('1', 2)",
      "select typeof(a), b, (select strict from pragma_table_list('t')) from t",
    ],
    [
      'tables without rowid',
      "create table t (a text primary key desc, b) without rowid; insert into t values ('x', 1), ('z', 2), ('y', 3)",
      "select a, b, (select wr from pragma_table_list('t')) from t",
    ],
    [
      'collations',
      "create table t (a text collate nocase unique, b text collate rtrim); insert into t values ('Emu', 'x  ')",
      "select * from t where a = 'EMU' and b = 'x'",
    ],
    [
      'generated columns',
      "create table t (a, v as (a * 2), s text generated always as (upper(a) || ',(') stored unique, b); insert into t values ('4', 1), ('x', 2)",
      'select a, v, s, b from t',
    ],
    [
      'defaults to the letter',
      "create table t (a, b text default 'it''s 100% ? \\ \"🦒\" (,', c default (1 + (2)), d default current_date, e default -4, f default x'00ff'); insert into t(a) values (1)",
      "select * from t, pragma_table_info('t')",
    ],
    [
      'checks with commas, spaces and parentheses',
      "create table t (a text check (a in ('x, y', 'z (')), b, constraint \"odd, (one)\" check (b <> 'check (' and t.a > main.t.b)); insert into t values ('z (', 'a')",
      'select * from t',
    ],
    [
      'comments',
      "create table t ( -- it's t (\n  a int, /* the a, */ b text -- the b)\n); insert into t values (1, 'x')",
      'select * from t',
    ],
  ])('%s', async (_, script, values) => {
    const { before, after } = await aroundRebuild(script, 't', 'a', values);
    expect(after).toEqual(before);
  });

  test.each([
    'order',
    'Animal',
    'a b',
    "it's",
    'x"y',
    'per%cent',
    '?',
    'back\\slash',
    'зоо',
    '🦒',
    'dot.ted',
    '(,',
    '--',
    'TABLE',
  ])('a table and a column called %s', async name => {
    const quoted = quoteName(name);
    const script = `
        create table ${quoted} (id integer primary key, ${quoted} text unique, parent references ${quoted} (id));
        insert into ${quoted} values (1, 'x', null), (2, 'y', 1);
        create index ${quoteName(`${name} index`)} on ${quoted} (${quoted} desc) where ${quoted} <> 'z';
        create view ${quoteName(`${name} view`)} as select ${quoted} from ${quoted};
        create trigger ${quoteName(`${name} trigger`)} after insert on ${quoted} begin select new.${quoted}; end`;
    const { before, after } = await aroundRebuild(script, name, name);
    expect(after).toEqual(before);
  });

  test('indexes word for word: partial, unique, descending, on expressions', async () => {
    const { before, after } = await aroundRebuild(
      `create table t (a, b text, c as (a + 1));
       insert into t values (1, 'x'), (2, 'Y');
       CREATE   unique index "i, 1" on t (b collate nocase desc, a) /* note */ where b is not null and a in (1, 2, '(');
       create index i2 on "t"(lower(b) || ',' , abs(a) desc, c); -- behind
       create index \`i3\` ON [t] ("a")`,
      't',
      'a',
    );
    expect(after).toEqual(before);
  });

  test('the order of its indexes, and how they are used', async () => {
    using db = openDatabase(
      'create table t (a, b); create index z on t (a); create index y on t (b); create index x on t (a, b)',
    );
    const before = db.rows(`select * from pragma_index_list('t')`);
    const plan = db.rows('explain query plan select b from t where a = 1');
    await rebuild(db, 't', widen('a'));
    expect(db.rows(`select * from pragma_index_list('t')`)).toEqual(before);
    expect(db.rows('explain query plan select b from t where a = 1')).toEqual(plan);
  });

  test('triggers word for word, its own and those that name it, and none of them fires', async () => {
    const script = `
      create table t (a, b); create table log (line); create view v as select a from t;
      create trigger "on insert" after insert on t when new.a > 0 begin insert into log values ('insert; ' || new.a); end;
      create trigger before_delete before delete on "t" begin insert into log values ('delete'); delete from log where 0; end;
      create trigger after_update after update of a on t begin insert into log values ('update'); end;
      create trigger elsewhere after insert on log when new.line like 'x%' begin insert into t (a) values (-1); update t set b = 1; end;
      create trigger through instead of insert on v begin insert into t(a) values (new.a); end;
      create temp trigger passing after insert on t begin insert into log values ('passing'); end;
      create temp trigger beside after insert on log begin update t set b = b; end;
      insert into t values (1, 2)`;
    const { before, after } = await aroundRebuild(script, 't', 'a', 'select * from t, log');
    expect(after).toEqual(before);

    using db = openDatabase(script);
    await rebuild(db, 't', widen('a'));
    db.script(`delete from log; insert into v values (5); delete from t where a = 1; insert into log values ('x')`);
    expect(db.column('select line from log order by line')).toEqual(['delete', 'insert; 5', 'passing', 'passing', 'x']);
    expect(db.column('select a from t')).toEqual([5, -1]);
  });

  test('views that read it, through others too and temporary ones', async () => {
    const { before, after } = await aroundRebuild(
      `create table t (a, b); insert into t values (1, 'x');
       create view all_of_it as select * from t; create view one as select a as b from t where b = 'x';
       create view two as with q as (select b from one) select * from q join all_of_it using (b);
       create temp view passing as select count(*) as n from main.t`,
      't',
      'a',
      'select t.*, one.b as one, n, all_of_it.* from t, one, passing, all_of_it',
    );
    expect(after).toEqual(before);
  });

  test('full-text search over it', async () => {
    const script = `
      create table t (a text, b); insert into t (rowid, a) values (40, 'emperor penguin'), (7, 'giraffe');
      create virtual table found using fts5(a, content='t');
      insert into found(found) values ('rebuild');`;
    const { before, after } = await aroundRebuild(
      script,
      't',
      'a',
      "select t.a from found join t on t.rowid = found.rowid where found match 'penguin'",
    );
    expect(after).toEqual(before);
  });

  test('the statistics of the query planner', async () => {
    const { before, after } = await aroundRebuild(
      'create table t (a, b); create index i on t (a); insert into t values (1, 2), (1, 3), (2, 4); analyze',
      't',
      'a',
      'select * from sqlite_stat1',
    );
    expect(after).toEqual(before);
  });

  test('tables of the same name in other databases', async () => {
    using db = openDatabase(
      'create table t (a); insert into t values (1); create index i on t (a); create trigger r after insert on t begin select 1; end',
    );
    db.script(`commit; attach ':memory:' as other; begin; create table other.t (x); insert into other.t values (2);
      create temp table t (y); insert into temp.t values (3); create temp trigger q after insert on temp.t begin select 2; end`);
    await rebuild(db, 't', widen('a'));
    expect([
      ...db.column('select a from main.t'),
      ...db.column('select x from other.t'),
      ...db.column('select y from temp.t'),
    ]).toEqual([1, 2, 3]);
    expect(db.column('select name from main.sqlite_master order by 1')).toEqual(['i', 'r', 't']);
    expect(db.column('select name from temp.sqlite_master order by 1')).toEqual(['q', 't']);
    expect(db.column('select count(*) from other.sqlite_master')).toEqual([1]);
  });
});

describe('a counter of keys', () => {
  const counting =
    'create table t (id integer primary key autoincrement, a); create table u (id integer primary key autoincrement);';
  const counters = 'select name, cast(seq as text) as seq from sqlite_sequence order by name';

  test.each([
    [
      'goes on behind rows that are gone',
      'insert into t(a) values (1), (2), (3); insert into u values (8); delete from t where id > 1',
      '4',
    ],
    ['goes on in a table that became empty', 'insert into t(a) values (1), (2); delete from t', '3'],
    [
      'goes on above what JavaScript can count',
      'insert into t values (1, 1); update sqlite_sequence set seq = 9007199254740993',
      '9007199254740994',
    ],
    ['that never counted begins with 1', 'insert into u values (8)', '1'],
  ])('%s', async (_, script, next) => {
    using db = openDatabase(counting + script);
    const before = db.rows(counters);
    await rebuild(db, 't', widen('a'));
    expect(db.rows(counters)).toEqual(before);
    db.script('insert into t(a) values (9)');
    expect(db.column('select cast(max(id) as text) from t')).toEqual([next]);
    expect(db.faults()).toEqual([]);
  });

  test('is gained and lost with the clause', async () => {
    using db = openDatabase('create table t (id integer primary key, a); insert into t values (7, 1)');
    await rebuild(db, 't', t => setPrimaryKey(t, ['id'], { autoincrement: true }));
    expect(db.rows(counters)).toEqual([{ name: 't', seq: '7' }]);
    await rebuild(db, 't', t => setPrimaryKey(t, ['id']));
    expect(db.rows(counters)).toEqual([]);
  });
});

describe('foreign keys', () => {
  const zoo = `
    create table animal (id integer primary key, mother references animal (id) on delete cascade,
      keeper int references keeper on delete set null deferrable initially deferred, name text unique);
    create table keeper (id integer primary key, favourite references animal (id) on delete restrict);
    create table visit (animal text references Animal (name) on update cascade on delete cascade, day);
    create table meal (animal int, foreign key (animal) references "animal" on delete cascade);
    insert into keeper values (1, 10);
    insert into animal values (10, null, 1, 'Emu'), (11, 10, 1, 'Ibis'), (12, 11, null, 'Owl');
    insert into visit values ('Emu', 1), ('Owl', 2);
    insert into meal values (11), (12), (12)`;
  const everything = 'select * from animal, keeper, visit, meal';

  test('to a table, from it and to itself are kept, and no row that refers to it goes', async () => {
    for (const [table, column] of [
      ['animal', 'name'],
      ['keeper', 'id'],
      ['visit', 'day'],
    ] as const) {
      const { before, after } = await aroundRebuild(zoo, table, column, everything);
      expect(after).toEqual(before);
    }
  });

  test('still do what they say when they are on again', async () => {
    using db = openDatabase(zoo);
    await rebuild(db, 'animal', widen('name'));
    db.script(
      `commit; pragma foreign_keys = on; update animal set name = 'Eagle owl' where id = 12; delete from keeper; begin; delete from animal where id = 11`,
    );
    expect(db.column('select animal from visit')).toEqual(['Emu']);
    expect(db.column('select id from animal')).toEqual([10]);
    expect(db.column('select count(*) from meal')).toEqual([0]);
    expect(db.rows('select keeper from animal')).toEqual([{ keeper: null }]);
    expect(() => db.script('insert into animal values (20, 99, null, null)')).toThrow('FOREIGN KEY constraint failed');
    expect(db.faults()).toEqual([]);
  });

  test('follow a column that is renamed, in other tables and in the table itself', async () => {
    using db = openDatabase(zoo);
    await rebuild(db, 'animal', t =>
      setNotNull(renameColumn(renameColumn(t, 'name', 'called'), 'id', 'number'), 'called'),
    );
    expect(db.rows('select "table", "from", "to" from pragma_foreign_key_list(\'animal\') order by id')).toEqual([
      { table: 'keeper', from: 'keeper', to: null },
      { table: 'animal', from: 'mother', to: 'number' },
    ]);
    expect(db.rows(`select "table", "to" from pragma_foreign_key_list('visit')`)).toEqual([
      { table: 'Animal', to: 'called' },
    ]);
    expect(db.rows(`select "table", "to" from pragma_foreign_key_list('keeper')`)).toEqual([
      { table: 'animal', to: 'number' },
    ]);
    expect(db.faults()).toEqual([]);
    expect(db.column('select called from animal')).toEqual(['Emu', 'Ibis', 'Owl']);
  });

  test('are added to a table with rows, and dropped', async () => {
    using db = openDatabase(
      'create table p (id integer primary key); create table t (a int, b); insert into p values (1); insert into t values (1, 2)',
    );
    await rebuild(db, 't', t => addConstraint(t, 'foreign key (a) references p (id) on delete cascade'));
    expect(db.rows(`select "table", "from", "to", on_delete from pragma_foreign_key_list('t')`)).toEqual([
      { table: 'p', from: 'a', to: 'id', on_delete: 'CASCADE' },
    ]);
    await rebuild(db, 't', t => dropConstraint(t, { foreignKey: ['a'] }));
    expect(db.rows(`select * from pragma_foreign_key_list('t')`)).toEqual([]);
    expect(db.rows('select * from t')).toEqual([{ a: 1, b: 2 }]);
  });
});

describe('columns', () => {
  test('keep their values under a new name, with all that names them', async () => {
    using db = openDatabase(`
      create table t (id integer primary key, species text check (species <> ''), name text as (lower(species)));
      insert into t values (1, 'Emu'), (2, 'Ibis');
      create unique index i on t (species collate nocase desc, lower("Species")) where species is not null and name <> 'species';
      create index j on t (name);
      create view v as select species, 'species' as text from t;
      create trigger r after update of species on t when new.species <> old.species begin update t set species = 'species'; end`);
    await rebuild(db, 't', t =>
      setType(setNotNull(renameColumn(t, 'species', 'family'), 'family'), 'family', 'varchar(9)'),
    );
    expect(db.column('select sql from sqlite_master order by name')).toMatchInlineSnapshot(`
[
  "CREATE UNIQUE INDEX i on t ("family" collate nocase desc, lower("family")) where "family" is not null and name <> 'species'",
  "CREATE INDEX j on t (name)",
  "CREATE TRIGGER r after update of "family" on t when new."family" <> old."family" begin update t set "family" = 'species'; end",
  "CREATE TABLE "t" (id integer primary key, "family" varchar(9) not null check ("family" <> ''), name text as (lower("family")))",
  "CREATE VIEW v as select "family", 'species' as text from t",
]
`);
    expect(db.rows('select * from t')).toEqual([
      { id: 1, family: 'Emu', name: 'emu' },
      { id: 2, family: 'Ibis', name: 'ibis' },
    ]);
    expect(db.faults()).toEqual([]);
  });

  test('exchange their names, and take the name of one that goes', async () => {
    using db = openDatabase(`
      create table t (a, b, c, d); insert into t values ('a', 'b', 'c', 'd');
      create index ia on t (a); create index ib on t (b); create index ic on t (c)`);
    await rebuild(db, 't', t =>
      [
        ['a', 'x'],
        ['b', 'a'],
        ['x', 'b'],
      ].reduce((now, [from = '', to = '']) => renameColumn(now, from, to), renameColumn(dropColumn(t, 'd'), 'c', 'D')),
    );
    expect(db.rows('select * from t')).toEqual([{ b: 'a', a: 'b', D: 'c' }]);
    expect(db.column(`select sql from sqlite_master where type = 'index' order by name`)).toEqual([
      'CREATE INDEX ia on t ("b")',
      'CREATE INDEX ib on t ("a")',
      'CREATE INDEX ic on t ("D")',
    ]);
  });

  test('are filled from what the row was, by its old names', async () => {
    using db = openDatabase(
      `create table t (first text, last text, legs text); insert into t values ('Ann', 'Owl', '4 legs'), ('Bo', null, null)`,
    );
    await rebuild(
      db,
      't',
      t =>
        setDefault(
          setNotNull(
            setType(
              addColumn(renameColumn(dropColumn(t, 'first'), 'last', 'name'), 'Full text not null'),
              'legs',
              'integer',
            ),
            'legs',
          ),
          'legs',
          '4',
        ),
      {
        fills: {
          full: `first || coalesce(' ' || "last", '') -- the whole`,
          LEGS: 'coalesce(cast(legs as integer), 2)',
        },
      },
    );
    expect(db.rows('select * from t')).toEqual([
      { name: 'Owl', legs: 4, Full: 'Ann Owl' },
      { name: null, legs: 2, Full: 'Bo' },
    ]);
  });

  test('that are new and not filled get their default', async () => {
    using db = openDatabase(`create table t (a); insert into t values (1)`);
    await rebuild(db, 't', t => addColumn(addColumn(t, `b text not null default 'it''s ?'`), 'c default (1 + 1)'));
    expect(db.rows('select * from t')).toEqual([{ a: 1, b: `it's ?`, c: 2 }]);
  });

  test('dropped and added again begin anew, though nothing reads differently', async () => {
    using db = openDatabase(`create table t (a, b default 1); insert into t values (5, 5)`);
    await rebuild(db, 't', t => addColumn(dropColumn(t, 'b'), 'b default 1'));
    expect(db.rows('select * from t')).toEqual([{ a: 5, b: 1 }]);
  });

  test('of a statement that is no edit keep what they had by their names', async () => {
    using db = openDatabase(`create table t (a, b); insert into t values (1, 2)`);
    await rebuild(db, 't', () => parseTable('create table if not exists T (c default 7, B)'));
    expect(db.rows('select * from t')).toEqual([{ c: 7, B: 2 }]);
  });

  test('that were computed keep what was computed last', async () => {
    using db = openDatabase('create table t (a, s as (a * 2) stored, v as (a * 3)); insert into t values (2)');
    await rebuild(db, 't', t => dropGenerated(dropGenerated(t, 's'), 'v'));
    db.script('update t set a = 5');
    expect(db.rows('select * from t')).toEqual([{ a: 5, s: 4, v: 6 }]);
  });

  test('become the primary key: of integers they are the rowid, a new one takes it over', async () => {
    using db = openDatabase(
      `create table t (a integer, b text); insert into t(rowid, a, b) values (5, 70, 'x'), (6, 30, 'y')`,
    );
    await rebuild(db, 't', t => addColumn(t, 'id integer primary key autoincrement'));
    expect(db.rows('select a, b, id, id = rowid as "same" from t')).toEqual([
      { a: 70, b: 'x', id: 5, same: 1 },
      { a: 30, b: 'y', id: 6, same: 1 },
    ]);
    await rebuild(db, 't', t => setPrimaryKey(t, ['a']));
    expect(db.rows('select a, id, b from t')).toEqual([
      { a: 30, id: 6, b: 'y' },
      { a: 70, id: 5, b: 'x' },
    ]);
    await rebuild(db, 't', t => setPrimaryKey(t, ['b', 'a']));
    expect(db.column('select rowid from t order by rowid')).toEqual([30, 70]);
    expect(db.faults()).toEqual([]);
  });

  test('go, and the rows stay in their order though no rowid could be read', async () => {
    using db = openDatabase(`create table t (a, rowid, oid, _rowid_, note default '${'long '.repeat(50)}');
      create index i on t (a); insert into t(a) values (2), (3), (1)`);
    const names = ['rowid', 'oid', '_rowid_', 'note'];
    await rebuild(db, 't', t => names.reduce((now, name) => dropColumn(now, name), t));
    expect(db.rows('select rowid as r, a from t order by rowid')).toEqual([
      { r: 1, a: 2 },
      { r: 2, a: 3 },
      { r: 3, a: 1 },
    ]);
  });

  test('go with their values only, whatever stands between the others', async () => {
    using db = openDatabase(
      `create table t (a, b, c); insert into t values (1, 2, 3); create index i on t (a, c); create view v as select c from t`,
    );
    await rebuild(db, 't', t => dropColumn(t, 'b'));
    expect(db.rows('select * from t')).toEqual([{ a: 1, c: 3 }]);
    expect(db.rows('select * from v')).toEqual([{ c: 3 }]);
  });
});

test('an edit there and back leaves the statement as it was, but for quotes around the name', async () => {
  using db = openDatabase(`create table t ( -- t
      a int not null, -- the a
      b text default 'x', constraint k unique (a)
    ); insert into t values (1, 'y')`);
  const sql = db.sqlOf('t');
  await rebuild(db, 't', t => addColumn(dropNotNull(t, 'a'), 'c int'));
  await rebuild(db, 't', t => dropColumn(setNotNull(t, 'a'), 'c'));
  expect(db.sqlOf('t')).toBe(sql?.replace('TABLE t', 'TABLE "t"'));
  expect(db.rows('select * from t')).toEqual([{ a: 1, b: 'y' }]);
});

test('the definition there is now can be read by itself', async () => {
  using db = openDatabase('create table "Old Zoo" (a int); create view v as select 1');
  expect((await readDefinition(db, 'old zoo'))?.sql).toBe('CREATE TABLE "Old Zoo" (a int)');
  expect(await readDefinition(db, 'v')).toBeUndefined();
});

test('an edit that changes nothing does nothing', async () => {
  using db = openDatabase('create table t (a not null)');
  expect(await rebuild(db, 'T', t => setNotNull(t, 'a'))).toEqual({ changed: false, droppedIndexes: [] });
  expect(db.statements.filter(sql => !/^(?:select|pragma) /.test(sql))).toEqual([]);
});

test('rows are copied once, and the number of statements does not grow with them', async () => {
  using db = openDatabase('create table t (a); create index i on t (a)');
  db.script(`insert into t select value from json_each('[${'1,'.repeat(4999)}1]')`);
  await rebuild(db, 't', widen('a'));
  expect(db.statements.map(sql => sql.replace(/ (?:\(|from|where|as) .*/, ' …'))).toMatchInlineSnapshot(`
[
  "pragma foreign_keys",
  "select 'main' …",
  "select name, hidden, pk, exists (select 1 …",
  "savepoint dejavu_rebuild",
  "CREATE TABLE main."dejavu_t" (a check ("a" is not 'nobody'))",
  "select name, hidden, pk, exists (select 1 …",
  "insert or abort into main."dejavu_t" ("a", "rowid") select "a", rowid …",
  "drop table main."t"",
  "pragma legacy_alter_table",
  "pragma legacy_alter_table = on",
  "alter table main."dejavu_t" rename to "t"",
  "pragma legacy_alter_table = 0",
  "CREATE INDEX main.i on t (a)",
  "release dejavu_rebuild",
]
`);
});
