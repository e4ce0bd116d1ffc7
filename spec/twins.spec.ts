import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from '@jest/globals';

const root = join(import.meta.dirname, '..');
const isThere = (path: string) => existsSync(join(root, path));

const readme = readFileSync(join(import.meta.dirname, 'README.md'), 'utf8');
const stories = [...readme.matchAll(/^\| `(lib\/[^`]+)` \| (.+) \|$/gm)].map(([, file = '', specs = '']) => ({
  file,
  specs: [...specs.matchAll(/`([^`]+)`/g)].map(([, spec = '']) => spec),
}));

const heart = ['lib/store', 'lib/boot'].flatMap(folder =>
  readdirSync(join(root, folder))
    .filter(name => name.endsWith('.ts'))
    .map(name => `${folder}/${name}`),
);
const hasTwin = (file: string) =>
  isThere(file.replace(/^lib(.*)\.ts$/, 'spec$1.spec.ts')) || isThere(file.replace(/^lib(.*)\.ts$/, 'spec$1.full.ts'));

test('every file of the heart has a spec of the same path, or its story is named', () => {
  expect(heart.length).toBeGreaterThan(10);
  const named = new Set(stories.map(({ file }) => file));
  expect(heart.filter(file => !hasTwin(file) && !named.has(file))).toEqual([]);
  expect([...named].filter(file => !isThere(file))).toEqual([]);
});

test('every story that is named is there', () => {
  expect(stories.flatMap(({ specs }) => specs.filter(spec => !isThere(spec)))).toEqual([]);
  expect(stories.filter(({ specs }) => specs.length === 0)).toEqual([]);
});

test('every place that the page of the specs names is there', () => {
  const places = [...readme.matchAll(/`(spec\/[\w./-]*)`/g)].map(([, place = '']) => place);
  expect(places.length).toBeGreaterThan(10);
  expect(places.filter(place => !isThere(place))).toEqual([]);
});
