import {
  copyFileSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { restore } from '../../../lib/dump/index.ts';
import type { Step } from '../../../lib/index.ts';
import { sqliteFile, type TestDatabase } from '../../support/databases.ts';
import { schemaClass } from '../../support/schemas.ts';

let source: TestDatabase;
let folder: string;
let newest: string;
/** Kept apart, with a name of the user's. */
let single: string;

async function notes(database: TestDatabase, latest = 3) {
  const step = (text: string) => async (one: Step) => void (await one.execute(text));
  const steps = {
    upgradeTo_2: step(`update note set body = 'two'`),
    upgradeTo_3: step(`update note set body = 'three'`),
  };
  const Notes = schemaClass({ latest, ...(latest === 3 && steps) });
  return new Notes(await database.orm([]));
}

beforeAll(async () => {
  source = await sqliteFile.create();
  folder = join(mkdtempSync(join(tmpdir(), 'dejavu-restore-')), 'backups');
  single = join(dirname(folder), 'single.db');
  await (await notes(source, 1)).upgrade();
  await source.execute('create table note (id integer primary key, body text)');
  await source.execute(`insert into note values (1, 'one'), (2, 'one')`);
  const schema = await notes(source);
  await schema.upgrade(2, { backup: { folder } });
  newest = (await schema.upgrade(3, { backup: { folder } })).backup ?? '';
  copyFileSync(join(newest, 'zoo.db'), single);
});
afterAll(() => source.drop());

const bodies = (database: TestDatabase) => database.execute('select distinct body from note');

test('a folder of backups stands for the newest, which the steps bring to latest', async () => {
  await using target = await sqliteFile.create();
  const report = await restore(await notes(target), folder);
  expect(report).toMatchObject({ guid: 'zoo', from: 2, to: 3, rows: 2, tables: [{ table: 'note', rows: 2 }] });
  expect(report.steps).toEqual([{ version: 3, ms: expect.any(Number) }]);
  expect(await bodies(target)).toEqual([{ body: 'three' }]);
  const log = await target.execute(
    'select how, from_version, to_version from deployed_version_log order by id desc limit 2',
  );
  expect(log).toEqual([
    { how: 'upgrade', from_version: 2, to_version: 3 },
    { how: 'restore', from_version: 2, to_version: 2 },
  ]);
  expect(statSync(target.address ?? '').mode & 0o777).toBe(0o600);
  expect(readdirSync(dirname(target.address ?? ''))).toEqual(['zoo.db']);
});

test.each([
  ['the folder of one backup', () => newest],
  ['a file', () => single],
])('%s is restored as it is where it is to stay', async (_, path) => {
  await using target = await sqliteFile.create();
  writeFileSync(target.address ?? '', '');
  expect(await restore(await notes(target), path(), { stay: true })).toMatchObject({ from: 2, to: 2, steps: [] });
  expect(await bodies(target)).toEqual([{ body: 'two' }]);
});

test('nothing is overwritten, and nothing of another database is taken for a part of the backup', async () => {
  await using target = await sqliteFile.create();
  const address = target.address ?? '';
  writeFileSync(address, 'precious');
  await expect(restore(await notes(target), folder)).rejects.toMatchObject({
    code: 'RESTORE_REFUSED',
    message: expect.stringContaining('overwrites no database'),
  });
  expect(readFileSync(address, 'utf8')).toBe('precious');
  await using other = await sqliteFile.create();
  writeFileSync(`${other.address}-wal`, 'left');
  await expect(restore(await notes(other), folder)).rejects.toMatchObject({ code: 'RESTORE_REFUSED' });
  expect(existsSync(other.address ?? '')).toBe(false);
  await using connected = await sqliteFile.create();
  const schema = await notes(connected);
  await expect(schema.upgrade({ backup: folder })).resolves.toMatchObject({ outcome: 'installed' });
  await expect(restore(schema, folder)).rejects.toMatchObject({ code: 'RESTORE_REFUSED' });
});

function changed(change: (bytes: Buffer) => void): string {
  const place = join(mkdtempSync(join(tmpdir(), 'dejavu-changed-')), 'zoo-0001');
  mkdirSync(place);
  for (const name of readdirSync(newest)) {
    const bytes = readFileSync(join(newest, name));
    if (name === 'zoo.db') change(bytes);
    writeFileSync(join(place, name), bytes);
  }
  return place;
}

test.each([
  ['one byte that was changed', () => changed(bytes => void (bytes[bytes.length - 1] = 7)), 'its digest is not'],
  ['a file that is none', () => fileOf('no database at all, but long enough to be one'.repeat(40)), 'cannot be opened'],
  ['an empty file', () => fileOf(''), `has no version of 'zoo'`],
  ['a folder with nothing', () => mkdtempSync(join(tmpdir(), 'dejavu-empty-')), 'is incomplete'],
])('%s is refused, and nothing is written', async (_, path, message) => {
  await using target = await sqliteFile.create();
  await expect(restore(await notes(target), path())).rejects.toMatchObject({
    code: 'DUMP_INVALID',
    message: expect.stringContaining(message),
  });
  expect(readdirSync(dirname(target.address ?? ''))).toEqual([]);
});

function fileOf(text: string): string {
  const file = join(mkdtempSync(join(tmpdir(), 'dejavu-file-')), 'zoo.db');
  writeFileSync(file, text);
  return file;
}

test('a folder with the backups of two databases asks for one of them', async () => {
  await using second = await sqliteFile.create();
  await (await notes(second, 1)).upgrade();
  await second.execute('create table note (id integer primary key, body text)');
  const { backup: other = '' } = await (await notes(second)).upgrade({ backup: { folder } });
  await using target = await sqliteFile.create();
  const refused = await restore(await notes(target), folder).catch((error: unknown) => error);
  expect(refused).toMatchObject({ code: 'TARGET_INVALID', message: expect.stringContaining(other) });
  expect(String(refused)).toContain(newest);
  expect(existsSync(target.address ?? '')).toBe(false);
});
