import { expect, test } from '@jest/globals';
import { makeProject } from '../support/cli/project.ts';
import { dejavu } from '../support/cli/run.ts';

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
