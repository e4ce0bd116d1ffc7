import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { ZooSchema } from '../../../examples/zoo/schema.ts';
import { dump } from '../../../lib/dump/index.ts';
import { databaseAt, proveSchema, type NamedCheck } from '../../../lib/testing/index.ts';
import { zooOn } from '../databases/lent-zoo.ts';

let folder: string;
beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'dejavu-kept-'));
  for (const [version, names] of [
    [1, ['1.tar', '1.tar.gz']],
    [2, ['2.tar.zst', 'two']],
  ] as const) {
    await using zoo = await databaseAt(ZooSchema, version, { database: zooOn('sqlite'), rows: 3 });
    for (const name of names) await dump(zoo.schema, join(folder, name));
  }
  writeFileSync(join(folder, 'README.md'), 'Old dumps');
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

async function oldDumps(dumps: string, from?: number): Promise<NamedCheck[]> {
  const checks = await proveSchema(ZooSchema, { databases: [zooOn('sqlite')], dumps, from });
  return checks.filter(({ name }) => name.includes('the dump '));
}

test('folders and files are old dumps, in the order of their versions', async () => {
  const checks = await oldDumps(folder);
  expect(checks.map(({ name, version }) => [name.replace('zoo on SQLite: ', ''), version])).toEqual([
    ['the dump 1.tar can be restored and upgraded to version 3', 1],
    ['the dump 1.tar.gz can be restored and upgraded to version 3', 1],
    ['the dump 2.tar.zst can be restored and upgraded to version 3', 2],
    ['the dump two can be restored and upgraded to version 3', 2],
  ]);
  for (const { run } of checks) await run();
  expect((await oldDumps(folder, 2)).length).toBe(2);
});

test('one dump may be named alone', async () => {
  expect((await oldDumps(join(folder, 'two'))).map(({ version }) => version)).toEqual([2]);
  expect((await oldDumps(join(folder, '1.tar.gz'))).map(({ version }) => version)).toEqual([1]);
});

test('a dump that was changed, as by a formatter, is a finding', async () => {
  const other = mkdtempSync(join(tmpdir(), 'dejavu-formatted-'));
  cpSync(join(folder, 'two'), join(other, '2'), { recursive: true });
  const manifest = join(other, '2', 'manifest.json');
  writeFileSync(manifest, JSON.stringify(JSON.parse(readFileSync(manifest, 'utf8'))));
  const [check] = await oldDumps(other);
  await expect(check?.run()).rejects.toMatchObject({
    code: 'PROOF_FAILED',
    version: 2,
    message: expect.stringContaining('manifest.json is incomplete or was changed'),
  });
});

test('a folder that is not there, or has no dumps, is refused with the command that makes one', async () => {
  const empty = mkdtempSync(join(tmpdir(), 'dejavu-empty-'));
  mkdirSync(join(empty, 'other'));
  await expect(oldDumps(empty)).rejects.toMatchObject({
    code: 'TARGET_INVALID',
    message: expect.stringMatching(/has no dumps. Add one: `npx dejavu dump .*3`/),
  });
  await expect(oldDumps('no/dumps')).rejects.toMatchObject({
    code: 'TARGET_INVALID',
    message: expect.stringContaining('Create it: `mkdir no/dumps && npx dejavu dump no/dumps/3`'),
  });
});
