import { execFileSync } from 'node:child_process';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from '@jest/globals';
import { makeProject } from '../support/cli/project.ts';
import { dejavu } from '../support/cli/run.ts';

const TSC = join(import.meta.dirname, '..', '..', 'node_modules', 'typescript', 'bin', 'tsc');

const config = `
  import { SqliteDriver } from '@mikro-orm/sqlite';
  import { Animal } from './animal.ts';
  export default { driver: SqliteDriver, dbName: 'zoo.db', entities: [Animal] };
`;
const animal = `
  import { defineEntity, p } from '@mikro-orm/core';
  export const Animal = defineEntity({ name: 'Animal', properties: { id: p.integer().primary() } });
`;
const schema = `
  import { Schema } from '@lib';
  export class ZooSchema extends Schema { readonly guid: string = 'zoo'; latest = 1 as const; }
`;

test.each([
  [
    'a decorator',
    { 'schema.ts': `const of = (...a: unknown[]) => {}; @of class Zoo {} export { Zoo };` },
    'If the error is at a decorator',
  ],
  [
    'an enum',
    { 'schema.ts': `enum Kind { Lion } ${schema}` },
    'does not support enums, parameter properties and decorators',
  ],
  [
    'a file without its extension',
    { 'mikro-orm.config.ts': config.replace('./animal.ts', './animal') },
    "Node.js needs whole file names in imports, such as './animal.ts'",
  ],
  [
    'modules in a package of CommonJS',
    { 'package.json': '{ "type": "commonjs" }' },
    'Set "type": "module" in package.json: npm pkg set type=module',
  ],
])('what Node does not read is told with what to add: %s', async (_, files, message) => {
  using project = makeProject({
    'mikro-orm.config.ts': config,
    'animal.ts': animal,
    'schema.ts': schema,
    ...(files as Record<string, string>),
  });
  const run = await dejavu(['status', '--schema', 'schema.ts'], { project: project.folder });
  expect(run).toMatchObject({ code: 1, stdout: '' });
  expect(run.stderr).toContain('cannot be imported');
  expect(run.stderr).toContain(message);
  expect(run.stderr).toContain('npm install --save-dev tsx');
});

test.each(['schema.ts', 'schema.mts'])(
  'init says what to add where Node reads what it would write as CommonJS: %s',
  async path => {
    using project = makeProject({
      'package.json': '{ "type": "commonjs" }',
      'mikro-orm.config.mts': config.replace('./animal.ts', './animal.mts'),
      'animal.mts': animal,
    });
    const run = await dejavu(['init', '--schema', path, '--guid', 'zoo', '--config', 'mikro-orm.config.mts'], {
      project: project.folder,
    });
    expect(run).toMatchObject({ code: 1, stdout: '' });
    expect(run.stderr).toContain('cannot be imported. Nothing was written.');
    expect(run.stderr).toContain('Set "type": "module" in package.json: npm pkg set type=module');
    expect(run.stderr).toContain('npm install --save-dev tsx');
    expect(existsSync(join(project.folder, path))).toBe(false);
  },
);

test('a package that is missing is another matter', async () => {
  using project = makeProject({
    'mikro-orm.config.ts': `import 'no-such-package'; ${config}`,
    'animal.ts': animal,
    'schema.ts': schema,
  });
  const run = await dejavu(['status', '--schema', 'schema.ts'], { project: project.folder });
  expect(run.code).toBe(1);
  expect(run.stderr).toContain("Cannot find package 'no-such-package'");
  expect(run.stderr).toContain('Install it: npm install no-such-package\n');
  expect(run.stderr).not.toContain('tsx');
});

test('a file in conflict is told with what resolves it', async () => {
  using project = makeProject({
    'mikro-orm.config.ts': config,
    'animal.ts': animal,
    'schema.ts': `<<<<<<< HEAD\n${schema}\n=======\n>>>>>>> main\n`,
  });
  const run = await dejavu(['status', '--schema', 'schema.ts'], { project: project.folder });
  expect(run).toMatchObject({ code: 1, stdout: '' });
  expect(run.stderr).toContain('A merge is in progress. If both sides added a version, run npx dejavu renumber.\n');
  expect(run.stderr).not.toContain('tsx');
});

