import { readdirSync, readFileSync } from 'node:fs';
import { rename, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { postgresql } from '../support/databases.ts';
import { NEST_FILES } from './nest-application.ts';
import { openWorkplace, registrySettings, type Front, type Project, type Workplace } from './tools.ts';

let workplace: Workplace;
let registry: Record<string, string>;

beforeAll(async () => {
  workplace = await openWorkplace();
  registry = await registrySettings(workplace.folder);
}, 300_000);
afterAll(async () => workplace[Symbol.asyncDispose]());

const ANIMALS = [
  { name: 'Leo', legs: 4 },
  { name: 'Pingu', legs: 2 },
];
const BOOTED = { outcomes: ['installed', 'upgraded', 'level'], animals: ANIMALS };
const COMMAND = 'node_modules/mikro-orm-dejavu/dist/cli/bin.js';

/** What a user would have to think about in the output of an installation. */
const WARNING = /EBADENGINE|peer|ERESOLVE|unmet|conflict|YN0002|YN0060|YN0086/i;

const mikroOrm = (version: string) => ({ '@mikro-orm/core': version, '@mikro-orm/sqlite': version });

/** The last line is what the application says; Node.js warns before it that it takes types away. */
function said(output: string): unknown {
  return JSON.parse(
    output
      .trim()
      .split('\n')
      .findLast(line => line.startsWith('{')) ?? '',
  );
}

/** An application with decorators, which Node.js cannot run: they are more than types. */
const DECORATED = {
  'src/animal.ts': [
    `import { Entity, PrimaryKey, Property } from '@mikro-orm/decorators/legacy';`,
    `@Entity()`,
    `export class Animal {`,
    `  @PrimaryKey({ type: 'integer' }) id!: number;`,
    `  @Property({ type: 'string' }) name!: string;`,
    `}`,
    ``,
  ].join('\n'),
  'src/mikro-orm.config.ts': [
    `import { defineConfig } from '@mikro-orm/sqlite';`,
    `import { Animal } from './animal.js';`,
    `export default defineConfig({ dbName: 'decorated.db', entities: [Animal] });`,
    ``,
  ].join('\n'),
  'src/main.ts': [
    `import { MikroORM } from '@mikro-orm/sqlite';`,
    `import config from './mikro-orm.config.js';`,
    `import { DecoratedSchema } from './schema.js';`,
    `async function main() {`,
    `  const orm = await MikroORM.init(config);`,
    `  console.log(String(await new DecoratedSchema(orm).upgrade()));`,
    `  await orm.close();`,
    `}`,
    `void main();`,
    ``,
  ].join('\n'),
};
const DECORATED_TSCONFIG = JSON.stringify({
  compilerOptions: {
    target: 'es2023',
    module: 'nodenext',
    strict: true,
    noEmit: true,
    experimentalDecorators: true,
    skipLibCheck: true,
    types: ['node'],
  },
  include: ['src'],
});

type Install = (project: Project) => Promise<string>;

interface NpmOptions {
  /** The Node.js that runs it. */
  readonly node?: string;
  /** Whether the registry is asked only for what no installation before has asked it for. */
  readonly offline?: boolean;
}

function npm(name: 'npm10' | 'npm11', { node, offline = false }: NpmOptions = {}): Install {
  const cli = () => workplace.tool(`${name}/bin/npm-cli.js`);
  const args = ['install', '--ignore-scripts', '--no-audit', '--no-fund'];
  const install = async (project: Project, ...more: string[]) =>
    project.node([cli(), ...args, ...more], { node, env: registry });
  return async project => {
    if (!offline) return install(project);
    return install(project, '--prefer-offline').catch(async (error: Error) => {
      // The cache of this machine is older than a version that is wanted here.
      if (!error.message.includes('ETARGET')) throw error;
      return install(project);
    });
  };
}

const pnpm: Install = project =>
  project.node([workplace.tool('pnpm/bin/pnpm.mjs'), 'install', '--store-dir', join(workplace.folder, 'pnpm')], {
    env: registry,
  });

const yarn: Install = project =>
  project.node([workplace.tool('@yarnpkg/cli-dist/bin/yarn.js'), 'install'], { env: registry });

const bun: Install = project =>
  project.node(
    [
      '-e',
      `require('node:child_process').execFileSync(process.argv[1], ['install', '--ignore-scripts'], { stdio: 'inherit' })`,
      join(import.meta.dirname, '..', '..', 'node_modules', '.bin', 'bun'),
    ],
    { env: registry },
  );

interface Row {
  readonly install: Install;
  readonly front: Front;
  readonly files?: Readonly<Record<string, string>>;
}

/*
 * Pairwise: each package manager once at least, with MikroORM at its oldest, at an older exact version, by `^7` and at the
 * newest. Node.js 24 runs the sources as they are; Node.js 22.18 is below, where the application is compiled.
 */
const ROWS: Readonly<Record<string, Row>> = {
  'npm 10, MikroORM 7.2.0': { install: p => npm('npm10')(p), front: { dependencies: mikroOrm('7.2.0') } },
  'npm 11, any MikroORM 7': { install: p => npm('npm11')(p), front: { dependencies: mikroOrm('^7') } },
  'npm 11, beside an older Babel and commander': {
    install: p => npm('npm11')(p),
    front: {
      dependencies: { ...mikroOrm('7.2.1'), '@babel/parser': '7.29.0', commander: '^11', 'magic-string': '^0.30' },
    },
  },
  // pnpm takes the newest of each package, and the registry may have a core that no driver has yet.
  'pnpm, MikroORM 7.2.2': { install: pnpm, front: { dependencies: mikroOrm('7.2.2') } },
  'pnpm that hides what is not listed, MikroORM 7.2.1': {
    install: pnpm,
    front: { dependencies: mikroOrm('7.2.1') },
    files: { 'pnpm-workspace.yaml': 'hoist: false\n' },
  },
  'Yarn with node_modules, MikroORM 7.2.1': {
    install: yarn,
    front: { dependencies: mikroOrm('7.2.1') },
    files: { '.yarnrc.yml': 'nodeLinker: node-modules\nenableScripts: false\n', 'yarn.lock': '' },
  },
  'Bun as package manager, MikroORM 7.2.0': { install: bun, front: { dependencies: mikroOrm('7.2.0') } },
};

describe('it installs, boots, runs a step, has its types and its command', () => {
  test.each(Object.entries(ROWS))(
    '%s',
    async (_, { install, front, files }) => {
      const project = await workplace.makeProject(front, files);
      expect(await install(project)).not.toMatch(WARNING);
      expect(said(await project.node(['main.ts']))).toEqual(BOOTED);
      expect(await project.node([COMMAND, 'status'])).toMatch(/^zoo +level +2 +2/m);
      expect(await project.checkTypes()).toBe('');
    },
    120_000,
  );

  test('Yarn Plug’n’Play, MikroORM 7.2.1', async () => {
    const project = await workplace.makeProject(
      { dependencies: mikroOrm('7.2.1'), devDependencies: { typescript: '5.9.3' } },
      { '.yarnrc.yml': 'nodeLinker: pnp\nenableScripts: false\n', 'yarn.lock': '' },
    );
    expect(await yarn(project)).not.toMatch(WARNING);
    const inside = async (...args: string[]) =>
      project.node([workplace.tool('@yarnpkg/cli-dist/bin/yarn.js'), ...args], { env: registry });
    expect(said(await inside('node', 'main.ts'))).toEqual(BOOTED);
    expect(await inside('dejavu', 'status')).toMatch(/^zoo +level +2 +2/m);
    // Yarn teaches TypeScript 5 where packages are; the native compiler of TypeScript 7 does not ask it.
    expect(await inside('tsc', '-p', '.')).toBe('');
  }, 120_000);

  test('npm 11 on PostgreSQL, the newest MikroORM', async () => {
    await using database = await postgresql.create();
    const url = new URL(database.address ?? '');
    const env = {
      MIKRO_ORM_HOST: url.hostname,
      MIKRO_ORM_PORT: url.port,
      MIKRO_ORM_USER: decodeURIComponent(url.username),
      MIKRO_ORM_PASSWORD: decodeURIComponent(url.password),
      ZOO_DATABASE: url.pathname.slice(1),
    };
    const version = '7.2.5';
    const project = await workplace.makeProject({
      dependencies: { '@mikro-orm/core': version, '@mikro-orm/postgresql': version },
    });
    await project.edit(['main.ts', 'mikro-orm.config.ts'], text => text.replaceAll('/sqlite', '/postgresql'));
    expect(await npm('npm11', { offline: true })(project)).not.toMatch(WARNING);
    expect(said(await project.node(['main.ts'], { env }))).toEqual(BOOTED);
    expect(await project.node([COMMAND, 'status'], { env })).toMatch(/^zoo +level +2 +2/m);
    expect(await project.checkTypes()).toBe('');
  }, 120_000);

  test('npm 11 and Node.js 22.18, which runs what TypeScript compiled', async () => {
    const project = await workplace.makeProject({
      dependencies: mikroOrm('7.2.1'),
      dejavu: { schema: './dist/schema.js#ZooSchema' },
      'mikro-orm': { configPaths: ['./dist/mikro-orm.config.js'] },
    });
    const node = workplace.tool('node22/bin/node');
    expect(await project.node(['--version'], { node })).toBe('v22.18.0\n');
    expect(await npm('npm11', { node, offline: true })(project)).not.toMatch(WARNING);
    await project.checkTypes(['--noEmit', 'false', '--outDir', 'dist', '--rewriteRelativeImportExtensions']);
    expect(said(await project.node(['dist/main.js'], { node }))).toEqual(BOOTED);
    expect(await project.node([COMMAND, 'status'], { node })).toMatch(/^zoo +level +2 +2/m);
  }, 120_000);

  test('a MikroORM that is too old is refused by npm, with the version that is needed', async () => {
    const project = await workplace.makeProject({ dependencies: mikroOrm('7.1.14') });
    await expect(npm('npm11')(project)).rejects.toThrow('peer @mikro-orm/core@"^7.2.0" from mikro-orm-dejavu');
  }, 120_000);
});

describe('however it is built and started', () => {
  let project: Project;
  let installed: string;
  const esbuild = async (...args: string[]) =>
    project.node([
      'node_modules/esbuild/bin/esbuild',
      ...args,
      '--bundle',
      '--minify',
      '--platform=node',
      '--external:better-sqlite3',
      '--log-level=warning',
    ]);
  /** A database that nobody has used. */
  const fresh = async () => rm(join(project.folder, 'zoo.db'), { force: true });
  const boots = async (...args: string[]) => {
    await fresh();
    return said(await project.node(args));
  };

  beforeAll(async () => {
    // The specs run NestJS 12, so this is the other one that is supported.
    const nest = { '@nestjs/common': '11.2.10', '@nestjs/core': '11.2.10', '@nestjs/platform-express': '11.2.10' };
    project = await workplace.makeProject(
      {
        dependencies: {
          ...mikroOrm('7.2.1'),
          ...nest,
          '@mikro-orm/nestjs': '7.1.0',
          'reflect-metadata': '^0.2.2',
          rxjs: '^7.8.2',
        },
        devDependencies: { esbuild: '0.28.2', tsx: '4.23.15', '@swc-node/register': '1.12.1', '@swc/core': '1.16.18' },
      },
      NEST_FILES,
    );
    installed = await npm('npm11', { offline: true })(project);
  }, 120_000);

  test('one minified file of modules', async () => {
    expect(await esbuild('main.ts', '--format=esm', '--outfile=one/main.mjs')).toBe('');
    expect(readdirSync(join(project.folder, 'one'))).toEqual(['main.mjs']);
    expect(await boots('one/main.mjs')).toEqual(BOOTED);
  }, 60_000);

  test('a bundle that is split loads frozen versions only for a step', async () => {
    expect(await esbuild('main.ts', '--format=esm', '--splitting', '--outdir=split', '--out-extension:.js=.mjs')).toBe(
      '',
    );
    expect(await boots('split/main.mjs')).toEqual(BOOTED);
    const chunks = readdirSync(join(project.folder, 'split')).filter(name => /^[12]-/.test(name));
    expect(chunks).toHaveLength(2);
    for (const name of chunks) await rename(join(project.folder, 'split', name), join(project.folder, `${name}.gone`));
    const level = said(await project.node(['split/main.mjs', 'level']));
    expect(level).toEqual({ outcomes: ['level', 'level'], animals: ANIMALS });
    await fresh();
    await expect(project.node(['split/main.mjs', 'level'])).rejects.toThrow('ERR_MODULE_NOT_FOUND');
  }, 60_000);

  test('CommonJS requires it, as it is and as one minified file', async () => {
    const whole = { ...BOOTED, refused: true };
    expect(await boots('main.cjs')).toEqual(whole);
    expect(await esbuild('main.cjs', '--format=cjs', '--outfile=one/main.cjs')).toBe('');
    expect(await boots('one/main.cjs')).toEqual(whole);
  }, 60_000);

  test.each([
    ['tsx', ['node_modules/tsx/dist/cli.mjs']],
    ['SWC', ['--import', '@swc-node/register/esm-register']],
    ['Node.js, which takes types away', []],
  ])(
    'TypeScript by %s',
    async (_, args) => {
      expect(await boots(...args, 'main.ts')).toEqual(BOOTED);
    },
    60_000,
  );

  test('NestJS 11 over HTTP: two releases, the second in two processes at once, and the first again', async () => {
    const boot = async (...args: string[]) =>
      said(
        await project.node([
          'node_modules/tsx/dist/cli.mjs',
          '--tsconfig',
          'nest/tsconfig.json',
          'nest/main.ts',
          ...args,
        ]),
      );
    expect(installed).not.toMatch(WARNING);
    expect(await project.checkTypes(['-p', join(project.folder, 'nest')])).toBe('');
    expect(await boot('first', 'assert')).toEqual({ refused: 'VERSION_MISSING' });
    const up = { schema: { status: 'up', reasons: [], schemas: expect.anything() } };
    expect(await boot('first')).toEqual({
      zoo: { version: 1, animals: [{ name: 'Leo' }, { name: 'Pingu' }] },
      health: up,
    });
    const second = { zoo: { version: 2, animals: ANIMALS }, health: up };
    expect(await Promise.all([boot('second'), boot('second')])).toEqual([second, second]);
    expect(await boot('second', 'assert')).toEqual(second);
    expect(await boot('first', 'assert')).toEqual({ refused: 'VERSION_AHEAD' });
  }, 120_000);

  test('the command runs by tsx in a folder without a tsconfig.json', async () => {
    const [settings, aside] = ['tsconfig.json', 'tsconfig.aside'].map(name => join(project.folder, name));
    await rename(settings!, aside!);
    expect(await project.node([COMMAND, 'check', '--offline'])).toContain(
      'the entities match the newest frozen version',
    );
    await rename(aside!, settings!);
  }, 60_000);

  test('an application with decorators that runs by tsx, of modules and in CommonJS: init, boot, next, boot with a step', async () => {
    const decorated = await workplace.makeProject(
      {
        name: 'decorated',
        dejavu: undefined,
        dependencies: { ...mikroOrm('7.2.1'), '@mikro-orm/decorators': '7.2.1', 'reflect-metadata': '^0.2.2' },
        devDependencies: { tsx: '4.23.15' },
        'mikro-orm': { configPaths: ['./src/mikro-orm.config.ts'] },
      },
      { ...DECORATED, 'tsconfig.json': DECORATED_TSCONFIG },
    );
    expect(await npm('npm11', { offline: true })(decorated)).not.toMatch(WARNING);
    const boot = async () => (await decorated.node(['node_modules/tsx/dist/cli.mjs', 'src/main.ts'])).trim();
    const [animal, packageJson] = ['src/animal.ts', 'package.json'].map(name =>
      readFileSync(join(decorated.folder, name), 'utf8'),
    );
    for (const type of ['module', 'commonjs']) {
      await decorated.edit(['package.json'], () => packageJson!.replace('"module"', `"${type}"`));
      await decorated.edit(['src/animal.ts'], () => animal!);
      for (const name of ['decorated.db', 'src/schema.ts', 'src/versions'])
        await rm(join(decorated.folder, name), { recursive: true, force: true });
      await decorated.node([COMMAND, 'init']);
      expect(await boot()).toBe('decorated: installed at version 1');
      await decorated.edit(['src/animal.ts'], text =>
        text.replace('}\n', `  @Property({ type: 'integer', default: 4 }) legs = 4;\n}\n`),
      );
      expect(await decorated.node([COMMAND, 'next'])).toContain('decorated: version 2 written, from 1');
      expect(await boot()).toMatch(/^decorated: upgraded from version 1 to 2, 1 step in [\d.]+ m?s$/);
      expect(await boot()).toBe('decorated: level at version 2, nothing to do');
      expect(await decorated.node([COMMAND, 'check', '--storage'])).toContain('the storage is that of version 2');
      expect(await decorated.checkTypes()).toBe('');
    }
  }, 240_000);

  test('an image that may only be read: nothing is written but the database', async () => {
    const files = () => readdirSync(project.folder, { recursive: true, encoding: 'utf8' }).toSorted();
    await fresh();
    const before = files();
    // Node.js refuses to write any file; the database is written by SQLite, which is native.
    const output = await project.node(['--permission', '--allow-fs-read=*', '--allow-addons', 'main.ts']);
    expect(said(output)).toEqual(BOOTED);
    expect(files()).toEqual([...before, 'zoo.db'].toSorted());
  }, 60_000);
});

describe('the example of a test suite', () => {
  const SUITES = {
    Jest: ['--experimental-vm-modules', 'node_modules/jest/bin/jest.js'],
    Vitest: ['node_modules/vitest/vitest.mjs', 'run'],
    'Node.js': ['--test', 'node/upgrades.test.ts'],
  };
  const LAST_LINE = "    await step.renameProperty(before.Animal, 'species', after.Animal, 'family');\n";
  const FAULT = "    await step.execute('update animal set legs = 0 where legs > 3');\n";
  const FOUND = [
    'zoo: upgradeTo_3 does not keep the rows as they were.',
    'animal.legs: 9 rows changed, the first is row 1: 2147483647 became 0',
    'Fix: Correct upgradeTo_3.',
    'Where: law 2 (steps), version 3, SQLite, rows of seed 1',
    'Again: npx dejavu prove --from 3 --dialect sqlite --seed 1',
  ];
  let project: Project;

  beforeAll(async () => {
    project = await workplace.copyExample('14-testing-your-upgrades');
    await npm('npm11', { offline: true })(project);
  }, 240_000);

  test.each(Object.keys(SUITES) as (keyof typeof SUITES)[])(
    'passes in %s, and shows a fault as a page',
    async runner => {
      const run = async () => project.node(SUITES[runner], { env: { NO_COLOR: '1', COLUMNS: '200' } });
      expect(await run()).toMatch(/Tests: +26 passed, 26 total|Tests +26 passed \(26\)|pass 26\n.*fail 0/);
      await project.edit(['schema.ts'], text => text.replace(LAST_LINE, `$&${FAULT}`));
      try {
        const failure = await run().then(
          () => 'nothing',
          (error: Error) => error.message,
        );
        for (const line of FOUND) expect(failure).toContain(line);
      } finally {
        await project.edit(['schema.ts'], text => text.replace(FAULT, ''));
      }
    },
    120_000,
  );

  test('has its types, and its command proves the same', async () => {
    expect(await project.node([COMMAND, 'prove', '--dumps', './dumps'])).toContain('25 checks in');
    expect(await project.checkTypes()).toBe('');
  }, 120_000);
});
