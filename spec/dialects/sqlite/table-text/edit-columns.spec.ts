import { describe, expect, test } from '@jest/globals';
import * as columns from '../../../../lib/dialects/sqlite/table-text/edit-columns.ts';
import { dropConstraint } from '../../../../lib/dialects/sqlite/table-text/edit-constraints.ts';
import { parseTable, type TableDefinition } from '../../../../lib/dialects/sqlite/table-text/table-definition.ts';
import { openDatabase } from '../database.ts';

const table = parseTable(`CREATE TABLE Animal (
  id integer primary key autoincrement, -- the key
  legs text not null default 'four, (4)' check (legs <> '' and length("LEGS") < 9), -- how many
  /* who */ name text collate nocase default 'it''s 100% "?" \\ 🦒',
  mother text references animal(legs) on delete set null deferrable initially deferred,
  loud text generated always as (upper(name)) stored, -- last
  unique (name collate nocase, legs desc) on conflict ignore, -- one of each
  constraint odd check (animal.legs <> 'name' or name in ('a,b', 'c)')) -- end
) strict`);

type Edit = (definition: TableDefinition) => TableDefinition;

/** What an edit took away (`-`) and put there (`+`), line by line. */
function difference(edit: Edit, before = table): string {
  const edited = edit(before).sql;
  using db = openDatabase(edited);
  expect(db.sqlOf(parseTable(edited).name)).toBe(edited); // SQLite takes it
  const [old, now] = [before.sql.split('\n'), edited.split('\n')];
  const gone = old.filter(line => !now.includes(line)).map(line => `-${line}`);
  const come = now.filter(line => !old.includes(line)).map(line => `+${line}`);
  return [...gone, ...come].join('\n');
}

/** The column list of a table after an edit. */
function after(body: string, edit: Edit): string {
  const { sql } = edit(parseTable(`CREATE TABLE t (${body})`));
  using db = openDatabase(sql);
  expect(db.sqlOf('t')).toBe(sql);
  return sql.slice('CREATE TABLE t ('.length, -1);
}

describe('a table gets another name', () => {
  test('and leaves the old one out where it stands before a column; what refers to it still does', () => {
    expect(columns.renameTable(table, '"zoo ""1"""')).toBe(
      table.sql.replace('TABLE Animal', 'TABLE "zoo ""1"""').replace('animal.legs', 'legs'),
    );
  });
});

describe('a column is added', () => {
  test('behind the last one and before the constraints', () => {
    expect(difference(t => columns.addColumn(t, '"teeth" integer not null default 4'))).toBe(
      '+  "teeth" integer not null default 4,',
    );
    expect(columns.addColumn(table, 'teeth integer').columns.at(-1)).toMatchObject({
      name: 'teeth',
      origin: undefined,
    });
  });

  test.each([
    ['a int', 'a int, b int'],
    ['a int -- the a\n', 'a int, -- the a\nb int\n'],
    ['\n  a int, -- the a\n  c int -- the c\n', '\n  a int, -- the a\n  c int, -- the c\n  b int\n'],
    ['a int, c int /* the c */', 'a int, c int, /* the c */ b int'],
    ['a int, unique (a)', 'a int, b int, unique (a)'],
  ])('to (%j)', (body, expected) => {
    expect(after(body, t => columns.addColumn(t, ' b int -- note'))).toBe(expected);
  });

  test.each([
    'b int, c int',
    'b int not nul',
    'b int)',
    'b int) strict --',
    'unique (a)',
    '',
    'a int',
    '"A" int',
    'b int /*',
  ])('but not as %j', text => {
    expect(() => columns.addColumn(parseTable('create table t (a int)'), text)).toThrow(
      expect.objectContaining({ name: 'TableEditError', table: 't' }),
    );
  });
});

