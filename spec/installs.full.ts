import { execFile } from 'node:child_process';
import { cp, mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, expect, test } from '@jest/globals';

const root = join(import.meta.dirname, '..');
const run = promisify(execFile);

let workplace: string;
let tarball: string;

/** What is published, built here and packed as npm packs it. */
beforeAll(async () => {
  workplace = await mkdtemp(join(tmpdir(), 'dejavu-installs-'));
  const built = join(workplace, 'package');
  await mkdir(built);
  for (const name of ['package.json', 'README.md', 'LICENSE', 'CHANGELOG.md', 'docs', 'lib'])
    await cp(join(root, name), join(built, name), { recursive: true });
  const tsc = join(root, 'node_modules', 'typescript', 'bin', 'tsc');
  await run(process.execPath, [tsc, '-p', 'tsconfig.build.json', '--outDir', join(built, 'dist')], { cwd: root });
  await run('npm', ['pack', '--silent', '--ignore-scripts', '--pack-destination', workplace], { cwd: built });
  const { version } = JSON.parse(await readFile(join(built, 'package.json'), 'utf8')) as { version: string };
  tarball = join(workplace, `mikro-orm-dejavu-${version}.tgz`);
});

afterAll(() => rm(workplace, { recursive: true, force: true }));

const application = `
  import { MikroORM, defineEntity, p } from '@mikro-orm/sqlite';
  import { Schema, type Step } from 'mikro-orm-dejavu';

  const Animal = defineEntity({ name: 'Animal', properties: { id: p.integer().primary(), name: p.string() } });

  class ZooSchema extends Schema {
    readonly guid = 'zoo';
    readonly latest = 1;

    async upgradeTo_1(step: Step): Promise<void> {
      const count: number = await step.em.createQueryBuilder(Animal).getCount();
      // @ts-expect-error -- types of MikroORM that were not found would let this pass
      const text: string = await step.em.createQueryBuilder(Animal).getCount();
      await step.execute('select ?', [count, text]);
    }
  }

  const orm = await MikroORM.init({ entities: [Animal], dbName: ':memory:' });
  const { outcome } = await new ZooSchema(orm).upgrade();
  const rows = await orm.em.execute('select version from deployed_version');
  await orm.close();
  console.log(JSON.stringify({ outcome, rows }));
`;

const pinned = (version: string) => ({ core: version, sqlite: version, cli: version });

test.each([
  ['7.1.14', pinned('7.1.14')],
  ['7.2.0', pinned('7.2.0')],
  ['7.2.1', pinned('7.2.1')],
  ['any version 7', { core: '^7', sqlite: '^7' }],
])('beside MikroORM at %s it installs, boots, and has its types', async (_, packages) => {
  const folder = await mkdtemp(join(workplace, 'application-'));
  const dependencies = Object.fromEntries(
    Object.entries(packages).map(([name, version]) => [`@mikro-orm/${name}`, version]),
  );
  const front = { name: 'application', type: 'module', private: true, dependencies };
  await writeFile(join(folder, 'package.json'), JSON.stringify(front));
  await writeFile(join(folder, 'application.ts'), application);
  await run('npm', ['install', '--ignore-scripts', tarball], { cwd: folder });

  const { stdout } = await run(process.execPath, ['application.ts'], { cwd: folder });
  expect(JSON.parse(stdout)).toEqual({ outcome: 'installed', rows: [{ version: 1 }] });

  const options = ['--strict', '--noEmit', '--module', 'nodenext', '--target', 'es2024', '--skipLibCheck'];
  const tsc = join(root, 'node_modules', 'typescript', 'bin', 'tsc');
  const types = ['--typeRoots', join(root, 'node_modules', '@types'), '--types', 'node'];
  await run(process.execPath, [tsc, ...options, ...types, 'application.ts'], { cwd: folder });
});
