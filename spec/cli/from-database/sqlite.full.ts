import { afterAll, beforeAll, expect, test } from '@jest/globals';
import type { EntityName } from '@mikro-orm/core';
import { ModelledProject } from '../../support/cli/modelled.ts';
import { sqliteFile, type TestDatabase } from '../../support/databases.ts';
import { bytesOf, stateOf } from '../../support/state.ts';
import { ODD_TABLES } from './odd-tables.ts';

/** An entity of the project, which is written while this runs. */
const named = (name: string) => name as unknown as EntityName<Record<string, unknown>>;

let database: TestDatabase;
let project: ModelledProject;
beforeAll(async () => {
  database = await sqliteFile.create();
  await database.execute(ODD_TABLES);
  project = new ModelledProject('odd', database);
});
afterAll(async () => {
  project[Symbol.dispose]();
  await database.drop();
});

test('a dry run shows every file, and nothing changes: no file, and no byte of the database', async () => {
  const [files, bytes] = [project.files(), bytesOf(database.address as string)];
  const { code, stdout } = await project.dejavu('init', '--from-database', '--dry-run');
  expect(code).toBe(0);
  expect(stdout).toContain('Nothing was written.');
  expect(stdout).toContain("+     theValue: p.text().fieldName('the value?').nullable(),");
  expect([project.files(), bytesOf(database.address as string)]).toEqual([files, bytes]);
});

test('entities, a Schema and its first version are written, and the database is adopted', async () => {
  const before = await stateOf(database);
  const made = await project.dejavu('init', '--from-database', '--yes');
  expect(made).toMatchObject({ code: 0, stderr: '' });
  expect(made.stdout).toContain('odd: OddSchema at version 1, with 21 entities from');
  const kept = made.stdout.slice(made.stdout.indexOf('Kept'), made.stdout.indexOf('created'));
  expect(kept.replaceAll(/long_/g, '')).toMatchInlineSnapshot(`
"Kept in the database, without an entity. dejavu never changes them:
  the name 'constructor' is one that MikroORM cannot use: constructor
  the name 'a.b' has a dot, which MikroORM cannot use: dotted
  no primary key: no_key
  virtual table: post_text
  table of a virtual table: post_text_config, post_text_content, post_text_data, post_text_docsize, post_text_idx
  view: open_profile
Parts of tables that no entity declares. The Schema lists them in \`extra\`, and dejavu keeps them:
  account_note.column.__proto__
  account_note.foreign key.id
  by_name.foreign key.name
  by_name.foreign key.gone_id
  kinds.column.e.f
  kinds.index.kinds_dotted
  overlapping.foreign key.b, a
  post.trigger.post_ai
Tables that no entity describes in full. dejavu keeps them as they are:
  table without rowid: by_letter
  strict table: strictly
Columns to look at:
  Kinds.at: declared datetime, its values are text, so it is string
  Seconds.at: declared timestamp, its values are seconds, so it is integer
A new database, which upgrade() installs, has none of these. Create what it needs in onInstall().
"
`);
  expect(made.stdout).toContain('odd: adopted at version 1\n');

  const { catalog, rows } = await stateOf(database);
  expect(catalog).toEqual(expect.arrayContaining([...before.catalog]));
  expect(rows).toMatchObject(before.rows);
  expect(await project.upgrade()).toEqual(['level']);
});

test('the entities read and write what was there', async () => {
  await project.running(async (_, { em }) => {
    const one = await em.findOneOrFail(named('Kinds'), 'a');
    expect(one).toMatchObject({ born: '2020-02-29', ok: true, price: '0.5' });
    const order = await em.findOneOrFail(named('Order'), 1);
    expect(order).toMatchObject({ select: 'first' });
    // A table that joins two others is a many-to-many; with its entity where that alone would not say all of it.
    await em.populate(order, ['post', 'strictly'] as never);
    expect([order['post'], order['strictly']].map(joined => [...(joined as Iterable<unknown>)].length)).toEqual([1, 0]);
    const profile = em.create(named('Profile'), { order, status: "it's" });
    const leaf = em.create(named('Tree'), { name: 'leaf', parent: 1 });
    await em.flush();
    expect([profile, leaf]).toMatchObject([{ id: 1 }, { id: 2 }]);
    // One statement for several
    const several = ['a', 'b', 'c'].map(name => em.create(named('Tree'), { name }));
    await em.flush();
    expect(several).toMatchObject([{ id: 3 }, { id: 4 }, { id: 5 }]);
    expect(await em.findOneOrFail(named('Moments'), 1)).toMatchObject({ at: new Date(1_700_000_000_000) });
  });
});

test('two versions later all of it is still there', async () => {
  project.edit(
    ['src/entities/post.ts', 'title: p.text()', 'title: p.text(),\n    stars: p.integer().default(5)'],
    ['src/entities/kinds.ts', 'name: p.string()', "label: p.string().fieldName('label')"],
    ['src/entities/tree.ts', 'name: p.text().nullable()', "name: p.text().default('-')"],
  );
  const second = await project.dejavu('next', '--renamed', 'kinds.name:label', '--fill', 'tree.name=-');
  expect(second).toMatchObject({ code: 0, stderr: '' });
  expect(await project.upgrade()).toEqual(['upgraded']);
  project.edit(
    ['src/entities/post.ts', 'body: p.text().nullable(),', "body: p.string().columnType('varchar(500)').nullable(),"],
    [
      'src/entities/computed.ts',
      'first: p.text().nullable(),',
      'first: p.text().nullable(),\n    last: p.text().nullable(),',
    ],
  );
  const third = await project.dejavu('next');
  expect(third).toMatchObject({ code: 0, stderr: '' });
  expect(await project.upgrade()).toEqual(['upgraded']);

  expect(await database.execute('select id, title, body, stars from post')).toEqual([
    { id: 1, title: 'Hello', body: 'world', stars: 5 },
  ]);
  await database.execute(`insert into post (title, body) values ('found', 'by the trigger')`);
  expect(await database.execute(`select rowid from post_text where post_text match 'trigger'`)).toEqual([{ rowid: 2 }]);
  expect(await database.execute('select count(*) as n from open_profile')).toEqual([{ n: 0 }]);
  expect(await project.dejavu('check')).toMatchObject({ code: 0, stderr: '' });
  expect(project.complaints()).toBe('');

  // A new database gets the same, as far as entities say it
  await using empty = await sqliteFile.create();
  expect(await project.on(empty).upgrade()).toEqual(['installed']);
  project.on(database);
});

test('a second time is refused, and so is a project with entities', async () => {
  const again = await project.dejavu('init', '--from-database');
  expect(again).toMatchObject({ code: 64 });
  expect(again.stderr).toContain('src/schema.ts exists');
  const other = await project.dejavu('init', '--from-database', '--schema', './src/other.ts', '--guid', 'other');
  expect(other).toMatchObject({ code: 64 });
  expect(other.stderr).toContain("MikroORM's configuration has 21 entities already");
});