describe('a column is dropped', () => {
  test('with the rest of its line', () => {
    expect(difference(t => columns.dropColumn(t, 'LOUD'))).toMatchInlineSnapshot(
      `"-  loud text generated always as (upper(name)) stored, -- last"`,
    );
    expect(difference(t => columns.dropColumn(t, 'mother'))).toMatchInlineSnapshot(
      `"-  mother text references animal(legs) on delete set null deferrable initially deferred,"`,
    );
  });

  test.each([
    ['a int, b int, c int', 'b', 'a int, c int'],
    ['a int, b int', 'a', 'b int'],
    ['a int, b int', 'b', 'a int'],
    ['a int,b int,unique(a)unique(a)', 'b', 'a int,unique(a)unique(a)'],
    ['\n  a int -- the a\n  , b int -- the b\n', 'b', '\n  a int -- the a\n  \n'],
    ['\n  -- first\n  a int, b int', 'a', '\n  -- first\n  b int'],
    ['a int, -- the a\n  b int', 'a', 'b int'],
    ['a int, /* the b */ b int, c int', 'b', 'a int, /* the b */ c int'],
    ['a int, -- the a\n  b int)'.slice(0, -1), 'b', 'a int -- the a\n  '],
  ])('from (%j)', (body, name, expected) => {
    expect(after(body, t => columns.dropColumn(t, name))).toBe(expected);
  });

  test('with its foreign keys if that is asked', () => {
    const body = 'a int, b int, foreign key (a) references o(x), constraint two foreign key (a, b) references o(x, y)';
    const drop = (options: { foreignKeys?: boolean }) => after(body, t => columns.dropColumn(t, 'a', options));
    expect(() => drop({})).toThrow(
      't: column "a" is used by foreign key (a) references o(x); constraint two foreign key (a, b) references o(x, y)',
    );
    expect(drop({ foreignKeys: true })).toBe('b int');
  });

  test.each([
    ['a int', 'a', 'is its only column'],
    ['a integer primary key, b int', 'a', 'is its primary key'],
    ['a int, b int, primary key (a, b)', 'a', 'is used by primary key (a, b)'],
    ['a int, b int, unique (b, "A" desc)', 'a', 'is used by unique (b, "A" desc)'],
    ['a int, b int check (t.a > b)', 'a', 'is used by check (t.a > b)'],
    ['a int, b as (a + 1)', 'a', 'is used by as (a + 1)'],
    ['a int, b references T ("a")', 'a', 'is used by references T ("a")'],
  ])('unless something needs it: (%s)', (body, name, reason) => {
    expect(() => after(body, t => columns.dropColumn(t, name))).toThrow(`t: column "a" ${reason}`);
  });

  test('although a text, a function or another table has its name', () => {
    const body = `a int, b text collate a check (b <> 'a' and abs(b) > cast(b as a)), c references a (a)`;
    expect(() => columns.dropColumn(parseTable(`create table t (${body})`), 'a')).not.toThrow();
  });
});

describe('a column gets another name', () => {
  test('wherever the definition names it', () => {
    expect(difference(t => columns.renameColumn(t, 'Legs', 'feet'))).toMatchInlineSnapshot(`
"-  legs text not null default 'four, (4)' check (legs <> '' and length("LEGS") < 9), -- how many
-  mother text references animal(legs) on delete set null deferrable initially deferred,
-  unique (name collate nocase, legs desc) on conflict ignore, -- one of each
-  constraint odd check (animal.legs <> 'name' or name in ('a,b', 'c)')) -- end
+  "feet" text not null default 'four, (4)' check ("feet" <> '' and length("feet") < 9), -- how many
+  mother text references animal("feet") on delete set null deferrable initially deferred,
+  unique (name collate nocase, "feet" desc) on conflict ignore, -- one of each
+  constraint odd check (animal."feet" <> 'name' or name in ('a,b', 'c)')) -- end"
`);
  });

  test('and is known by the old one to a rebuild', () => {
    const renamed = columns.renameColumn(columns.renameColumn(table, 'name', 'order'), 'order', 'called');
    expect(renamed.columns.map(({ name, origin }) => `${origin} ${name}`)).toEqual([
      'id id',
      'legs legs',
      'name called',
      'mother mother',
      'loud loud',
    ]);
  });

  test('two exchange theirs by a third one', () => {
    const swapped = [
      ['a', 'x'],
      ['b', 'a'],
      ['x', 'b'],
    ].reduce(
      (definition, [from = '', to = '']) => columns.renameColumn(definition, from, to),
      parseTable('create table t (a int check (a > 0), b text)'),
    );
    expect(swapped.sql).toBe('create table t ("b" int check ("b" > 0), "a" text)');
    expect(swapped.columns.map(column => column.origin)).toEqual(['a', 'b']);
  });

  test('which differs in nothing but its case', () => {
    expect(after('a int', t => columns.renameColumn(t, 'a', 'A'))).toBe('"A" int');
  });

  test('but not one that is taken, and only if it is there', () => {
    expect(() => columns.renameColumn(table, 'legs', 'NAME')).toThrow('Animal: already has a column "NAME"');
    expect(() => columns.renameColumn(table, 'wings', 'arms')).toThrow('Animal: has no column "wings"');
  });
});

