import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from '@jest/globals';
import { importStyle, isIncluded, withSchema, withSchemas } from '../../../../lib/cli/commands/init/schema-places.ts';

test.each([
  [['./src/entities/*.ts'], false],
  [['./src/**/*.entity.ts'], false],
  [['src'], true],
  [['src/versions'], true],
  [['src/version'], false],
  [['./src/**/*.ts'], true],
  [['./src/**/*.ts', '!./src/versions/**'], false],
  [['/home/me/src/**'], true],
  [[], false],
])('of %j it is %p that they lead to a version', (paths, included) => {
  expect(isIncluded('/home/me/src/versions/1.ts', paths, '/home/me')).toBe(included);
});

test.each([
  [`import { Animal } from './animal.ts';`, '.ts'],
  [`import { Animal } from './animal.js';`, '.js'],
  [`import { Animal } from './animal';`, ''],
  [`import { defineConfig } from '@mikro-orm/sqlite';`, undefined],
  [`what is no TypeScript at all`, undefined],
])('files are named as in %s', async (text, style) => {
  const folder = mkdtempSync(join(tmpdir(), 'dejavu-style-'));
  try {
    writeFileSync(join(folder, 'orm.ts'), text);
    expect(await importStyle(join(folder, 'orm.ts'))).toBe(style);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
});

test.each([
  ['several lines', '{\n  "name": "zoo",\n  "type": "module"\n}\n', ['./schema.ts']],
  ['tabs, and a Windows file', '{\r\n\t"name": "zoo"\r\n}\r\n', ['./schema.ts#Zoo']],
  ['nothing yet', '{}', ['./schema.ts']],
  ['one line', '{ "name": "zoo" }', ['./a.ts', './b.ts']],
])('the key is added as the file is written, and all else stays to the letter: %s', (_, text, places) => {
  const written = withSchema(text, places);
  expect(written).toMatchSnapshot();
  const schema = places.length === 1 ? places[0] : places;
  expect(JSON.parse(written)).toEqual({ ...JSON.parse(text), dejavu: { schema } });
  expect(written.startsWith(text.trimEnd().slice(0, -1).trimEnd())).toBe(true);
});

test.each([
  [
    'a path',
    '{\n  "name": "zoo",\n  "dejavu": {\n    "schema": "./a.ts#A"\n  },\n  "type": "module"\n}\n',
    ['./a.ts#A'],
  ],
  ['a list', '{ "dejavu": { "note": "mine", "schema": ["./a.ts", "./b.ts"] } }', ['./a.ts', './b.ts']],
  ['a list in lines', '{ "dejavu": { "schema": [\n    "./a.ts"\n  ] } }', ['./a.ts']],
  ['an empty list', '{ "dejavu": { "schema": [] } }', []],
])('a Schema is added to those that are listed, and all else stays to the letter: %s', (_, text, listed) => {
  const written = withSchemas(text, [...listed, './new.ts#New']) ?? '';
  const before = JSON.parse(text);
  expect(JSON.parse(written)).toEqual({ ...before, dejavu: { ...before.dejavu, schema: [...listed, './new.ts#New'] } });
  const value = /("schema": )("[^"]*"|\[[^\]]*\])/;
  expect(written.replace(value, '$1')).toBe(text.replace(value, '$1'));
});

test.each(['{ "dejavu": {} }', '{ "other": { "schema": "./a.ts" }, "dejavu": { "more": { "schema": "./b.ts" } } }'])(
  'a package.json without that key is left to a person: %s',
  text => expect(withSchemas(text, ['./a.ts'])).toBeUndefined(),
);
