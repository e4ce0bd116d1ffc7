import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from '@jest/globals';
import { findHardWords } from './support/language.ts';

const root = join(import.meta.dirname, '..');

/** The rooms of `lib/` whose messages and comments are written in plain English. A room, or a file, is added when it is. */
const PLAIN: readonly string[] = [
  'boot',
  'changes',
  'class-source',
  'cli',
  'dialects',
  'difference.ts',
  'drift',
  'dump',
  'errors.ts',
  'fixtures',
  'framework',
  'index.ts',
  'mikro-orm',
  'models',
  'modules',
  'operations',
  'plan',
  'rows',
  'schema.ts',
  'source-code',
  'sql',
  'step-source',
  'store',
  'verify',
  'version-file',
  'version.ts',
];

const files = readdirSync(join(root, 'lib'), { recursive: true, encoding: 'utf8' })
  .filter(path => path.endsWith('.ts'))
  .filter(path => PLAIN.some(place => path === place || path.startsWith(`${place}/`)));

test('messages and comments use plain words', () => {
  const found = files.flatMap(path => findHardWords(`lib/${path}`, readFileSync(join(root, 'lib', path), 'utf8')));
  expect(found).toEqual([]);
});

test('every room in the list exists', () => {
  expect(PLAIN.filter(place => !files.some(path => path === place || path.startsWith(`${place}/`)))).toEqual([]);
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
