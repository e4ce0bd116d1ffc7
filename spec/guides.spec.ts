import { globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from '@jest/globals';

const root = join(import.meta.dirname, '..');

/** Paths that a guide names in back-ticks; `*` stands for the name of a dialect's room. */
function pathsIn(guide: string): string[] {
  const text = readFileSync(join(root, guide), 'utf8');
  return [...text.matchAll(/`((?:lib|spec|bench|examples|\.ci)\/[\w*./-]*)`/g)].map(([, path = '']) => path);
}

test.each(['ARCHITECTURE.md', 'CONTRIBUTING.md'])('%s names only files that exist', guide => {
  const paths = pathsIn(guide);
  expect(paths.length).toBeGreaterThan(10);
  expect(paths.filter(path => globSync(path, { cwd: root }).length === 0)).toEqual([]);
});

test('every dialect has the files that ARCHITECTURE.md says it must contain', () => {
  const text = readFileSync(join(root, 'ARCHITECTURE.md'), 'utf8');
  const room = text.slice(text.indexOf('## A dialect is a room'), text.indexOf('## Question'));
  const names = [...room.matchAll(/^\| (`[^|]+) \|/gm)].flatMap(([, cell = '']) => cell.match(/[\w-]+\.ts/g) ?? []);
  expect(names.length).toBeGreaterThan(10);
  const missing = ['sqlite', 'postgresql'].flatMap(dialect =>
    names.map(name => `lib/dialects/${dialect}/${name}`).filter(path => globSync(path, { cwd: root }).length === 0),
  );
  expect(missing).toEqual([]);
});
