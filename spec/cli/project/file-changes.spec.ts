import {
  chmodSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { writeAll } from '../../../lib/cli/project/file-changes.ts';

let folder: string;
beforeEach(() => void (folder = mkdtempSync(join(tmpdir(), 'dejavu-write-'))));
afterEach(() => rmSync(folder, { recursive: true, force: true }));
const at = (...names: string[]) => join(folder, ...names);
const everything = () => readdirSync(folder, { recursive: true, encoding: 'utf8' }).toSorted();
const texts = () =>
  everything().flatMap(name => (statSync(at(name)).isFile() ? [[name, readFileSync(at(name), 'utf8')]] : []));

test('files are written and changed, folders made, and nothing else is left', () => {
  writeFileSync(at('schema.ts'), 'old');
  writeAll([
    { path: at('versions', 'deep', '1.ts'), before: undefined, after: 'one' },
    { path: at('schema.ts'), before: 'old', after: 'new' },
  ]);
  expect(everything()).toEqual(['schema.ts', 'versions', 'versions/deep', 'versions/deep/1.ts']);
  expect(readFileSync(at('schema.ts'), 'utf8')).toBe('new');
  expect(readFileSync(at('versions', 'deep', '1.ts'), 'utf8')).toBe('one');
});

test('who may read a file, and that it is a link, stays', () => {
  writeFileSync(at('real.ts'), 'old');
  chmodSync(at('real.ts'), 0o640);
  symlinkSync(at('real.ts'), at('schema.ts'));
  writeAll([{ path: at('schema.ts'), before: 'old', after: 'new' }]);
  expect(readFileSync(at('real.ts'), 'utf8')).toBe('new');
  expect(statSync(at('real.ts')).mode & 0o777).toBe(0o640);
  expect(everything()).toEqual(['real.ts', 'schema.ts']);
});

test.each([
  ['changed meanwhile', 'somebody was here', 'old', 'changed while the command was running. Nothing was written.'],
  ['is gone', undefined, 'old', 'changed while the command was running. Nothing was written.'],
  ['came into being', 'somebody was here', undefined, 'already exists. Nothing was written.'],
])('a file that %s is refused, and the others with it', (_, now, before, message) => {
  if (now !== undefined) writeFileSync(at('index.ts'), now);
  const there = texts();
  const changes = [
    { path: at('2.ts'), before: undefined, after: 'two' },
    { path: at('index.ts'), before, after: 'new' },
  ];
  expect(() => writeAll(changes)).toThrow(message);
  expect(texts()).toEqual(there);
});

test('what fails half-way is taken back: files, folders and what was in files', () => {
  writeFileSync(at('schema.ts'), 'old');
  const changes = [
    { path: at('schema.ts'), before: 'old', after: 'new' },
    { path: at('1.ts'), before: undefined, after: 'one' },
    // a folder is in the way of it by the time it is to take its place
    { path: at('versions'), before: undefined, after: 'no folder' },
    { path: at('versions', '2.ts'), before: undefined, after: 'two' },
  ];
  expect(() => writeAll(changes)).toThrow(/EISDIR|ENOTEMPTY|EEXIST/);
  expect(everything()).toEqual(['schema.ts']);
  expect(readFileSync(at('schema.ts'), 'utf8')).toBe('old');
});

test('where a folder cannot be made nothing is written', () => {
  writeFileSync(at('versions'), 'a file');
  const changes = [
    { path: at('schema.ts'), before: undefined, after: 'new' },
    { path: at('versions', '1.ts'), before: undefined, after: 'one' },
  ];
  expect(() => writeAll(changes)).toThrow(/ENOTDIR|EEXIST/);
  expect(everything()).toEqual(['versions']);
});

test('bytes that are no text are never lost', () => {
  mkdirSync(at('src'));
  writeFileSync(at('src', 'schema.ts'), Buffer.from([0x2f, 0x2f, 0xff, 0x0a]));
  const read = readFileSync(at('src', 'schema.ts'), 'utf8');
  const change = { path: at('src', 'schema.ts'), before: read, after: `${read}more` };
  expect(() => writeAll([change])).toThrow('changed while the command was running');
  expect(readFileSync(at('src', 'schema.ts'))).toEqual(Buffer.from([0x2f, 0x2f, 0xff, 0x0a]));
  expect(existsSync(at('src', 'schema.ts'))).toBe(true);
});
