import { execFile } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { median } from './harness.ts';
import { ENTITIES, VERSIONS, writeHistory } from './history.ts';
import { type Published, ROOT } from './published.ts';

const ROUNDS = 7;
const execute = promisify(execFile);

/** A project with a long history and the published package; `using` removes it. */
export interface Project extends Disposable {
  readonly folder: string;
}

/** Sets it up where Node takes types away, which is not below node_modules. */
export async function setUpProject({ folder: library }: Published): Promise<Project> {
  const home = mkdtempSync(join(tmpdir(), 'dejavu-bench-'));
  const folder = join(home, 'project');
  symlinkSync(join(ROOT, 'node_modules'), join(home, 'node_modules'));
  mkdirSync(join(folder, 'node_modules'), { recursive: true });
  symlinkSync(library, join(folder, 'node_modules', 'mikro-orm-dejavu'));
  await writeHistory(folder);
  return { folder, [Symbol.dispose]: () => rmSync(home, { recursive: true }) };
}

/** MikroORM itself with the entities of the project: what every process of the application does first. */
const BOOT = `
  const { MikroORM } = await import('@mikro-orm/sqlite');
  const { default: config } = await import('./mikro-orm.config.ts');
  const orm = await MikroORM.init(config);
  await orm.close();
`;

/** How long the command takes, from the first to the last of its process, beside MikroORM alone. */
export async function commandTime({ folder }: Project): Promise<string> {
  const entities = join(folder, 'entities.ts');
  const before = readFileSync(entities, 'utf8');
  const after = before.replace('name: p.string().index(),', '$& nickname: p.string().nullable(),');
  const node = async (...args: string[]) => (await execute(process.execPath, args, { cwd: folder })).stdout;
  const dejavu = async (...args: string[]) =>
    node(join('node_modules', 'mikro-orm-dejavu', 'dist', 'cli', 'bin.js'), ...args);
  const mikroOrm = join(ROOT, 'node_modules', '@mikro-orm', 'cli', 'cli.js');
  assertSays(await dejavu('upgrade'), `installed at version ${VERSIONS}`);

  const runs: Readonly<Record<string, () => Promise<void>>> = {
    'MikroORM alone, MikroORM.init': async () => void (await node('--input-type=module', '--eval', BOOT)),
    'mikro-orm debug': async () => {
      assertSays(await node(mikroOrm, 'debug', '--config', 'mikro-orm.config.ts'), 'database connection successful');
    },
    'dejavu status': async () => assertSays(await dejavu('status'), 'level'),
    'dejavu next, nothing changed': async () => assertSays(await dejavu('next'), 'nothing to write'),
    'dejavu next --dry-run, one property changed': async () => {
      writeFileSync(entities, after);
      assertSays(await dejavu('next', '--dry-run'), `version ${VERSIONS + 1} would be written`);
      writeFileSync(entities, before);
    },
  };
  const times = new Map(Object.keys(runs).map(name => [name, [] as number[]]));
  for (let round = 0; round <= ROUNDS; round += 1) {
    for (const [name, run] of Object.entries(runs)) {
      const began = performance.now();
      await run();
      if (round > 0) times.get(name)?.push(performance.now() - began);
    }
  }
  const [alone = Number.NaN] = [...times.values()].map(median);
  return [
    `the command on ${ENTITIES} entities × ${VERSIONS} versions, the whole process:`,
    ...[...times].map(([name, all]) => {
      const ratio = median(all) / alone;
      const over = name === 'dejavu status' ? `, budget 2.00 ×${ratio > 2 ? ', over' : ''}` : '';
      return `  ${name.padEnd(44)} ${median(all).toFixed(0).padStart(5)} ms  ${ratio.toFixed(2)} ×${over}`;
    }),
  ].join('\n');
}

/** What fails at once would be quick. */
function assertSays(said: string, what: string): void {
  if (!said.includes(what)) throw new Error(`it did not say ${what}:\n${said}`);
}
