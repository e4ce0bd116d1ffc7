import { execFileSync, spawnSync } from 'node:child_process';
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from '@jest/globals';
import { makeProject } from '../support/cli/project.ts';
import { dejavu } from '../support/cli/run.ts';

const body = (legs: string) => `
class Upper extends Type {
  convertToDatabaseValue(value, platform) { return value === undefined ? value : value.toUpperCase(); }
  getColumnType() { return 'text'; }
}
const Keeper = defineEntity({ name: 'Keeper', properties: { id: p.integer().primary(), name: p.string() } });
const Animal = defineEntity({ name: 'Animal', properties: {
  id: p.integer().primary(),
  name: p.type(Upper),
  born: p.datetime().onCreate(() => new Date()),
  ${legs}
  keeper: () => p.manyToOne(Keeper).nullable(),
} });
`;
const old = 'species: p.string(),';
const now = 'family: p.string(), legs: p.integer().default(4),';

const program = (load: string) => `${load}
void (async () => {
  const orm = await MikroORM.init(config);
  console.log(String(await new ZooSchema(orm).upgrade()));
  await orm.close();
})();
`;
const imports = (ending: string) => ({
  entities: (legs: string) =>
    `import { defineEntity, p, Type } from '@mikro-orm/core';\n${body(legs)}\nexport { Animal, Keeper };\n`,
  config: `import { defineConfig } from '@mikro-orm/sqlite';
import { Animal, Keeper } from './entities${ending}';

export default defineConfig({ dbName: 'zoo.db', entities: [Animal, Keeper] });
`,
  main: program(`import { MikroORM } from '@mikro-orm/sqlite';
import config from './mikro-orm.config${ending}';
import { ZooSchema } from './schema${ending}';`),
});
const requires = (ending: string) => ({
  entities: (legs: string) =>
    `const { defineEntity, p, Type } = require('@mikro-orm/core');\n${body(legs)}\nmodule.exports = { Animal, Keeper };\n`,
  config: `const { defineConfig } = require('@mikro-orm/sqlite');
const { Animal, Keeper } = require('./entities${ending}');

module.exports = defineConfig({ dbName: 'zoo.db', entities: [Animal, Keeper] });
`,
  main: program(`const { MikroORM } = require('@mikro-orm/sqlite');
const config = require('./mikro-orm.config${ending}');
const { ZooSchema } = require('./schema${ending}');`),
});

const applications = [
  { name: 'ES modules, by package.json', type: 'module', ending: '.js', versions: '.js', ...imports('.js') },
  { name: 'CommonJS, by package.json', type: 'commonjs', ending: '.js', versions: '.mjs', ...requires('.js') },
  { name: 'CommonJS, by its syntax', type: undefined, ending: '.js', versions: '.mjs', ...requires('.js') },
  { name: 'CommonJS, by the file names', type: 'module', ending: '.cjs', versions: '.mjs', ...requires('.cjs') },
  { name: 'ES modules, by the file names', type: 'commonjs', ending: '.mjs', versions: '.mjs', ...imports('.mjs') },
];

for (const { name, type, ending, versions, entities, config, main } of applications) {
  test(`a JavaScript application is set up, upgraded and goes back: ${name}`, async () => {
    using project = makeProject({
      'package.json': JSON.stringify({
        name: 'zoo',
        ...(type && { type }),
        'mikro-orm': { configPaths: [`./mikro-orm.config${ending}`] },
      }),
      [`entities${ending}`]: entities(old),
      [`mikro-orm.config${ending}`]: config,
      [`main${ending}`]: main,
    });
    const { folder } = project;
    const read = (path: string) => readFileSync(join(folder, path), 'utf8');
    const boot = () => execFileSync(process.execPath, [`main${ending}`], { cwd: folder, encoding: 'utf8' });
    const run = (...args: string[]) => dejavu(args, { project: folder });

    const made = await run('init');
    expect(made).toMatchObject({ code: 0, stderr: '' });
    expect(made.stdout).not.toContain("Add this to MikroORM's configuration");
    expect(readdirSync(folder)).toContain(`schema${ending}`);
    expect(readdirSync(join(folder, 'versions')).toSorted()).toEqual([`1${versions}`, `index${versions}`]);
    expect(read(`versions/1${versions}`)).toContain('class Upper extends Type {\n');
    expect(boot()).toMatch(/zoo: installed at version 1/);

    writeFileSync(join(folder, `entities${ending}`), entities(now));
    const written = await run('next', '--renamed', 'Animal.species:family');
    expect(written).toMatchObject({ code: 0, stderr: '' });
    expect(read(`schema${ending}`)).toContain(
      "async upgradeTo_2(step) {\n    const { before, after } = step;\n    await step.renameProperty(before.Animal, 'species', after.Animal, 'family');",
    );
    expect(boot()).toMatch(/zoo: upgraded from version 1 to 2/);
    if (ending !== '.js' || type === undefined) return;
    expect(await run('check', '--storage')).toMatchObject({ code: 0 });
    expect(await run('downgrade', '1', '--yes', '--allow-loss')).toMatchObject({ code: 0 });
    expect(boot()).toMatch(/zoo: upgraded from version 1 to 2/);
  });
}

