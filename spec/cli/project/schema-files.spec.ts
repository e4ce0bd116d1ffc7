import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { readFiles, versionFile } from '../../../lib/cli/project/schema-files.ts';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'dejavu-read-'));
  mkdirSync(join(folder, 'frozen'));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

function read(from: string | undefined, versions = 'versions') {
  const imported = from === undefined ? '' : `import { versions } from '${from}';\n`;
  const member = from === undefined && versions === 'versions' ? '' : `versions = ${versions};`;
  const text = `import { Schema } from 'mikro-orm-dejavu';\n${imported}class Zoo extends Schema { guid = 'zoo'; latest = 2; ${member} }`;
  return readFiles(join(folder, 'schema.ts'), 'Zoo', text);
}

test.each([
  ['beside the class, where it names no other', undefined, 'versions/index.ts', '.ts'],
  ['where it imports them from', './frozen/index.ts', 'frozen/index.ts', '.ts'],
  ['there also if it is named as a compiler will have it', './frozen/index.js', 'frozen/index.ts', '.js'],
  ['there also without an ending', './frozen', 'frozen/index.ts', ''],
  ['or will be', './later/index.js', 'later/index.ts', '.js'],
])('the versions of a class are %s', (_, from, path, extension) => {
  writeFileSync(join(folder, 'frozen', 'index.ts'), 'export const versions = {};\n');
  const project = read(from);
  expect(project.index.path).toBe(join(folder, path));
  expect(project.index.text).toBe(path.startsWith('frozen') ? 'export const versions = {};\n' : undefined);
  expect(project.extension).toBe(extension);
  expect(versionFile(project, 3)).toBe(join(folder, path, '..', '3.ts'));
});

test('how version files are named is said by the index first', () => {
  writeFileSync(join(folder, 'frozen', 'index.ts'), `export const versions = { 1: { load: () => import('./1.js') } };`);
  expect(read('./frozen/index.ts').extension).toBe('.js');
});

test('what cannot be written into is told', () => {
  expect(() => read(undefined, '{ 1: {} }')).toThrow(
    'schema.ts: the versions of Zoo are not imported from a file. Keep them in ./versions/index.ts, and import them from there.',
  );
  expect(() => read('#versions')).toThrow(/imports versions from '#versions', which is not a file in the project/);
  expect(() => readFiles(join(folder, 'schema.py'), 'Zoo', '')).toThrow(/schema\.py is not TypeScript or JavaScript/);
  const compiled = 'class Zoo {}\n//# sourceMappingURL=schema.js.map\n';
  expect(() => readFiles(join(folder, 'schema.js'), 'Zoo', compiled)).toThrow(
    'schema.js is the output of a compiler. Steps are written into the source of the class, so name that file.',
  );
  expect(() => readFiles(join(process.cwd(), 'dist', 'schema.js'), 'Zoo', '')).toThrow(/is the output of a compiler/);
});