describe('what is said about a column', () => {
  const edits: [string, string, Edit, string][] = [
    ['a type', 'a int not null', t => columns.setType(t, 'a', 'varchar(10)'), 'a varchar(10) not null'],
    ['a first type', 'a', t => columns.setType(t, 'A', 'unsigned big int'), 'a unsigned big int'],
    ['a first type', '[a]not null', t => columns.setType(t, 'a', 'text'), '[a] text not null'],
    ['no type', 'a decimal(10, 2) not null', t => columns.setType(t, 'a', ''), 'a not null'],
    ['not null', 'a int default 4', t => columns.setNotNull(t, 'a'), 'a int not null default 4'],
    ['not null', 'a varchar(10)default 4', t => columns.setNotNull(t, 'a'), 'a varchar(10) not null default 4'],
    ['not null for null', 'a int null', t => columns.setNotNull(t, 'a'), 'a int not null'],
    [
      'not null again',
      'a int not null on conflict fail',
      t => columns.setNotNull(t, 'a'),
      'a int not null on conflict fail',
    ],
    [
      'null',
      'a int constraint b not null on conflict fail default 4',
      t => columns.dropNotNull(t, 'a'),
      'a int default 4',
    ],
    ['null', "a int default 'x'not null check(a>0)", t => columns.dropNotNull(t, 'a'), "a int default 'x' check(a>0)"],
    ['null', 'a int -- how\n not null', t => columns.dropNotNull(t, 'a'), 'a int -- how\n '],
    ['a default', 'a int', t => columns.setDefault(t, 'a', `'?%\\''"🦒)'`), `a int default '?%\\''"🦒)'`],
    [
      'a default',
      'a int not null unique',
      t => columns.setDefault(t, 'a', '(1 + 2)'),
      'a int not null default (1 + 2) unique',
    ],
    [
      'another default',
      "a int constraint d default 'it''s' unique",
      t => columns.setDefault(t, 'a', '-4'),
      'a int constraint d default -4 unique',
    ],
    ['one default for two', 'a default 1 default 2', t => columns.setDefault(t, 'a', '3'), 'a default 3'],
    ['no default', "a int default 'x'unique", t => columns.dropDefault(t, 'a'), 'a int unique'],
    ['no default', 'a int', t => columns.dropDefault(t, 'a'), 'a int'],
    ['a collation', 'a text not null', t => columns.setCollation(t, 'a', 'nocase'), 'a text collate "nocase" not null'],
    [
      'another collation',
      'a text collate rtrim',
      t => columns.setCollation(t, 'a', 'nocase'),
      'a text collate "nocase"',
    ],
    ['no collation', 'a text collate rtrim unique', t => columns.dropCollation(t, 'a'), 'a text unique'],
    [
      'an expression',
      'a int, b',
      t => columns.setGenerated(t, 'b', 'a + 1'),
      'a int, b generated always as (a + 1) virtual',
    ],
    [
      'another expression',
      'a, b int as (a) stored not null',
      t => columns.setGenerated(t, 'b', '-a', { stored: true }),
      'a, b int generated always as (-a) stored not null',
    ],
    ['no expression', 'a, b int generated always as (a) unique', t => columns.dropGenerated(t, 'b'), 'a, b int unique'],
    [
      'a check',
      'a int',
      t => columns.addClause(t, 'a', 'constraint few check (a < 5) -- few'),
      'a int constraint few check (a < 5)',
    ],
    [
      'a foreign key',
      'a int, b',
      t => columns.addClause(t, 'a', 'references o (id) on delete cascade'),
      'a int references o (id) on delete cascade, b',
    ],
  ];

  test.each(edits)('%s: (%s)', (_, body, edit, expected) => {
    expect(after(body, edit)).toBe(expected);
  });

  const wrong: [string, Edit, string][] = [
    [
      'a default that goes on',
      t => columns.setDefault(t, 'name', '4 not null'),
      '"default 4 not null" is not a clause',
    ],
    ['a default that closes the table', t => columns.setDefault(t, 'name', '4) --'), '"default 4) --" is not a clause'],
    ['a type that goes on', t => columns.setType(t, 'name', 'text not null'), '"text not null" is not a type'],
    ['a clause with a type', t => columns.addClause(t, 'name', 'int unique'), '"int unique" is not a clause'],
    [
      'an expression beside a default',
      t => columns.setGenerated(t, 'name', '1'),
      'column "name" has a default. Drop the default first',
    ],
    ['an expression for the key', t => columns.setGenerated(t, 'id', '1'), 'column "id" is its primary key'],
    ['anything of a column that is not there', t => columns.setNotNull(t, 'wings'), 'has no column "wings"'],
  ];

  test.each(wrong)('is never %s', (_, edit, reason) => {
    expect(() => edit(table)).toThrow(expect.objectContaining({ name: 'TableEditError', table: 'Animal', reason }));
  });
});

test('all an edit does not mean stays as it is, byte for byte', () => {
  const edits: Edit[] = [
    t => columns.setNotNull(t, 'name'),
    t => columns.addColumn(t, 'teeth integer'),
    t => columns.setDefault(t, 'mother', '0'),
    t => columns.dropNotNull(t, 'name'),
    t => columns.dropDefault(t, 'mother'),
    t => columns.dropColumn(t, 'teeth'),
  ];
  expect(edits.reduce((definition, edit) => edit(definition), table).sql).toBe(table.sql);
  expect(difference(t => dropConstraint(t, { name: 'odd' }))).toMatchInlineSnapshot(`
"-  unique (name collate nocase, legs desc) on conflict ignore, -- one of each
-  constraint odd check (animal.legs <> 'name' or name in ('a,b', 'c)')) -- end
+  unique (name collate nocase, legs desc) on conflict ignore -- one of each"
`);
});
