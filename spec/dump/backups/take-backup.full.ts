import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, test } from '@jest/globals';
import { rehearse, restore } from '../../../lib/dump/index.ts';
import { pglite, postgresql, sqliteFile, type TestDatabase } from '../../support/databases.ts';
import { spawnWorker } from '../../support/processes.ts';
import { filled, notebook } from './notebook.ts';

const newFolder = () => mkdtempSync(join(tmpdir(), 'dejavu-backups-'));
const notes = (database: TestDatabase) => database.execute('select * from note order by id');
const asFilled = [1, 2, 3].map(id => ({ id, body: `note ${id}` }));

describe('a backup on PostgreSQL', () => {
  test('is a dump of what the first step finds, over a pool of one connection', async () => {
    await using database = await postgresql.create({ pool: 1 });
    await using scratch = await postgresql.create();
    await filled(database);
    const backup = join(newFolder(), 'before');
    const progress: string[] = [];
    const report = await (
      await notebook(database, 2)
    ).schema.upgrade({
      backup,
      onProgress: ({ type, ...more }) => void progress.push(`${type} ${'method' in more ? more.method : ''}`),
    });
    expect(report).toMatchObject({ from: 1, to: 2, backup });
    expect(progress.filter(said => !said.startsWith('progress'))).toEqual([
      'started backup',
      'finished backup',
      'started upgradeTo_2',
      'finished upgradeTo_2',
    ]);
    expect(await notes(database)).toEqual(asFilled.map(note => ({ ...note, stars: 5 })));
    const { schema } = await notebook(scratch, 1);
    expect(await restore(schema, backup)).toMatchObject({ from: 1, rows: 3 });
    expect(await notes(scratch)).toEqual(asFilled);
  });

  test('is named by a step that fails, and is made again by the next call, in the place of the one before', async () => {
    await using database = await postgresql.create();
    await filled(database);
    const folder = newFolder();
    const members = {
      async upgradeTo_2() {
        throw new Error('not today');
      },
    };
    const { schema } = await notebook(database, 2, { members });
    const failing = schema.upgrade({ backup: { folder, keep: 1 } });
    await expect(failing).rejects.toMatchObject({
      code: 'STEP_FAILED',
      backup: expect.stringMatching(/-0001-v1$/),
      message: expect.stringContaining('The backup from before is '),
    });
    const { schema: mended } = await notebook(database, 2);
    const { backup = '' } = await mended.upgrade({ backup: { folder, keep: 1 } });
    expect(readdirSync(folder).map(name => join(folder, name))).toEqual([backup]);
    expect(backup).toMatch(/-0002-v1$/);
    expect(await mended.upgrade({ backup: { folder } })).not.toHaveProperty('backup');
  });

  test('is refused before anything is written: without frozen versions, in no folder, over another file', async () => {
    await using database = await postgresql.create();
    await filled(database);
    const folder = newFolder();
    const unfrozen = await notebook(database, 2, { members: { versions: undefined } });
    await expect(unfrozen.schema.upgrade({ backup: join(folder, 'a') })).rejects.toMatchObject({
      code: 'TARGET_INVALID',
      message: expect.stringContaining('has no frozen versions'),
    });
    const { schema } = await notebook(database, 2);
    await expect(schema.upgrade({ backup: join(folder, 'no', 'such') })).rejects.toMatchObject({
      code: 'TARGET_INVALID',
      target: join(folder, 'no', 'such'),
      message: expect.stringContaining('Create its folder'),
    });
    mkdirSync(join(folder, 'taken'));
    await expect(schema.upgrade({ backup: join(folder, 'taken') })).rejects.toMatchObject({ code: 'TARGET_INVALID' });
    expect(readdirSync(folder)).toEqual(['taken']);
    expect(await notes(database)).toEqual(asFilled);
    expect(await database.execute('select version, stage from deployed_version')).toEqual([
      { version: 1, stage: null },
    ]);
  });
});

test('a backup on PGlite, which has one connection, is a dump and leaves the settings of the step alone', async () => {
  await using database = await pglite.create();
  await filled(database);
  const backup = join(newFolder(), 'before');
  let style: unknown;
  const { schema } = await notebook(database, 2, {
    members: {
      async onInstall() {},
      async upgradeTo_2(step: {
        execute(sql: string): Promise<object[]>;
        addProperty: CallableFunction;
        after: never;
      }) {
        [style] = await step.execute('show intervalstyle');
        await step.addProperty(step.after['Note'], 'stars', { fill: 5 });
      },
    },
  });
  expect(await rehearse(schema)).toMatchObject({ way: 'dump', from: 1, to: 2 });
  expect(await schema.deployed()).toBe(1);
  expect(await schema.upgrade({ backup })).toMatchObject({ outcome: 'upgraded', backup });
  expect(style).toEqual({ IntervalStyle: 'postgres' });
  expect(readFileSync(join(backup, 'tables', 'note.jsonl'), 'utf8')).toBe(
    '["id","body"]\n[1,"note 1"]\n[2,"note 2"]\n[3,"note 3"]\n',
  );
});

describe.each([postgresql, sqliteFile])('processes that upgrade with a backup on $name', kind => {
  test('make one backup together, and a killed one leaves none that looks whole', async () => {
    await using database = await kind.create({ wal: true });
    await filled(database, 60_000);
    const folder = newFolder();
    const args = { address: database.address ?? '', backup: { folder, keep: 3 } };
    await using killed = spawnWorker('back-up.ts', { ...args, dies: true });
    expect(await killed.finished).toMatchObject({ signal: 'SIGKILL' });
    const left = readdirSync(folder);
    expect(left.map(name => name.slice(-13))).toEqual(['-0001-v1.part']);
    expect(existsSync(join(folder, left[0] ?? '', 'manifest.json'))).toBe(false);
    expect(existsSync(join(folder, left[0] ?? '', 'backup.json'))).toBe(false);
    // nothing of the upgrade had begun
    expect(await database.execute('select version from deployed_version')).toEqual([{ version: 1 }]);
    expect(Object.keys((await database.execute('select * from note limit 1'))[0] ?? {})).toEqual(['id', 'body']);

    const workers = [0, 1, 2].map(() => spawnWorker('back-up.ts', args));
    const ended = await Promise.all(workers.map(worker => worker.finished));
    expect(ended.map(({ code, stderr }) => ({ code, stderr }))).toEqual(workers.map(() => ({ code: 0, stderr: '' })));
    const made = ended.flatMap(({ lines }) => lines.flatMap(({ backup }) => backup ?? []));
    // The left-over is gone, and its number is not used again.
    expect(made).toEqual([expect.stringMatching(/-0002-v1$/)]);
    expect(readdirSync(folder).map(name => join(folder, name))).toEqual(made);
    expect((await notes(database)).length).toBe(60_000);
  });
});
