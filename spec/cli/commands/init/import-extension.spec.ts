import { expect, test } from '@jest/globals';
import { importExtension, type ImportRules } from '../../../../lib/cli/commands/init/import-extension.ts';

const RULES: ImportRules = { named: undefined, compiler: undefined, isModule: true, isReadByNode: false };

test.each<[string, Partial<ImportRules>, string | undefined]>([
  ['no TypeScript of its own', {}, '.ts'],
  ['no TypeScript of its own, and files that name others otherwise', { named: '.js' }, '.js'],
  ['.ts is rewritten', { compiler: { module: 'nodenext', rewriteRelativeImportExtensions: true } }, '.ts'],
  ['.ts is allowed, and nothing emitted', { compiler: { allowImportingTsExtensions: true, noEmit: true } }, '.ts'],
  ['a module under nodenext', { compiler: { module: 'nodenext', moduleResolution: 'nodenext' } }, '.js'],
  ['a module under node20', { compiler: { module: 'node20' } }, '.js'],
  ['a module for a bundler', { compiler: { module: 'esnext', moduleResolution: 'bundler' } }, '.js'],
  ['CommonJS under nodenext', { isModule: false, compiler: { module: 'nodenext' } }, '.js'],
  ['CommonJS under nodenext, without endings', { named: '', isModule: false, compiler: { module: 'node16' } }, '.js'],
  ['CommonJS as ever', { isModule: false, compiler: { module: 'commonjs', moduleResolution: 'node10' } }, ''],
  ['CommonJS as ever, with endings', { named: '.js', isModule: false, compiler: { module: 'commonjs' } }, '.js'],
  ['a module that is not emitted', { named: '', compiler: { moduleResolution: 'bundler', noEmit: true } }, ''],
  ['a module that is emitted, without endings', { named: '', compiler: { moduleResolution: 'bundler' } }, '.js'],
  ['Node.js reads it', { isReadByNode: true }, '.ts'],
  [
    'Node.js reads it, and .ts is rewritten',
    { isReadByNode: true, compiler: { rewriteRelativeImportExtensions: true } },
    '.ts',
  ],
  [
    'Node.js reads it, and TypeScript does not take .ts',
    { isReadByNode: true, compiler: { module: 'nodenext' } },
    undefined,
  ],
  ['the files name .ts, and TypeScript does not take it', { named: '.ts', compiler: { module: 'nodenext' } }, '.js'],
])('%s', (_, rules, expected) => {
  expect(importExtension({ ...RULES, ...rules })).toBe(expected);
});
