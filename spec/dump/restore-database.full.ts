import { appendFileSync, cpSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { dump, restore } from '../../lib/dump/index.ts';
import { showManifest } from '../../lib/dump/manifest.ts';
import { postgresql, sqliteMemory, type TestDatabase } from '../support/databases.ts';
import { stateOf } from '../support/state.ts';
import { filesOf, newFolder, rowsIn, schemaOn } from './releases.ts';
import { fill, steps, zooReleases } from './zoo-releases.ts';

const releases = zooReleases();

describe.each([sqliteMemory, postgresql])('restore() on $name', kind => {
  let source: TestDatabase;
  let folder: string;
  beforeAll(async () => {
    source = await kind.create();
    const schema = await schemaOn(source, releases.slice(0, 1));
    await schema.upgrade();
    await fill(source, 1001);
    await dump(schema, (folder = newFolder()));
  });
  afterAll(() => source.drop());

  test('brings the same rows back, with the number that is given next', async () => {
    await using target = await kind.create();
    const schema = await schemaOn(target, releases.slice(0, 1));
    const report = await restore(schema, folder, { release: '1.2.3' });
    expect(report).toMatchObject({ guid: 'zoo', from: 1, to: 1, rows: 1007, steps: [], drift: [] });
    const again = newFolder();
    await dump(schema, again);
    expect(filesOf(again)).toEqual(filesOf(folder));
    const [log] = await target.execute('select how, to_version, release from deployed_version_log');
    expect(log).toMatchObject({ how: 'restore', to_version: 1, release: '1.2.3' });
    await target.execute(`insert into animal (name, friend_id) values ('new', 1)`);
    const [next] = await target.execute(`select id from animal where name = 'new'`);
    expect(next).toEqual({ id: 1002 });
    await expect(target.execute(`insert into animal (id, name, friend_id) values (2000, 'new', 1)`)).rejects.toThrow(
      /unique/i,
    );
  });

  test('steps bring it to latest, as they bring a database that is upgraded in place', async () => {
    await using target = await kind.create();
    await using inPlace = await kind.create();
    const restored = await schemaOn(target, releases, steps);
    expect(await restore(restored, folder)).toMatchObject({ from: 1, to: 2, steps: [{ version: 2 }] });
    await restore(await schemaOn(inPlace, releases, steps), folder, { stay: true });
    const upgraded = await schemaOn(inPlace, releases, steps);
    expect(await upgraded.deployed()).toBe(1);
    await upgraded.upgrade();
    const folders = [newFolder(), newFolder()] as const;
    await dump(restored, folders[0]);
    await dump(upgraded, folders[1]);
    expect(filesOf(folders[0])).toEqual(filesOf(folders[1]));
    expect(rowsIn(folders[0], 'animal')[0]).toBe('[1,"animal 1",null,2,4]');
  });

  test('refuses a database that is not empty', async () => {
    await using target = await kind.create();
    const schema = await schemaOn(target, releases.slice(0, 1));
    await target.execute('create table strange (id integer)');
    await expect(restore(schema, folder)).rejects.toMatchObject({
      code: 'RESTORE_REFUSED',
      message: expect.stringContaining('strange'),
    });
    await target.execute('create table animal (id integer)');
    await expect(restore(schema, folder, { install: true })).rejects.toMatchObject({ code: 'RESTORE_REFUSED' });
    await target.execute('drop table animal');
    await expect(restore(schema, folder, { install: true })).resolves.toMatchObject({ rows: 1007 });
    await expect(restore(schema, folder)).rejects.toMatchObject({
      code: 'RESTORE_REFUSED',
      message: expect.stringContaining('version 1'),
    });
  });

  test('a signal stops it in each phase, and nothing of it is there', async () => {
    await using target = await kind.create();
    const schema = await schemaOn(target, releases.slice(0, 1));
    const before = await stateOf(target);
    for (const phase of ['checking', 'loading', 'comparing'] as const) {
      const controller = new AbortController();
      const restoring = restore(schema, folder, {
        signal: controller.signal,
        onProgress: progress => {
          if (progress.phase === phase) controller.abort();
        },
      });
      await expect(restoring).rejects.toMatchObject({ code: 'UPGRADE_ABORTED' });
      expect([phase, await stateOf(target)]).toEqual([phase, before]);
    }
  });

  test('says of each phase how many rows it has done', async () => {
    await using target = await kind.create();
    const schema = await schemaOn(target, releases.slice(0, 1));
    const reached: Record<string, number> = {};
    await restore(schema, folder, {
      onProgress: ({ phase, done, total }) => {
        expect(total).toBe(1007);
        expect(done).toBeGreaterThanOrEqual(reached[phase] ?? 0);
        reached[phase] = done;
      },
    });
    expect(Object.entries(reached)).toEqual([
      ['checking', 1007],
      ['loading', 1007],
      ['comparing', 1007],
    ]);
  });

  test('leaves out rows by name', async () => {
    await using target = await kind.create();
    const schema = await schemaOn(target, releases.slice(0, 1));
    const except = { Keeper: 'personal data', animal_keepers: 'personal data' };
    const report = await restore(schema, folder, { except });
    expect(report.tables).toEqual([{ table: 'animal', rows: 1001 }]);
    expect(report.leftOut.map(({ table }) => table)).toEqual(['keeper', 'animal_keepers']);
    expect(await target.execute('select * from keeper')).toEqual([]);
  });

  describe('leaves the target untouched and names file and line', () => {
    let target: TestDatabase;
    beforeAll(async () => void (target = await kind.create()));
    afterAll(() => target.drop());
    const file = 'tables/animal.jsonl';

    /** A copy of the dump, changed, with a manifest that knows of the change if it is to. */
    const changed = (change: (copy: string) => void) => {
      const copy = newFolder();
      cpSync(folder, copy, { recursive: true });
      change(copy);
      return copy;
    };
    const edit = (path: string, from: string | RegExp, to: string) =>
      changed(copy => writeFileSync(join(copy, path), readFileSync(join(folder, path), 'utf8').replace(from, to)));
    // oxlint-disable-next-line typescript/no-explicit-any -- whatever a forger may write
    const forge = (change: (manifest: any) => unknown) =>
      changed(copy => {
        const { complete: _, ...manifest } = JSON.parse(readFileSync(join(copy, 'manifest.json'), 'utf8'));
        change(manifest);
        writeFileSync(join(copy, 'manifest.json'), showManifest(manifest));
      });
    /** A row that is another, although all digests are right. */
    const forgeRow = async (from: string, to: string) => {
      const { createHash } = await import('node:crypto');
      const copy = edit(file, from, to);
      const text = readFileSync(join(copy, file));
      const { complete: _, ...manifest } = JSON.parse(readFileSync(join(copy, 'manifest.json'), 'utf8'));
      const table = manifest.tables.find((one: { file: string }) => one.file === file);
      Object.assign(table, { bytes: text.length, sha256: createHash('sha256').update(text).digest('hex') });
      writeFileSync(join(copy, 'manifest.json'), showManifest(manifest));
      return copy;
    };

    const cases: readonly (readonly [
      name: string,
      () => string | Promise<string>,
      fields: object,
      message: string,
      release?: 'no steps' | 'steps',
    ])[] = [
      ['no folder', () => '/no/such/folder', { file: 'manifest.json' }, 'does not exist'],
      ['killed before the manifest', () => changed(copy => rmSync(join(copy, 'manifest.json'))), {}, 'is incomplete'],
      [
        'a manifest edited by one byte',
        () => edit('manifest.json', '"version": 1', '"version": 2'),
        { file: 'manifest.json' },
        'was changed',
      ],
      ['a row edited by one byte', () => edit(file, 'animal 7"', 'animal 8"'), { file }, 'was changed'],
      ['a file cut off in a line', () => edit(file, /.{10}\n$/, ''), { file }, 'cut off'],
      ['a file too few', () => changed(copy => rmSync(join(copy, file))), { file }, 'is missing'],
      [
        'a file too many',
        () => changed(copy => appendFileSync(join(copy, 'tables/other.jsonl'), '[]')),
        { file: 'tables/other.jsonl' },
        'not in the manifest',
      ],
      [
        'a file by another name',
        () => changed(copy => renameSync(join(copy, file), join(copy, 'tables/a.jsonl'))),
        {},
        'not in the manifest',
      ],
      [
        'a path that leaves the folder',
        () => forge(m => (m.tables[0].file = 'tables/../../x.jsonl')),
        { file: 'manifest.json' },
        'not in tables/',
      ],
      [
        'a table twice',
        () => forge(m => m.tables.push({ ...m.tables[0], file: 'tables/again.jsonl' })),
        { file: 'manifest.json' },
        'twice',
      ],
      [
        'a file for two tables',
        () => forge(m => (m.tables[1].file = m.tables[0].file)),
        { file: 'manifest.json' },
        'twice',
      ],
      ['another Schema', () => forge(m => (m.guid = 'bank')), { file: 'manifest.json' }, "'bank'"],
      ['a newer version', () => forge(m => (m.version = 9)), { file: 'manifest.json' }, 'version 9'],
      ['older than the baseline', () => folder, {}, 'start from 2', 'no steps'],
      [
        'another branch',
        () => forge(m => (m.fingerprint = '1:0000000000000000')),
        { file: 'manifest.json' },
        'another branch',
      ],
      ['another format', () => forge(m => (m.format = 2)), { file: 'manifest.json' }, 'format 2'],
      [
        'a manifest without tables',
        () => forge(m => delete m.tables),
        { file: 'manifest.json' },
        'was not written by dejavu',
      ],
      ['a table too few', () => forge(m => m.tables.pop()), {}, 'not in the manifest'],
      [
        'a column of another kind',
        () => forge(m => (m.tables[0].columns[1].kind = 'json')),
        { file },
        'differ from those of version 1',
      ],
      ['fewer rows than it says', () => forge(m => (m.tables[0].rows = 1000)), { file }, '1001 rows'],
      [
        'a value too few',
        () => forgeRow('[7,"animal 7",6,8]', '[7,"animal 7",6]'),
        { file, line: 8 },
        `${file}:8 does not have 4 values`,
      ],
      [
        'a text in a number',
        () => forgeRow('[7,"animal 7",6,8]', '[7,"animal 7","6",8]'),
        { file, line: 8 },
        'no integer for animal.eats_id',
      ],
      [
        'no JSON',
        () => forgeRow('[7,"animal 7",6,8]', '[7,"animal 7,6,8]'),
        { file, line: 8 },
        'does not have 4 values',
      ],
      [
        'null where none may be',
        () => forgeRow('[7,"animal 7",6,8]', '[7,null,6,8]'),
        { file, line: 8 },
        'animal.name, which is never null',
      ],
      [
        'a million brackets',
        () => forgeRow('[7,"animal 7",6,8]', '['.repeat(1_000_000)),
        { file, line: 8 },
        'nested deeper than 1000',
      ],
      [
        'a parent that is not there',
        () => forgeRow('[7,"animal 7",6,8]', '[7,"animal 7",6,8000]'),
        { file, line: 8 },
        'refers by friend_id to a row of animal',
      ],
    ];
    test.each(cases)('%s', async (_, make, fields, message, release = 'steps') => {
      const schema = await schemaOn(target, releases, release === 'steps' ? steps : {});
      const before = await stateOf(target);
      const made = await make();
      await expect(restore(schema, made)).rejects.toMatchObject({
        code: 'DUMP_INVALID',
        message: expect.stringContaining(message),
        ...fields,
      });
      expect(await stateOf(target)).toEqual(before);
    });

    test('a key twice, which the database refuses', async () => {
      const schema = await schemaOn(target, releases, steps);
      const before = await stateOf(target);
      await expect(restore(schema, await forgeRow('[7,"animal 7",6,8]', '[6,"animal 7",6,8]'))).rejects.toMatchObject({
        code: expect.stringMatching(/RESTORE_REFUSED|DUMP_INVALID/),
      });
      await expect(restore(schema, await forgeRow('[7,"animal 7",6,8]', '[7,"animal 6",6,8]'))).rejects.toMatchObject({
        code: 'RESTORE_REFUSED',
        message: expect.stringMatching(/the database refuses .*unique/i),
      });
      expect(await stateOf(target)).toEqual(before);
    });
  });
});
