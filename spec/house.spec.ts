import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from '@jest/globals';
import { findViolations, type Front } from './support/house.ts';

const root = join(import.meta.dirname, '..');
const front = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')) as Front;

test('every file of the library stands on its floor', () => {
  const files = readdirSync(join(root, 'lib'), { recursive: true, encoding: 'utf8' }).filter(path =>
    path.endsWith('.ts'),
  );
  const sources = new Map(
    files.map(path => [path.replaceAll('\\', '/'), readFileSync(join(root, 'lib', path), 'utf8')]),
  );
  expect(sources.size).toBeGreaterThan(1);
  expect(findViolations(sources, front)).toEqual([]);
});

const order = {
  'index.ts': `export { Schema } from './schema.ts'; export type { Plan } from './boot/plan.ts';`,
  'errors.ts': `export class SchemaError extends Error {}`,
  'schema.ts': `import { plan } from './boot/plan.ts'; import { hostname } from 'node:os'; export const host = hostname();`,
  'boot/plan.ts': `import type { Row } from '../store/row.ts'; import { x } from './find.ts'; export const pid = process.pid;`,
  'boot/find.ts': `// console.log('in a comment') and import './nothing.ts'\nexport const x = 'process.exit()';`,
  'store/row.ts': `import { MikroORM } from '@mikro-orm/core'; export const of = (holder: { process: string }) => holder.process;`,
  'cli/run.ts': `import '../schema.ts'; console.log(process.argv); process.exitCode = 2;`,
};
const package_: Front = {
  exports: { '.': { types: './dist/index.d.ts', default: './dist/index.js' }, './package.json': './package.json' },
  peerDependencies: { '@mikro-orm/core': '^7.0.0' },
};

function violationsWith(changed: Readonly<Record<string, string>>, changedFront: Front = {}) {
  return findViolations(new Map(Object.entries({ ...order, ...changed })), { ...package_, ...changedFront });
}

test('a house in order has nothing to be told', () => {
  expect(violationsWith({})).toEqual([]);
});

test.each([
  ['a value', `import { host } from '../schema.ts';`],
  ['a type', `import type { Host } from '../schema.ts';`],
  ['what is passed on', `export * from '../schema.ts';`],
  ['a later import', `export const later = async () => import('../schema.ts');`],
  ['a type in place', `export type Host = import('../schema.ts').Host;`],
])('an import from a higher floor is told: %s', (_, source) => {
  expect(violationsWith({ 'store/row.ts': source })).toEqual(['store/row.ts imports schema.ts from a higher floor']);
});

test('a way up is one file that imports one other, late', () => {
  const above = { 'dump/backups/take-backup.ts': 'export const take = 1;', 'dump/index.ts': '' };
  const late = `export const load = async () => import('../dump/backups/take-backup.ts');`;
  const told = (path: string, target = 'dump/backups/take-backup.ts') => [
    `${path} imports ${target} from a higher floor`,
  ];
  const door = { exports: { ...package_.exports, './dump': './dist/dump/index.js' } };
  expect(violationsWith({ ...above, 'boot/back-up.ts': late }, door)).toEqual([]);
  expect(violationsWith({ ...above, 'boot/find.ts': late }, door)).toEqual(told('boot/find.ts'));
  const atOnce = `import { take } from '../dump/backups/take-backup.ts'; export const x = take;`;
  expect(violationsWith({ ...above, 'boot/back-up.ts': atOnce }, door)).toEqual(told('boot/back-up.ts'));
  const other = `export const load = async () => import('../dump/index.ts');`;
  expect(violationsWith({ ...above, 'boot/back-up.ts': other }, door)).toEqual(
    told('boot/back-up.ts', 'dump/index.ts'),
  );
});

test.each([
  [`console.log('hello');`, 'console'],
  [`globalThis.console.log('hello');`, 'console'],
  [`process.stdout.write('hello');`, 'process.stdout'],
  [`process.stderr.write('hello');`, 'process.stderr'],
  [`export const first = process.argv[2];`, 'process.argv'],
  [`process.exit(1);`, 'process.exit'],
  [`process.exitCode = 1;`, 'process.exitCode'],
  [`const { exit } = process; exit();`, 'process'],
  [`import { exit } from 'node:process'; exit();`, 'node:process'],
])('what only the command line may do is told: %s', (source, effect) => {
  expect(violationsWith({ 'store/row.ts': source })).toEqual([`store/row.ts uses ${effect} outside the cli`]);
  expect(violationsWith({ 'cli/run.ts': source })).toEqual([]);
});

test('files without a floor, doors that lead nowhere, and packages nobody declared are told', () => {
  expect(violationsWith({ 'helpers.ts': '' })).toEqual(['helpers.ts has no floor']);
  expect(violationsWith({ 'boot/index.ts': '' })).toEqual([
    'boot/index.ts is no door: package.json does not export it',
  ]);
  expect(violationsWith({}, { exports: { './dump': './dist/dump/index.js' } })).toEqual([
    'package.json exports dump/index.ts, which is not there',
  ]);
  expect(violationsWith({ 'errors.ts': `import { Kysely } from 'kysely';` })).toEqual([
    'errors.ts imports kysely, which an application need not have',
  ]);
  expect(violationsWith({ 'errors.ts': `import { raw, type Column } from '@mikro-orm/sql';` })).toEqual([
    'errors.ts imports @mikro-orm/sql at run time, which an application need not list',
  ]);
  expect(violationsWith({ 'errors.ts': `export const later = () => import('@mikro-orm/sql');` })).toEqual([
    'errors.ts imports @mikro-orm/sql at run time, which an application need not list',
  ]);
  expect(violationsWith({ 'errors.ts': `import type { Column } from '@mikro-orm/sql';` })).toEqual([]);
  expect(violationsWith({ 'errors.ts': `import '../spec/support/zoo.ts';` })).toEqual([
    'errors.ts imports ../spec/support/zoo.ts, which is not in lib',
  ]);
});