test('renumber merges two versions of a CommonJS application', async () => {
  const source = (phone = '', legs = '') => `const { defineEntity, p } = require('@mikro-orm/core');

const Keeper = defineEntity({
  name: 'Keeper',
  properties: { id: p.integer().primary(), name: p.string()${phone} },
});

const Animal = defineEntity({
  name: 'Animal',
  properties: { id: p.integer().primary(), name: p.string()${legs} },
});

module.exports = { Animal, Keeper };
`;
  const [phone, legs] = [', phone: p.string().nullable()', ', legs: p.integer().nullable()'];
  using project = makeProject({
    'package.json': '{ "name": "zoo" }',
    '.gitignore': 'node_modules\n',
    'entities.js': source(),
    'mikro-orm.config.js': requires('.js').config,
  });
  const { folder } = project;
  const identity = ['-c', 'user.name=Ann', '-c', 'user.email=ann@example.com', '-c', 'init.defaultBranch=main'];
  const git = (...args: string[]) => spawnSync('git', [...identity, ...args], { cwd: folder, encoding: 'utf8' });
  const commit = () => [git('add', '.'), git('commit', '--message', 'a release')];
  const run = async (...args: string[]) =>
    expect(await dejavu(args, { project: folder })).toMatchObject({ code: 0, stderr: '' });

  await run('init');
  git('init');
  commit();
  git('switch', '--create', 'mine');
  for (const [branch, text] of [
    ['mine', source('', legs)],
    ['main', source(phone)],
  ] as const) {
    git('switch', branch);
    writeFileSync(join(folder, 'entities.js'), text);
    await run('next');
    commit();
  }
  git('switch', 'mine');
  expect(git('merge', 'main')).toMatchObject({ status: 1 });
  await run('renumber');
  const written = readFileSync(join(folder, 'schema.js'), 'utf8');
  expect(written).toContain('  latest = 3;\n');
  expect(written).toMatch(
    /async upgradeTo_2\(step\) \{[^}]*\}[^}]*'phone'[^]*async upgradeTo_3\(step\) \{[^}]*\}[^}]*'legs'/,
  );
  expect(written).toMatch(/\n\nmodule\.exports = \{ ZooSchema \};\n$/);
  expect(git('status', '--short').stdout).toBe(
    'M  entities.js\nM  schema.js\nM  versions/2.mjs\nA  versions/3.mjs\nM  versions/index.mjs\n',
  );
  await run('check', '--offline');
});

test('the output of a compiler is not written into, and a project of TypeScript gets TypeScript', async () => {
  const { entities, config } = imports('.js');
  using project = makeProject({
    'package.json': '{ "name": "zoo", "type": "module" }',
    'tsconfig.json': '{ "compilerOptions": { "rewriteRelativeImportExtensions": true } }',
    'dist/entities.js': entities(old),
    'dist/mikro-orm.config.js': config,
  });
  const run = (...args: string[]) => dejavu(args, { project: project.folder });
  const refused = await run('init', '--schema', './dist/schema.js');
  expect(refused).toMatchObject({ code: 64, stdout: '' });
  expect(refused.stderr).toContain('dist/schema.js is the output of a compiler.');
  expect(await run('init', '--dry-run')).toMatchObject({
    code: 0,
    stdout: expect.stringContaining('versions/index.ts'),
  });
});
