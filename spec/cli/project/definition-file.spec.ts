import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterEach, expect, test } from '@jest/globals';
import { findDefinition } from '../../../lib/cli/project/schema-files.ts';

const folders: string[] = [];
afterEach(() => folders.splice(0).forEach(folder => rmSync(folder, { recursive: true, force: true })));

function find(files: Readonly<Record<string, string>>, className = 'ZooSchema'): string {
  const folder = mkdtempSync(join(tmpdir(), 'dejavu-find-'));
  folders.push(folder);
  for (const [path, text] of Object.entries(files)) {
    mkdirSync(dirname(join(folder, path)), { recursive: true });
    writeFileSync(join(folder, path), text);
  }
  return findDefinition(join(folder, 'schema.ts'), className).slice(folder.length + 1);
}

const written = 'export class ZooSchema extends Schema { latest = 1; }';

test.each([
  ['in the very file', { 'schema.ts': written }, 'schema.ts'],
  ['as an expression', { 'schema.ts': 'export const ZooSchema = class extends Schema {};' }, 'schema.ts'],
  [
    'passed on',
    { 'schema.ts': `export { ZooSchema as default } from './zoo/schema.ts';`, 'zoo/schema.ts': written },
    'zoo/schema.ts',
  ],
  ['passed on with everything', { 'schema.ts': `export * from './zoo.ts';`, 'zoo.ts': written }, 'zoo.ts'],
  [
    'imported, and then exported',
    { 'schema.ts': `import { ZooSchema } from './zoo.ts'; export { ZooSchema };`, 'zoo.ts': written },
    'zoo.ts',
  ],
  [
    'used by a function that makes it',
    {
      'schema.ts': `import { ZooSchema } from './zoo.ts'; export const make = orm => new ZooSchema(orm);`,
      'zoo.ts': written,
    },
    'zoo.ts',
  ],
  ['named as a compiler will have it', { 'schema.ts': `export * from './zoo.js';`, 'zoo.ts': written }, 'zoo.ts'],
  [
    'named without an ending',
    { 'schema.ts': `export * from './zoo';`, 'zoo/index.ts': `export * from './schema'`, 'zoo/schema.ts': written },
    'zoo/schema.ts',
  ],
  [
    'in a circle',
    {
      'schema.ts': `export * from './a.ts';`,
      'a.ts': `export * from './schema.ts'; export * from './b.ts';`,
      'b.ts': written,
    },
    'b.ts',
  ],
  [
    'nearer than another of its name',
    { 'schema.ts': `export * from './a.ts';`, 'a.ts': `${written} import './b.ts';`, 'b.ts': written },
    'a.ts',
  ],
])('a class is found where it is written: %s', (_, files, path) => {
  expect(find(files as Record<string, string>)).toBe(path);
});

test('one without a name is found as `default`', () => {
  expect(find({ 'schema.ts': 'export default class extends Schema {}' }, 'default')).toBe('schema.ts');
});

test('two that are equally near are told, and one that no file has', () => {
  const two = { 'schema.ts': `import './a.ts'; import './b.ts';`, 'a.ts': written, 'b.ts': written };
  expect(() => find(two)).toThrow(/a\.ts and .*b\.ts both contain a class ZooSchema\. Name the file of the class/);
  const elsewhere = { 'schema.ts': `export { ZooSchema } from '@zoo/schema'; // class ZooSchema extends Schema` };
  expect(() => find(elsewhere)).toThrow(
    /schema\.ts does not contain class ZooSchema, and no relative import leads to it/,
  );
});
