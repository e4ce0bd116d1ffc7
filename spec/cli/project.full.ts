import { expect, test } from '@jest/globals';
import { postgresql, sqliteFile } from '../support/databases.ts';
import { makeProject } from '../support/cli/project.ts';
import { dejavu } from '../support/cli/run.ts';

const config = `
  import { SqliteDriver } from '@mikro-orm/sqlite';
  import { defineEntity, p } from '@mikro-orm/core';
  const Animal = defineEntity({ name: 'Animal', properties: { id: p.integer().primary() } });
  export default { driver: SqliteDriver, dbName: 'zoo.db', entities: [Animal] };
`;
const schema = `
  import { Schema } from '@lib';
  export class ZooSchema extends Schema { guid = 'zoo'; latest = 1; }
`;

test.each([
  ['where MikroORM looks by itself', { 'mikro-orm.config.ts': config }, {}],
  ['in src', { 'src/mikro-orm.config.ts': config }, {}],
  ['where MIKRO_ORM_CLI_CONFIG says', { 'db/orm.ts': config }, { MIKRO_ORM_CLI_CONFIG: './db/orm.ts' }],
  [
    'where package.json says',
    { 'db/orm.ts': config, 'package.json': '{ "type": "module", "mikro-orm": { "configPaths": ["./db/orm.ts"] } }' },
    {},
  ],
  ['in JavaScript', { 'mikro-orm.config.js': config }, {}],
])("MikroORM's configuration is found %s", async (_, files, env) => {
  using project = makeProject({ 'schema.ts': schema, ...(files as Record<string, string>) });
  const run = await dejavu(['status', '--schema', 'schema.ts'], { project: project.folder, env });
  expect(run).toMatchObject({ code: 4, stderr: '' });
});

test('--config and --context choose one, and a path that leads nowhere is told', async () => {
  const several = config.replace('export default', 'const one =') + 'export default [{ ...one, contextName: "shop" }];';
  using project = makeProject({ 'schema.ts': schema, 'db/orm.ts': several });
  const args = ['status', '--schema', 'schema.ts'];
  const chosen = await dejavu([...args, '--config', 'db/orm.ts', '--context', 'shop'], { project: project.folder });
  expect(chosen).toMatchObject({ code: 4, stderr: '' });
  const nowhere = await dejavu([...args, '--config', 'db/none.ts'], { project: project.folder });
  expect(nowhere).toMatchObject({ code: 64, stdout: '' });
  expect(nowhere.stderr).toContain("--config: the file 'db/none.ts' does not exist.");
  const none = await dejavu(args, { project: project.folder });
  expect(none).toMatchObject({ code: 64, stdout: '' });
  expect(none.stderr).toContain('MikroORM config file not found in');
  expect(none.stderr).toContain(
    '. Run this command in the folder of the project, or add --config <path>. If there is none yet, write one',
  );
  expect(none.stderr).not.toContain(' at ');
});

test.each([
  ['nobody says where it is', [], 'dejavu does not know where the Schema is.'],
  ['the file is not there', ['--schema', 'none.ts'], "The file 'none.ts' does not exist."],
  ['it exports none', ['--schema', 'mikro-orm.config.ts'], 'mikro-orm.config.ts exports no Schema'],
  [
    'it exports another',
    ['--schema', 'schema.ts#Zoo'],
    "does not export a Schema as 'Zoo'. Its exports are: ZooSchema.",
  ],
  [
    'nobody has the guid',
    ['--schema', 'schema.ts', '--guid', 'shop'],
    "No Schema has the guid 'shop'. The guids are: zoo.",
  ],
])('wrong usage: %s', async (_, args, message) => {
  using project = makeProject({ 'schema.ts': schema, 'mikro-orm.config.ts': config });
  const run = await dejavu(['status', ...args], { project: project.folder });
  expect(run).toMatchObject({ code: 64, stdout: '' });
  expect(run.stderr).toContain(message);
});

test('a class of another copy of the package is told from none at all', async () => {
  const other = 'class Schema { upgrade() {} }\nexport class ZooSchema extends Schema {}';
  using project = makeProject({ 'schema.ts': other, 'mikro-orm.config.ts': config });
  const run = await dejavu(['status', '--schema', 'schema.ts'], { project: project.folder });
  expect(run).toMatchObject({ code: 64, stdout: '' });
  expect(run.stderr).toContain('ZooSchema extends the Schema class of another copy of mikro-orm-dejavu');
});

