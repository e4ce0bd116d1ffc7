import { describe, expect, test } from '@jest/globals';
import {
  addClause,
  addColumn,
  dropColumn,
  renameColumn,
  renameTable,
  setGenerated,
  setNotNull,
} from '../../../../lib/dialects/sqlite/table-text/edit-columns.ts';
import { addConstraint, setPrimaryKey } from '../../../../lib/dialects/sqlite/table-text/edit-constraints.ts';
import { parseTable, type TableDefinition } from '../../../../lib/dialects/sqlite/table-text/table-definition.ts';
import { rebuildTable } from '../../../../lib/dialects/sqlite/rebuild/rebuild.ts';
import { openDatabase, rebuild, type RebuildOptions, type TestDatabase } from '../database.ts';

type Edit = (definition: TableDefinition) => TableDefinition;

/** All that is stored. */
function contents(db: TestDatabase): unknown {
  const tables = db.column(`select name from pragma_table_list where schema = 'main' and type = 'table'`);
  return {
    schema: db.rows('select type, name, tbl_name, sql from sqlite_master'),
    temp: db.rows('select type, name, tbl_name, sql from sqlite_temp_master'),
    rows: tables.map(name => db.rows(`select * from "${String(name)}"`)),
    legacy: db.column('pragma legacy_alter_table'),
  };
}

/** Why a rebuild was refused. It must be, and the database must be as it was, in the same transaction. */
async function refusalOf(script: string, edit: Edit, options: RebuildOptions = {}, table = 't'): Promise<unknown> {
  using db = openDatabase(script);
  const before = contents(db);
  const error = await rebuild(db, table, edit, options).then(
    () => 'was not refused',
    (thrown: unknown) => thrown,
  );
  expect(contents(db)).toEqual(before);
  db.script('commit');
  return error;
}

const refusal = (reason: unknown, table = 't') => expect.objectContaining({ name: 'TableEditError', table, reason });
const error = (message: string) => expect.objectContaining({ name: 'SqliteError', message });

