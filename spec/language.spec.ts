import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from '@jest/globals';
import { findHardWords } from './support/language.ts';

const root = join(import.meta.dirname, '..');

const files = readdirSync(join(root, 'lib'), { recursive: true, encoding: 'utf8' }).filter(path =>
  path.endsWith('.ts'),
);

test('messages and comments use plain words', () => {
  const found = files.flatMap(path => findHardWords(`lib/${path}`, readFileSync(join(root, 'lib', path), 'utf8')));
  expect(found).toEqual([]);
});

test('a hard word is found in a comment, in a literal and across lines, and not in a name', () => {
  const source = [
    '/** Says it once, and whoever',
    ' * asks is',
    ' * told. */',
    'export const anew = `held by ${1} somebody`;',
    '// what',
    '// is here',
    "export const mend = 'beside';",
  ].join('\n');
  expect(findHardWords('a.ts', source).map(line => line.split(':', 2).join(':'))).toEqual([
    "a.ts:1 'whoever'",
    "a.ts:1 'is told'",
    "a.ts:6 'what is'",
    "a.ts:4 'somebody'",
    "a.ts:7 'beside'",
  ]);
  expect(findHardWords('a.ts', 'export const anew = 1;')).toEqual([]);
});
