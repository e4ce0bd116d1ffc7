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