describe('a table is not rebuilt', () => {
  const table = 'create table t (a, b as (a)); insert into t (a) values (1), (null)';
  const cases: [string, string, Edit, unknown, RebuildOptions?, string?][] = [
    ['that is not there', table, t => t, refusal('the table does not exist', 'u'), {}, 'u'],
    [
      'that is a view',
      `${table}; create view v as select 1`,
      t => t,
      refusal('the table does not exist', 'v'),
      {},
      'v',
    ],
    [
      'that is virtual',
      'create virtual table t using fts5(a)',
      t => t,
      refusal('is a virtual table, so its module defines its columns'),
    ],
    [
      'to have another name',
      table,
      t => parseTable(renameTable(t, 'u')),
      refusal('a rebuild does not rename the table'),
    ],
    ['by an edit that cannot be', table, t => setNotNull(t, 'c'), refusal('has no column "c"')],
    ['to fill a column that is not there', table, t => t, refusal('has no column "c"'), { fills: { c: '1' } }],
    [
      'to fill a column that is computed',
      table,
      t => t,
      refusal('column "b" is computed and cannot be filled'),
      { fills: { b: '1' } },
    ],
    ['to be what SQLite does not take', table, t => addConstraint(t, 'check (c > 0)'), error('no such column: c')],
    ['with rows that do not fit', table, t => setNotNull(t, 'a'), error('NOT NULL constraint failed: dejavu_t.a')],
    ['with a fill that cannot be computed', table, t => t, error('no such column: c'), { fills: { a: 'c' } }],
    [
      'to keep not one column',
      'create table t (a primary key) without rowid',
      t => dropColumn(addColumn(setPrimaryKey(addColumn(t, 'x'), ['x']), 'y'), 'a'),
      refusal('no column keeps its values'),
    ],
    [
      'to leave rows behind without a word',
      'create table t (a); insert into t values (1), (1)',
      t => addConstraint(t, 'unique (a) on conflict ignore'),
      error('UNIQUE constraint failed: dejavu_t.a'),
    ],
    [
      'to replace nulls without a word',
      'create table t (a default 1); insert into t values (null)',
      t => addClause(t, 'a', 'not null on conflict replace'),
      error('NOT NULL constraint failed: dejavu_t.a'),
    ],
    [
      'to compute from what is not there',
      'create table t (a, b)',
      t => setGenerated(t, 'b', 'nowhere'),
      error('no such column: nowhere'),
    ],
  ];

  test.each(cases)('%s', async (_, script, edit, expected, options = {}, name = 't') => {
    expect(await refusalOf(script, edit, options, name)).toEqual(expected);
  });

  test('that is another one by now', async () => {
    using db = openDatabase('create table t (a)');
    const read = parseTable(db.sqlOf('t') ?? '');
    db.script('alter table t add column b');
    await expect(rebuildTable(db, read, setNotNull(read, 'a'))).rejects.toEqual(
      refusal('its definition changed while the step ran: CREATE TABLE t (a, b)'),
    );
  });

  test('while foreign keys are on', async () => {
    using db = openDatabase('create table t (a)');
    db.script('commit; pragma foreign_keys = on; begin');
    await expect(rebuild(db, 't', t => setNotNull(t, 'a'))).rejects.toEqual(
      refusal(
        "cannot be rebuilt while foreign keys are on, because dropping it would delete rows of other tables. Remove foreignKeys: 'on' from the step",
      ),
    );
    expect(db.statements).toEqual(['pragma foreign_keys']);
  });

  test('where anything after the copy fails, and SQLite renames as before', async () => {
    const script = 'create table t (a); create index i on t (a); insert into t values (1)';
    for (const failing of [/^drop table/, /rename to/, /^CREATE INDEX/, /^release/]) {
      using db = openDatabase(script);
      const before = contents(db);
      const broken = {
        async execute(sql: string) {
          if (failing.test(sql)) throw new Error(`no ${sql}`);
          return db.execute(sql);
        },
      };
      await expect(rebuild(broken, 't', t => setNotNull(t, 'a'))).rejects.toThrow(/^no /);
      expect(contents(db)).toEqual(before);
    }
  });

  test('and a pragma that was on stays on', async () => {
    using db = openDatabase('pragma legacy_alter_table = on; create table t (a)');
    await rebuild(db, 't', t => setNotNull(t, 'a'));
    expect(db.column('pragma legacy_alter_table')).toEqual([1]);
  });
});

const drop: Edit = t => dropColumn(t, 'legs');
const lost = (list: string) =>
  refusal(
    `legs cannot be dropped because of ${list}. Drop that first with step.execute(), and create it again afterwards`,
  );

