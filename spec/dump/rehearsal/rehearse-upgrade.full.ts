import { readdirSync, statSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import type { MikroORM } from '@mikro-orm/core';
import type { SqlEntityManager } from '@mikro-orm/sql';
import { rehearse } from '../../../lib/dump/index.ts';
import { nodeSqlite, postgresql, sqliteFile, type TestDatabase } from '../../support/databases.ts';
import { spawnWorker } from '../../support/processes.ts';
import { createRole, type TestRole } from '../../support/roles.ts';
import { stateOf } from '../../support/state.ts';
import { filled, notebook } from '../backups/notebook.ts';

/** The scratch copies that are there: on a server those of a role, since other specs make some as well. */
async function copies(database: TestDatabase, role?: TestRole): Promise<string[]> {
  if (database.dialect === 'postgresql') {
    const rows = await database.execute<{ name: string }>(
      `select datname as name from pg_database where datname ~ '^dejavu_(rehearsal|scratch)_' and pg_get_userbyid(datdba) = '${role?.name}'`,
    );
    return rows.map(({ name }) => name);
  }
  return readdirSync(dirname(database.address ?? '')).filter(name => name.includes('rehearsal'));
}

const RIGHTS = [
  'alter role $role createdb',
  'grant usage on schema public to $role',
  'grant select on all tables in schema public to $role',
  'grant select on all sequences in schema public to $role',
];

describe.each([sqliteFile, nodeSqlite, postgresql])('a rehearsal on $name', kind => {
  let database: TestDatabase;
  let role: TestRole | undefined;
  const opened: MikroORM[] = [];
  /** On a server, by a role that may read the tables and create databases. */
  const release = async (...[, latest, more]: Parameters<typeof notebook>) => {
    const made = await notebook(role?.url ?? database, latest, more);
    opened.push(made.orm);
    return made;
  };
  const isSqlite = kind.dialect === 'sqlite';
  beforeAll(async () => {
    // Two libraries of SQLite in one process, of which the specs use the other, cannot share a write-ahead log.
    database = await kind.create({ wal: kind !== nodeSqlite });
    await filled(database, 500);
    await database.execute('create table stranger (id integer)');
    await database.execute('insert into stranger values (1), (2)');
    if (!isSqlite) role = await createRole(database, ...RIGHTS);
  });
  afterAll(async () => {
    for (const orm of opened) await orm.close(true);
    await role?.[Symbol.asyncDispose]();
    await database.drop();
  });

  test('runs the steps on a copy, and says how long they took and what they changed', async () => {
    const before = await stateOf(database);
    const { schema, orm } = await release(database, 2, {
      members: {
        async upgradeTo_2(step: {
          em: { execute(sql: string): Promise<unknown> };
          addProperty: CallableFunction;
          after: never;
        }) {
          await step.addProperty(step.after['Note'], 'stars', { fill: 5 });
          // What the application's own EntityManager does happens on the copy as well.
          await (orm.em as unknown as SqlEntityManager).execute('delete from note where id > 450');
          await step.em.execute('create table extra (id integer)');
        },
      },
    });
    const report = await rehearse(schema, undefined, { verify: 'report' });
    expect(report).toMatchObject({
      guid: 'zoo',
      from: 1,
      to: 2,
      outcome: 'upgraded',
      way: isSqlite ? 'file' : 'dump',
      steps: [{ version: 2, ms: expect.any(Number) }],
      differences: [],
      removed: [],
      kept: [],
    });
    expect(report.tables).toEqual([
      { table: 'extra', rowsBefore: undefined, rowsAfter: 0, changed: [] },
      {
        table: 'note',
        rowsBefore: 500,
        rowsAfter: 450,
        changed: [expect.stringMatching(isSqlite ? /^\+ stars integer/ : /^\+ stars (int4|integer)/)],
      },
      // A dump has no tables of others.
      ...(isSqlite ? [{ table: 'stranger', rowsBefore: 2, rowsAfter: 2, changed: [] }] : []),
    ]);
    expect(await stateOf(database)).toEqual(before);
    expect(await copies(database, role)).toEqual([]);
    expect(schema.stage).toBeUndefined();
  });

  test('a step that fails on the copy is reported, and the copy is gone', async () => {
    const before = await stateOf(database);
    const members = {
      async upgradeTo_2(step: { execute(sql: string): Promise<unknown> }) {
        await step.execute('delete from note');
        throw new Error('not today');
      },
    };
    const { schema } = await release(database, 2, { members });
    await expect(rehearse(schema)).rejects.toMatchObject({ code: 'STEP_FAILED', version: 2 });
    expect(await stateOf(database)).toEqual(before);
    expect(await copies(database, role)).toEqual([]);
  });

  test('has nothing to do where the database is level, and refuses one without a version', async () => {
    const { schema } = await release(database, 1);
    expect(await rehearse(schema)).toMatchObject({ outcome: 'level', from: 1, to: 1, way: undefined, tables: [] });
    await using empty = await kind.create();
    const { schema: missing } = await notebook(empty, 2);
    await expect(rehearse(missing)).rejects.toMatchObject({ code: 'VERSION_MISSING' });
    expect(await empty.execute(isSqlite ? 'select name from sqlite_master' : `select 1 where false`)).toEqual([]);
  });

  test('that leaves another storage than its version reports the differences', async () => {
    const before = await stateOf(database);
    const members = { upgradeTo_2: async () => {} };
    const { schema } = await release(database, 2, { members });
    const report = await rehearse(schema, undefined, { verify: 'report' });
    expect(report).toMatchObject({ from: 1, to: 2, outcome: 'upgraded', steps: [{ version: 2 }] });
    expect(report.differences).toEqual([
      expect.objectContaining({ kind: 'missing', path: ['note', 'column', 'stars'], live: undefined }),
    ]);
    await expect(rehearse(schema)).rejects.toMatchObject({
      code: 'STEP_FAILED',
      message: expect.stringContaining('stars'),
    });
    expect(await stateOf(database)).toEqual(before);
    expect(await copies(database, role)).toEqual([]);
  });

  test('does not adopt: a storage without a version is refused, and stays without one', async () => {
    await using unversioned = await kind.create();
    await unversioned.execute('create table note (id integer primary key, body text not null)');
    const before = await stateOf(unversioned);
    const { schema } = await notebook(unversioned, 2);
    await expect(rehearse(schema)).rejects.toMatchObject({
      code: 'VERSION_MISSING',
      message: expect.stringContaining('has no version'),
    });
    expect(await stateOf(unversioned)).toEqual(before);
  });

  test('that is killed leaves the database as it was, and the next one removes its copy', async () => {
    const before = await stateOf(database);
    await using worker = spawnWorker('rehearse.ts', { address: role?.url ?? database.address ?? '' });
    expect(await worker.finished).toMatchObject({ signal: 'SIGKILL', lines: [] });
    expect(await stateOf(database)).toEqual(before);
    const left = await copies(database, role);
    expect(left.length).toBeGreaterThan(0);
    const modes = isSqlite ? left.map(name => statSync(join(dirname(database.address ?? ''), name)).mode & 0o077) : [];
    expect(modes.filter(mode => mode !== 0)).toEqual([]);
    // A server notices within a moment that the process is gone.
    const sessions = async () =>
      isSqlite
        ? []
        : database.execute(
            `select 1 from pg_stat_activity where usename = '${role?.name}' and datname <> current_database()`,
          );
    while ((await sessions()).length > 0);
    const { schema } = await release(database, 2);
    const { removed } = await rehearse(schema);
    expect(removed.map(path => path.split('/').at(-1))).toEqual([
      left.toSorted((one, other) => one.length - other.length)[0],
    ]);
    expect(await copies(database, role)).toEqual([]);
    expect(await stateOf(database)).toEqual(before);
  });

  test('runs the steps back to a lower version, and needs one for each', async () => {
    await (await notebook(database, 2)).schema.upgrade();
    if (role) await database.execute(`grant select on all tables in schema public to ${role.name}`);
    const before = await stateOf(database);
    const members = {
      async downgradeTo_1(step: { dropProperty: CallableFunction; before: never }) {
        await step.dropProperty(step.before['Note'], 'stars');
      },
    };
    const { schema } = await release(database, 2, { members });
    const report = await rehearse(schema, 1, { allowLoss: true });
    expect(report).toMatchObject({ from: 2, to: 1, outcome: 'downgraded', steps: [{ version: 1 }], differences: [] });
    expect(report.tables[0]).toMatchObject({
      table: 'note',
      rowsBefore: 500,
      rowsAfter: 500,
      changed: [expect.stringMatching(/^- stars/)],
    });
    const { schema: without } = await release(database, 2);
    await expect(rehearse(without, 1)).rejects.toMatchObject({ code: 'TARGET_INVALID' });
    expect(await stateOf(database)).toEqual(before);
    expect(await copies(database, role)).toEqual([]);
  });
});

test('the copy of another host is not removed, but named', async () => {
  await using database = await sqliteFile.create();
  await filled(database);
  const name = `${database.address}.rehearsal-00000000-1-00000000`;
  writeFileSync(name, '');
  const { schema } = await notebook(database, 2);
  expect(await rehearse(schema)).toMatchObject({ removed: [], kept: [name] });
  expect(await copies(database)).toEqual([name.split('/').at(-1)]);
});

describe('a rehearsal on a server', () => {
  test('copies the whole database where no session uses it', async () => {
    await using database = await postgresql.create();
    await using beside = await postgresql.create();
    await filled(database);
    await database.execute('create table stranger (id integer)');
    // The sessions of the specs themselves.
    const name = new URL(database.address ?? '').pathname.slice(1);
    const end = `select pg_terminate_backend(pid) from pg_stat_activity where datname = '${name}'`;
    const { schema } = await notebook(database.address ?? '', 2);
    await beside.execute(end);
    const report = await rehearse(schema);
    expect(report).toMatchObject({ way: 'template', to: 2 });
    expect(report.tables.map(({ table }) => table)).toEqual(['note', 'stranger']);
    const left = `select datname from pg_database where datname like 'dejavu\\_rehearsal\\_%'`;
    expect(await beside.execute(left)).toEqual([]);
  });

  test('needs the right to create a database, and says what to grant', async () => {
    await using database = await postgresql.create();
    await filled(database);
    await using role = await createRole(
      database,
      'grant usage, create on schema public to $role',
      'grant select on all tables in schema public to $role',
    );
    const { schema, orm } = await notebook(role.url, 2);
    await expect(rehearse(schema)).rejects.toMatchObject({
      code: 'PERMISSION_DENIED',
      message: expect.stringContaining('alter role <role> createdb'),
    });
    await orm.close(true);
    expect(await copies(database, role)).toEqual([]);
  });
});
