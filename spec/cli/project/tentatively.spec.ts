import { spawn } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { once } from 'node:events';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeEach, expect, test } from '@jest/globals';
import { merged, tentatively } from '../../../lib/cli/project/file-changes.ts';

const folder = mkdtempSync(join(tmpdir(), 'dejavu-tentatively-'));
const [old, fresh] = [join(folder, 'old.ts'), join(folder, 'fresh.ts')];
const changes = [
  { path: old, before: 'was', after: 'is' },
  { path: fresh, before: undefined, after: 'new' },
];

beforeEach(() => {
  writeFileSync(old, 'was');
  rmSync(fresh, { force: true });
});

afterAll(() => rmSync(folder, { recursive: true }));

test('files stay if they are to', async () => {
  const read = () => Promise.resolve(['stay', readFileSync(old, 'utf8')] as const);
  expect(await tentatively(changes, read)).toBe('is');
  expect([readFileSync(old, 'utf8'), readFileSync(fresh, 'utf8')]).toEqual(['is', 'new']);
});

test('files go back if they are to, or if something fails', async () => {
  await tentatively(changes, () => Promise.resolve(['go back', undefined]));
  expect([readFileSync(old, 'utf8'), existsSync(fresh)]).toEqual(['was', false]);
  await expect(tentatively(changes, () => Promise.reject(new Error('no')))).rejects.toThrow('no');
  expect([readFileSync(old, 'utf8'), existsSync(fresh)]).toEqual(['was', false]);
});

test('folders that were made for files that go back go with them', async () => {
  const deep = { path: join(folder, 'a', 'b', 'deep.ts'), before: undefined, after: 'new' };
  await tentatively([...changes, deep], () => Promise.resolve(['go back', undefined]));
  expect(existsSync(join(folder, 'a'))).toBe(false);
});

test('a file that somebody wrote meanwhile is left as they wrote it, and the others too', async () => {
  const write = () => {
    writeFileSync(old, 'theirs');
    return Promise.reject(new Error('no'));
  };
  await expect(tentatively(changes, write)).rejects.toThrow('old.ts changed while the command was running');
  expect([readFileSync(old, 'utf8'), existsSync(fresh)]).toEqual(['theirs', true]);
});

test.each(['SIGINT', 'SIGTERM'] as const)('files go back on %s', async signal => {
  const script = `
    import { tentatively } from ${JSON.stringify(import.meta.resolve('../../../lib/cli/project/file-changes.ts'))};
    await tentatively(${JSON.stringify(changes)}, async () => {
      process.stdout.write('written');
      await new Promise(resolve => setTimeout(resolve, 60_000));
    });`;
  const child = spawn(process.execPath, ['--input-type=module-typescript', '--eval', script]);
  await once(child.stdout, 'data');
  expect([readFileSync(old, 'utf8'), readFileSync(fresh, 'utf8')]).toEqual(['is', 'new']);
  child.kill(signal);
  expect((await once(child, 'exit'))[0]).toBe(signal === 'SIGINT' ? 130 : 143);
  expect([readFileSync(old, 'utf8'), existsSync(fresh)]).toEqual(['was', false]);
});

test('of several changes to a file, the first before and the last after count', () => {
  const path = 'index.ts';
  expect(
    merged([
      { path, before: 'a', after: 'b' },
      { path, before: 'b', after: 'c' },
    ]),
  ).toEqual([{ path, before: 'a', after: 'c' }]);
});