describe('a column is not dropped while something else names it', () => {
  const table = 'create table t (a, b, legs); insert into t values (1, 2, 3)';

  test.each([
    ['an index', 'create index i on t (a, legs)', 'index "i" (legs)'],
    ['the condition of an index', 'create index i on t (a) where legs > 1', 'index "i" (legs)'],
    ['an index on an expression', 'create index i on t (a + legs)', 'index "i" (legs)'],
    ['a trigger', 'create trigger r after update of legs on t begin select 1; end', 'trigger "r" (legs)'],
    [
      'a trigger of another table',
      'create table o (x); create trigger r after insert on o begin update t set legs = 1; end',
      'trigger "r" (legs)',
    ],
    ['a temporary trigger', 'create temp trigger r after insert on t begin select new.legs; end', 'trigger "r" (legs)'],
    ['a view', 'create view v as select x.legs from t x', 'view "v" (legs)'],
    ['a foreign key', 'create table c (x references t (legs))', 'a foreign key of "c" (legs)'],
    ['several', 'create view v as select LEGS from t; create index i on t (legs)', 'view "v" (legs), index "i" (legs)'],
  ])('%s', async (_, script, list) => {
    expect(await refusalOf(`${table}; ${script}`, drop)).toEqual(lost(list));
  });

  test('and all that name one of several are told', async () => {
    const script = `${table}; create index i on t (legs, b); create index j on t (b)`;
    expect(await refusalOf(script, t => dropColumn(drop(t), 'b'))).toEqual(
      refusal(
        'b, legs cannot be dropped because of index "i" (b, legs), index "j" (b). Drop that first with step.execute(), and create it again afterwards',
      ),
    );
  });

  test('a view that reads a view that has it', async () => {
    const script = `${table}; create view one as select * from t; create view two as select legs from one`;
    const reason = expect.stringMatching(/"legs".*error in view two.*no such column: legs/);
    expect(await refusalOf(script, drop)).toEqual(refusal(reason));
  });

  test('a view that counts the columns', async () => {
    const script = `${table}; create view v (x, y, z) as select * from t`;
    expect(await refusalOf(script, drop)).toEqual(
      refusal(expect.stringMatching(/^the view "v" would become invalid: .*3/)),
    );
    const reason = expect.stringMatching(/^the view "v" would become invalid: .*4/);
    expect(await refusalOf(script, t => addColumn(t, 'c'))).toEqual(refusal(reason));
  });

  test('which a name alone does not mean', async () => {
    using db =
      openDatabase(`${table}; create table o (legs); create view v as select legs from o; create view w as select a as legs from t;
      create index i on t (a) where b <> 'legs'; create trigger r after insert on t begin insert into o (legs) values (new.a); end`);
    const before = db.rows(`select name, sql from sqlite_master where name <> 't' order by name`);
    await rebuild(db, 't', drop);
    expect(db.rows(`select name, sql from sqlite_master where name <> 't' order by name`)).toEqual(before);
  });

  test('but indexes go with it if they may', async () => {
    const script = `${table}; create index i on t (legs); create index j on t (a) where legs = 1; create index k on t (a); analyze`;
    using db = openDatabase(script);
    expect(await rebuild(db, 't', drop, { dropIndexes: true })).toEqual({
      changed: true,
      droppedIndexes: ['i', 'j'],
    });
    expect(db.column(`select name from sqlite_master where type = 'index'`)).toEqual(['k']);
    expect(db.column('select idx from sqlite_stat1')).toEqual(['k']);
    const viewed = `${script}; create view v as select legs from t`;
    expect(await refusalOf(viewed, drop, { dropIndexes: true })).toEqual(lost('view "v" (legs)'));
  });

  test('an index survives when another column takes the name at once', async () => {
    using db = openDatabase(`${table}; create index i on t (legs)`);
    await rebuild(db, 't', t => addColumn(drop(t), 'legs integer not null'), { fills: { legs: 'legs + 1' } });
    expect(db.rows('select * from t')).toEqual([{ a: 1, b: 2, legs: 4 }]);
    expect(db.sqlOf('i')).toBe('CREATE INDEX i on t (legs)');
  });
});

describe('a view that is broken already', () => {
  const script = 'create table t (a, b); insert into t values (1, 2); create view bad as select what from nowhere, t';

  test('is no reason to refuse what does not concern it', async () => {
    using db = openDatabase(script);
    await rebuild(db, 't', t => addColumn(setNotNull(t, 'a'), 'c'));
    expect(db.sqlOf('bad')).toBe('CREATE VIEW bad as select what from nowhere, t');
  });

  test('keeps SQLite from telling what a column is named by', async () => {
    const reason = expect.stringMatching(/^column "a" is used elsewhere: error in view bad: no such table/);
    expect(await refusalOf(script, t => renameColumn(t, 'a', 'x'))).toEqual(refusal(reason));
    expect(await refusalOf(script, t => dropColumn(t, 'a'))).toEqual(refusal(reason));
  });
});
