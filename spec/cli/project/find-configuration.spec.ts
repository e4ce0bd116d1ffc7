import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { CLIHelper } from '@mikro-orm/cli';
import { afterEach, expect, test } from '@jest/globals';
import { findConfiguration } from '../../../lib/cli/project/find-configuration.ts';
import { commandSettings, configurationPaths } from '../../../lib/cli/project/mikro-orm-settings.ts';
import { makeProject } from '../../support/cli/project.ts';

const home = process.cwd();
const env = { ...process.env };
afterEach(() => {
  process.chdir(home);
  process.env = { ...env };
});

/** Makes a project the working directory. */
function inProject(files: Readonly<Record<string, string>>, settings: Readonly<Record<string, string>> = {}) {
  const project = makeProject({});
  for (const [path, text] of Object.entries(files)) {
    mkdirSync(dirname(join(project.folder, path)), { recursive: true });
    writeFileSync(join(project.folder, path), text);
  }
  process.chdir(project.folder);
  // Without it MikroORM's helper wants to be listed in the project's package.json.
  process.env = { ...env, MIKRO_ORM_ALLOW_GLOBAL_CLI: '1', ...settings };
  return project;
}

const packageJson = (settings: object) => JSON.stringify({ type: 'module', 'mikro-orm': settings });

test.each([
  ['nothing is said', {}, {}],
  ['there is a dist', { 'dist/app.js': '' }, {}],
  ['there are a dist and a build', { 'dist/app.js': '', 'build/app.js': '' }, {}],
  ['there is a build', { 'build/app.js': '' }, {}],
  ['the package.json lists paths', { 'package.json': packageJson({ configPaths: ['./a.ts', './b.js'] }) }, {}],
  ['the package.json prefers TypeScript', { 'package.json': packageJson({ preferTs: true, tsLoader: 'swc' }) }, {}],
  ['the package.json does not', { 'package.json': packageJson({ preferTs: false, configPaths: ['./a.ts'] }) }, {}],
  ['the environment names a file', {}, { MIKRO_ORM_CLI_CONFIG: './there.js' }],
  ['the environment names TypeScript', {}, { MIKRO_ORM_CLI_CONFIG: './there.ts' }],
  ['the environment prefers TypeScript', {}, { MIKRO_ORM_CLI_PREFER_TS: 'T', MIKRO_ORM_CLI_VERBOSE: '1' }],
  ['the environment overrules', { 'package.json': packageJson({ preferTs: true }) }, { MIKRO_ORM_CLI_PREFER_TS: '0' }],
  [
    'a loader is allowed',
    {},
    { MIKRO_ORM_CLI_ALWAYS_ALLOW_TS: '1', MIKRO_ORM_CLI_TS_CONFIG_PATH: 'tsconfig.app.json' },
  ],
])("settings and paths are those of MikroORM's own command where %s", async (_, files, settings) => {
  using _project = inProject(files, settings);
  expect(commandSettings()).toEqual(CLIHelper.getSettings());
  expect(configurationPaths()).toEqual(await CLIHelper.getConfigPaths());
});

const zoo = `{ dbName: 'zoo.db', preferTs: true }`;
const named = (name: string) => `{ contextName: '${name}', dbName: '${name}.db' }`;
const makesB = `name => ({ contextName: 'b', dbName: 'by-' + name })`;
const forB = { MIKRO_ORM_CONTEXT_NAME: 'b' };
const all = { MIKRO_ORM_TYPE: 'sqlite', MIKRO_ORM_DB_NAME: 'env.db', MIKRO_ORM_ENTITIES: './none' };

test.each([
  ['options', `export default ${zoo};`, {}, 'zoo.db'],
  ['a promise of options', `export default Promise.resolve(${zoo});`, {}, 'zoo.db'],
  ['options of another name', `export default ${named('b')};`, {}, 'refused'],
  ['options of the name asked for', `export default ${named('b')};`, forB, 'b.db'],
  ['options without the name asked for', `export default ${zoo};`, forB, 'refused'],
  ['a function', `export default async name => ({ dbName: name });`, {}, 'default'],
  ['a function, for a name', `export default name => ({ dbName: name });`, forB, 'b'],
  ['a function that makes another name', `export default ${makesB};`, {}, 'refused'],
  ['a list', `export default [${named('a')}, ${zoo}];`, {}, 'zoo.db'],
  ['a list, for a name', `export default [${named('a')}, ${named('b')}];`, forB, 'b.db'],
  ['a list of one name twice', `export default [${zoo}, ${named('default')}];`, {}, 'refused'],
  ['a list without the name', `export default [${named('a')}];`, {}, 'refused'],
  ['a list with functions', `export default [${named('a')}, () => null, ${makesB}];`, forB, 'by-b'],
  ['options without a default', `export const dbName = 'bare.db';`, {}, 'refused'],
  ['null', `export default null;`, {}, 'refused'],
  ['options, and the environment more', `export default ${zoo};`, { MIKRO_ORM_DB_NAME: 'env.db' }, 'env.db'],
  ['nothing, and the environment all', undefined, all, 'env.db'],
  ['nothing at all', undefined, {}, 'refused'],
])("a file that exports %s is read as MikroORM's own command reads it", async (_, source, settings, expected) => {
  const driver = { MIKRO_ORM_TYPE: 'postgresql', MIKRO_ORM_ENTITIES: './none' };
  using _project = inProject(source === undefined ? {} : { 'mikro-orm.config.js': source }, {
    ...(source !== undefined && driver),
    ...settings,
  });
  const read = async (config: Promise<{ getAll: () => { dbName?: string } }>) =>
    config.then(
      found => found.getAll(),
      () => ({ dbName: 'refused' }),
    );
  const ours = await read(findConfiguration(undefined, configurationPaths()));
  expect(ours.dbName).toBe(expected);
  // MikroORM's own command adds what its generator of entities needs.
  const { entityGenerator: _theirs, ...theirs } = (await read(CLIHelper.getConfiguration())) as Record<string, unknown>;
  expect(JSON.stringify({ ...ours, entityGenerator: undefined })).toBe(JSON.stringify(theirs));
});