test.each([
  ['no command', [], 'Usage: dejavu'],
  [
    'an unknown command',
    ['stats'],
    "dejavu has no command 'stats'. Did you mean 'status'? To list the commands: npx dejavu --help",
  ],
  [
    'an unknown flag',
    ['status', '--jsno'],
    "'status' has no option '--jsno'. Did you mean '--json'? To list the options: npx dejavu status --help",
  ],
  ['no version', ['downgrade'], "'downgrade' needs a version: npx dejavu downgrade <version>"],
  ['a version that is none', ['upgrade', '2.5'], 'It must be a whole number, 0 or higher.'],
  ['too much', ['upgrade', '2', '3'], "'upgrade' takes 1 argument, and got 2: 2, 3."],
  ['no reason', ['allow', '1'], "'allow' needs --reason: npx dejavu allow 1 --reason"],
])('the command line is read before anything else: %s', async (_, args, message) => {
  const run = await dejavu(args);
  expect(run).toMatchObject({ code: 64, stdout: '' });
  expect(run.stderr).toContain(message);
});

test('a command line that makes no sense is told to machines as well', async () => {
  const run = await dejavu(['status', '--json', '--jsno']);
  expect(run.code).toBe(64);
  expect(JSON.parse(run.stdout)).toEqual({
    command: null,
    exitCode: 64,
    schemas: [],
    error: { name: 'UsageError', message: expect.stringContaining("has no option '--jsno'") },
  });
});

test('help and version are told to whom they were asked for', async () => {
  const help = await dejavu(['upgrade', '--help']);
  expect(help).toMatchObject({ code: 0, stderr: '' });
  for (const said of ['--transaction <mode>', '--schema <path#Export>', '--json']) expect(help.stdout).toContain(said);
  expect(await dejavu(['--version'])).toMatchObject({ code: 0, stdout: '0.1.0\n' });
});

test('several Schemas are looked at together, or one of them by its guid', async () => {
  await using database = await sqliteFile.create();
  const run = { project: 'troubled', env: { ZOO_DATABASE: database.address as string } };
  const both = ['--schema', 'several.ts#AnimalsSchema', '--schema', 'several.ts#TicketsSchema'];

  const one = await dejavu(['install', ...both, '--guid', 'tickets'], run);
  expect(one).toMatchObject({ code: 0, stdout: expect.stringContaining('tickets: installed at version 1') });
  const status = await dejavu(['status', ...both], run);
  expect(status.code).toBe(4);
  expect(status.stdout).toMatch(/animals +missing +1 .*\ntickets +level +1 +1 /);

  const vague = await dejavu(['upgrade', '1', ...both], run);
  expect(vague.code).toBe(64);
  expect(vague.stderr).toContain('Add --guid with one of: animals, tickets.');
});

test('one that fails is told, and so is what was done', async () => {
  await using database = await sqliteFile.create();
  const run = { project: 'troubled', env: { ZOO_DATABASE: database.address as string } };
  await dejavu(['install', '--schema', 'several.ts#TicketsSchema'], run);
  // the next release, without naming either: what others are made from is no Schema
  const upgraded = await dejavu(['upgrade', '--schema', 'several.ts', '--json'], run);
  expect(upgraded.code).toBe(1);
  expect(JSON.parse(upgraded.stdout)).toMatchObject({
    exitCode: 1,
    schemas: [{ guid: 'animals', outcome: 'installed' }],
    error: { code: 'STEP_FAILED', guid: 'tickets', method: 'upgradeTo_2', deployed: 1 },
  });
  const told = await dejavu(['upgrade', '--schema', 'several.ts'], run);
  expect(told.stdout).toContain('animals: level at version 1, nothing to do\n');
  // where in the step it failed
  expect(told.stderr).toMatch(/dejavu: tickets: upgradeTo_2 failed: .*nowhere/);
  expect(told.stderr).toContain('several.ts:');
});

test('a function may make the Schema, with the options the application gives it', async () => {
  await using database = await postgresql.create();
  const run = { project: 'troubled', env: { ZOO_DATABASE: database.address as string } };
  await dejavu(['install', '--schema', 'several.ts#inAnnex'], run);
  expect(await database.execute('select version from annex.deployed_version')).toEqual([{ version: 1 }]);
  const log = await dejavu(['status', '--log', '--schema', 'several.ts#inAnnex'], run);
  expect(log.stdout).toMatch(/namespace "annex"[^]*install/);
  const nothing = await dejavu(['status', '--schema', 'several.ts#nothing'], run);
  expect(nothing.code).toBe(64);
});

test('asking creates nothing', async () => {
  using project = makeProject({ 'schema.ts': schema, 'mikro-orm.config.ts': config });
  for (const asked of [['status', '--log'], ['check']]) {
    expect(await dejavu([...asked, '--schema', 'schema.ts'], { project: project.folder })).toMatchObject({ code: 4 });
  }
  const { existsSync } = await import('node:fs');
  expect(existsSync(`${project.folder}/zoo.db`)).toBe(false);
});