test('a loader of CommonJS reads the entities that a glob finds, as it reads the configuration', async () => {
  using project = makeProject({
    'package.json': '{ "type": "commonjs" }',
    // what a loader such as @swc-node/register does
    'loader.js': `
      const { transformSync } = require('@swc/core');
      require.extensions['.ts'] = (module, file) =>
        module._compile(transformSync(require('node:fs').readFileSync(file, 'utf8'), {
          filename: file, swcrc: false, jsc: { parser: { syntax: 'typescript' }, target: 'es2024' }, module: { type: 'commonjs' },
        }).code, file);
    `,
    'mikro-orm.config.js': `
      require('./loader.js');
      const { SqliteDriver } = require('@mikro-orm/sqlite');
      module.exports = { driver: SqliteDriver, dbName: 'zoo.db', entities: ['./none/*.js'], entitiesTs: ['./entities/*.ts'] };
    `,
    'entities/animal.ts': `
      import { defineEntity, p } from '@mikro-orm/core';
      export enum Kind { Lion = 'lion' }
      export const Animal = defineEntity({
        name: 'Animal', properties: { id: p.integer().primary(), kind: p.enum(() => Kind) },
      });
    `,
    'schema.js': `
      const { Schema } = require('@lib');
      exports.ZooSchema = class ZooSchema extends Schema { guid = 'zoo'; latest = 1; };
    `,
  });
  const run = await dejavu(['upgrade', '--schema', 'schema.js'], { project: project.folder });
  expect(run.stderr).not.toContain('strip-only');
  expect(run).toMatchObject({ code: 0 });
});

test('custom types in what tsc made of TypeScript as CommonJS are frozen, and are the same in a new build', async () => {
  const entities = (more = '') => `
    import { defineEntity, p, raw, type Platform, ValidationError } from '@mikro-orm/core';
    import { Grams } from './types/grams';
    export class Pounds extends Grams {
      override convertToDatabaseValue(value: number, platform: Platform): string {
        if (value < 0) throw ValidationError.invalidType(Pounds, value, 'JS');
        return (value as number) + ' lb';
      }
    }
    export const Animal = defineEntity({ name: 'Animal', properties: {
      id: p.integer().primary(), weight: p.type(Pounds), name: p.string().onCreate(() => raw('1') as never), ${more}
    } });
  `;
  const options = { module: 'nodenext', target: 'es2022', rootDir: 'src', outDir: 'dist', types: [], noCheck: true };
  using project = makeProject({
    'package.json': '{ "name": "zoo", "mikro-orm": { "configPaths": ["./dist/mikro-orm.config.js"] } }',
    'tsconfig.json': JSON.stringify({
      compilerOptions: { ...options, rewriteRelativeImportExtensions: true, skipLibCheck: true },
      include: ['src'],
    }),
    'src/types/grams.ts': `
      import { Type } from '@mikro-orm/core';
      export class Grams extends Type<number, string> { override getColumnType() { return 'text'; } }
    `,
    'src/entities.ts': entities(),
    'src/mikro-orm.config.ts': `
      import { defineConfig } from '@mikro-orm/sqlite';
      import { Animal } from './entities';
      export default defineConfig({ dbName: 'zoo.db', entities: [Animal] });
    `,
  });
  const { folder } = project;
  const read = (path: string) => readFileSync(join(folder, path), 'utf8');
  const build = () => execFileSync(process.execPath, [TSC, '--project', folder], { cwd: folder });
  build();
  expect(read('dist/types/grams.js')).toContain('class Grams extends core_1.Type {');
  expect(await dejavu(['init'], { project: folder })).toMatchObject({ code: 0, stderr: '' });
  const one = read('src/versions/1.ts');
  expect(one).toContain(`import { Type, ValidationError, defineEntity, p, raw } from '@mikro-orm/core';\n`);
  expect(one).toContain('export class Grams extends Type<any, any> {\n');
  expect(one).toContain('export class Pounds extends Grams {\n');
  expect(one).toContain(`onCreate((() => raw('1')) as never)`);

  writeFileSync(join(folder, 'src/entities.ts'), entities('legs: p.integer().default(4)'));
  build();
  expect(await dejavu(['next'], { project: folder })).toMatchObject({ code: 0 });
  expect(read('src/versions/2.ts')).toContain(`export { Grams, Pounds } from './1.ts';\n`);
});

test('an entity that Node does not read is told as well', async () => {
  using project = makeProject({
    'mikro-orm.config.ts': config.replace('entities: [Animal]', "entities: ['./entities/*.ts']"),
    'animal.ts': animal,
    'entities/animal.ts': `export enum Kind { Lion } ${animal}`,
    'schema.ts': schema,
  });
  const run = await dejavu(['status', '--schema', 'schema.ts'], { project: project.folder });
  expect(run).toMatchObject({ code: 1, stdout: '' });
  expect(run.stderr).toContain('An entity cannot be imported');
  expect(run.stderr).toContain('npm install --save-dev tsx');
});
