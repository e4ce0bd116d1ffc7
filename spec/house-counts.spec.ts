import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from '@jest/globals';
import {
  crowdedFolders,
  deepFiles,
  dialectsByName,
  exportsWithoutImporter,
  sharedBasenames,
  typesWithTwoMeanings,
  type Sources,
} from './support/house-counts.ts';

const root = join(import.meta.dirname, '..');

function sourcesBelow(folder: string): Sources {
  const paths = readdirSync(join(root, folder), { recursive: true, encoding: 'utf8' })
    .map(path => `${folder}/${path.replaceAll('\\', '/')}`)
    .filter(path => path.endsWith('.ts') && !path.includes('node_modules'));
  return new Map(paths.map(path => [path, readFileSync(join(root, path), 'utf8')]));
}

describe('the house as it stands', () => {
  const library = sourcesBelow('lib');
  const users = new Map(['spec', 'bench', 'examples'].flatMap(folder => [...sourcesBelow(folder)]));

  test('no folder holds more than 14 files', () => expect(crowdedFolders(library.keys(), 14)).toEqual([]));
  test('no file stands more than 3 folders deep', () => expect(deepFiles(library.keys(), 3)).toEqual([]));
  test('no two files share a basename', () => expect(sharedBasenames(library.keys())).toEqual([]));
  test('no type name has two meanings', () => expect(typesWithTwoMeanings(library)).toEqual([]));
  test('every export has an importer', () => expect(exportsWithoutImporter(library, users)).toEqual([]));
  test('only dialect rooms know dialects by name', () => expect(dialectsByName(library)).toEqual([]));
});

describe('what is out of place is named', () => {
  test('a crowded folder', () => {
    expect(crowdedFolders(['lib/a/1.ts', 'lib/a/2.ts', 'lib/b/1.ts'], 1)).toEqual(['lib/a holds 2 files']);
  });

  test('a file too deep', () => {
    expect(deepFiles(['lib/a/b/c/1.ts', 'lib/a/b/c/d/2.ts'], 3)).toEqual(['lib/a/b/c/d/2.ts']);
  });

  test('a basename that two files share, unless they are twins in two dialect rooms', () => {
    const twins = ['lib/dialects/sqlite/read.ts', 'lib/dialects/postgresql/read.ts'];
    expect(sharedBasenames([...twins, 'lib/index.ts', 'lib/plan/index.ts'])).toEqual([]);
    expect(sharedBasenames([...twins, 'lib/store/read.ts'])).toEqual([
      'read.ts stands in lib/dialects/sqlite/read.ts and lib/dialects/postgresql/read.ts and lib/store/read.ts',
    ]);
    expect(sharedBasenames(['lib/dialects/sqlite/a/read.ts', 'lib/dialects/sqlite/read.ts'])).toHaveLength(1);
  });

  test('a type name with two meanings, exported or not', () => {
    const sources = new Map([
      ['lib/a.ts', 'export interface Place { a: 1 } interface Own {}'],
      ['lib/b.ts', 'type Place = string; class Other {}'],
    ]);
    expect(typesWithTwoMeanings(sources)).toEqual(['Place means something in lib/a.ts and in lib/b.ts']);
  });

  test('an export that no file imports', () => {
    const library = new Map([
      ['lib/a.ts', 'export const used = 1, unused = 2; export function passedOn() {} export interface Seen {}'],
      ['lib/b.ts', `import { used as it } from './a.ts'; export { passedOn } from './a.ts'; export class Lazy {}`],
      ['lib/c.ts', `export const whole = () => import('./b.ts');`],
    ]);
    const users = new Map([['spec/a.spec.ts', `import type { Seen } from '../lib/a.ts'; import '../lib/c.ts';`]]);
    expect(exportsWithoutImporter(library, users)).toEqual([
      'lib/a.ts exports unused, which no file imports',
      'lib/c.ts exports whole, which no file imports',
    ]);
  });

  test('a dialect asked for by name outside its room', () => {
    const asking = `if (database.dialect.name === 'sqlite') go();`;
    const sources = new Map([
      ['lib/dialects/registry.ts', asking],
      ['lib/plan/live.ts', asking],
    ]);
    expect(dialectsByName(sources)).toEqual(['lib/plan/live.ts asks for a dialect by name']);
  });
});
