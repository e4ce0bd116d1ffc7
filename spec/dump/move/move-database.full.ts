import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { describe, expect, test } from '@jest/globals';
import { doubleDump, dump, move } from '../../../lib/dump/index.ts';
import { holdCommits, isGone } from '../../support/commits.ts';
import { postgresql, sqliteFile, sqliteMemory, type DatabaseKind, type TestDatabase } from '../../support/databases.ts';
import { scratchFolders } from '../../support/scratch-folders.ts';
import { stateOf } from '../../support/state.ts';
import { everyType, filesOf, newFolder, rowsIn, schemaOn } from '../releases.ts';
import { COWS, fill, releases, schemaOf } from './farm.ts';

const worker = join(import.meta.dirname, '..', '..', 'support', 'workers', 'move.ts');

const ways: readonly { from: DatabaseKind; to: DatabaseKind; way: string }[] = [
  [sqliteFile, postgresql],
  [postgresql, sqliteFile],
  [sqliteMemory, sqliteFile],
].map(([from, to]) => ({ from: from!, to: to!, way: `${from!.name} to ${to!.name}` }));

describe.each(ways)('move() from $way', ({ from, to }) => {
  test('the target has the rows at the same version, and is upgraded from there', async () => {
    await using source = await from.create();
    await using target = await to.create();
    const first = await schemaOf(source, releases.slice(0, 1));
    await first.upgrade();
    await fill(source);
    const before = await stateOf(source);
    const parts: string[] = [];
    const release2 = await schemaOf(source, releases);
    const report = await move(release2, await target.orm([]), {
      release: '1.2.3',
      onProgress: ({ phase, done, total }) => parts.push(`${phase} ${done} of ${total}`),
    });
    expect(report).toMatchObject({ guid: 'zoo', version: 1, rows: COWS + 2, isGuarded: true, leftOut: [], drift: [] });
    expect(parts.at(0)).toMatch(/^dumping /);
    expect(parts.at(-1)).toBe(`comparing ${COWS + 2} of ${COWS + 2}`);
    expect(await stateOf(source)).toEqual(before);
    expect(scratchFolders()).toEqual([]);
    const [there, here] = [newFolder(), newFolder()];
    await dump(first, here);
    const moved = await schemaOf(target, releases);
    await dump(moved, there);
    expect(filesOf(there)).toEqual(filesOf(here));
    expect(await moved.upgrade()).toMatchObject({ from: 1, to: 2, drift: [] });
    expect(await doubleDump(moved)).toMatchObject({ isEqual: true });
    await expect(move(release2, await target.orm([]))).rejects.toMatchObject({
      code: 'TARGET_INVALID',
      message: expect.stringContaining('has version 2'),
    });
    await expect(move(release2, await source.orm([]))).rejects.toMatchObject({
      code: 'TARGET_INVALID',
      message: expect.stringContaining('is the database to move'),
    });
  });
});

test.each([sqliteFile, postgresql])('others read $name and do not write into it while it is moved', async kind => {
  await using source = await kind.create();
  await using target = await sqliteFile.create();
  const schema = await schemaOf(source, releases.slice(0, 1));
  await schema.upgrade();
  await fill(source);
  const tries: unknown[] = [];
  let trying: Promise<unknown> | undefined;
  const timeout = kind.dialect === 'sqlite' ? 'pragma busy_timeout = 1' : `set lock_timeout = '1ms'`;
  const attempt = async () => {
    tries.push((await source.execute<{ name: string }>('select name from barn where id = 1'))[0]?.name);
    tries.push(
      await source.execute(`${timeout}; update barn set name = 'new' where id = 1`).catch(({ message }) => message),
    );
  };
  const report = await move(schema, await target.orm([]), {
    onProgress: ({ phase }) => void (phase === 'loading' && (trying ??= attempt())),
  });
  await trying;
  expect(tries).toEqual(['North', expect.stringMatching(/locked|lock timeout/)]);
  expect(report.isGuarded).toBe(true);
  // Afterwards they go on.
  await source.execute(`update barn set name = 'new' where id = 1`);

  await using other = await sqliteFile.create();
  let wrote: Promise<unknown> | undefined;
  const unguarded = await move(schema, await other.orm([]), {
    guard: false,
    onProgress: ({ phase }) =>
      void (phase === 'loading' && (wrote ??= source.execute(`update barn set name = 'newer' where id = 1`))),
  });
  await wrote;
  expect(unguarded.isGuarded).toBe(false);
  expect(await other.execute('select name from barn where id = 1')).toEqual([{ name: 'new' }]);
});

test('what the target has no room for is reported before anything is written', async () => {
  await using source = await sqliteFile.create();
  await using target = await postgresql.create();
  const schema = await schemaOn(source, [everyType()]);
  await schema.upgrade();
  await source.execute(
    `insert into thing (id, big, word) values (1, 'many', 'ok'), (2, 5, 'a' || char(0)), (3, 'more', 'b' || char(0))`,
  );
  await expect(move(schema, await target.orm([]))).rejects.toMatchObject({
    code: 'RESTORE_REFUSED',
    misfits: [
      { table: 'thing', column: 'big', key: '1', rows: 2 },
      { table: 'thing', column: 'word', key: '2', rows: 2 },
    ],
  });
  expect(await target.execute(`select relname from pg_class where relname in ('thing', 'deployed_version')`)).toEqual(
    [],
  );
  await source.execute('delete from thing');
  await source.execute(`insert into thing (id, word) values (4, 'kept')`);
  await move(schema, await target.orm([]));
  const folder = newFolder();
  await dump(await schemaOn(target, [everyType()]), folder);
  expect(rowsIn(folder, 'thing')).toHaveLength(1);
});

test('a database that the server does not have yet is created', async () => {
  await using source = await sqliteFile.create();
  await using server = await postgresql.create();
  const schema = await schemaOf(source, releases.slice(0, 1));
  await schema.upgrade();
  const dbName = `dejavu_new_${process.pid}`;
  const orm = await server.orm([], { dbName });
  try {
    expect(await move(schema, orm)).toMatchObject({ rows: 0, isGuarded: true });
  } finally {
    await orm.close(true);
    await server.execute(`drop database if exists ${dbName}`);
  }
});

test('a disk without room for the rows is told, and the target is as it was', async () => {
  await using source = await sqliteFile.create();
  await using target = await postgresql.create();
  const schema = await schemaOf(source, releases.slice(0, 1));
  await schema.upgrade();
  await fill(source);
  const empty = await stateOf(target);
  // No file may have more than some kilobytes.
  const script = 'ulimit -f 64; exec "$0" "$@"';
  const args = ['-c', script, process.execPath, worker, source.address ?? '', target.address ?? '', 'loading', '1'];
  const { stderr } = spawnSync('sh', args, { encoding: 'utf8' });
  expect(stderr).toMatch(/SchemaTargetError: zoo: the disk has no room for the rows in .*EFBIG.*TMPDIR/);
  expect(await stateOf(target)).toEqual(empty);
  expect(scratchFolders()).toEqual([]);
});

const stages = [
  ['dumping', 1],
  ['checking', 1],
  ['loading', 1],
  ['comparing', COWS + 2],
] as const;

interface Killing {
  readonly source: TestDatabase;
  readonly target: TestDatabase;
}

function killMove({ source, target }: Killing, phase: string, done: number): void {
  const args = [worker, source.address ?? '', target.address ?? '', phase, String(done)];
  const killed = spawnSync(process.execPath, args, { encoding: 'utf8' });
  expect(killed).toMatchObject({ signal: 'SIGKILL', stderr: '' });
}

describe.each(ways.slice(0, 2))('a move that is killed from $way', ({ from, to }) => {
  test('at any stage leaves the source as it was and the target empty', async () => {
    await using source = await from.create();
    await using target = await to.create();
    const schema = await schemaOf(source, releases.slice(0, 1));
    await schema.upgrade();
    await fill(source);
    const before = [await stateOf(source), await stateOf(target)];
    for (const [phase, done] of stages) {
      killMove({ source, target }, phase, done);
      expect([await stateOf(source), await stateOf(target)]).toEqual(before);
    }
    expect(await move(schema, await target.orm([]))).toMatchObject({ rows: COWS + 2, isGuarded: true });
    expect(scratchFolders()).toEqual([]);
  });

  // A server commits what it was sent, and another move says so. A file's journal takes the commit back.
  test('while it is committed leaves nothing or all of it, and another move tells', async () => {
    await using source = await from.create();
    await using target = await to.create();
    const schema = await schemaOf(source, releases.slice(0, 1));
    await schema.upgrade();
    await fill(source);
    const before = await stateOf(source);
    await using commits = await holdCommits(target);
    killMove({ source, target }, 'committing', 0);
    await commits.letGo();
    await isGone(target);
    expect(await stateOf(source)).toEqual(before);
    const outcome = await move(schema, await target.orm([])).then(
      ({ rows, isGuarded }) => `moved ${rows} rows, guarded: ${isGuarded}`,
      (error: Error) => error.message,
    );
    expect(outcome).toMatch(
      to === postgresql
        ? /has version 1 of 'zoo', restored at .*all of them are there: point the application to it/
        : `moved ${COWS + 2} rows, guarded: true`,
    );
    expect(String((await target.execute<{ n: number }>('select count(*) as n from cow'))[0]?.n)).toBe(String(COWS));
    expect(scratchFolders()).toEqual([]);
  });
});
