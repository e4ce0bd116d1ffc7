import { execFile } from 'node:child_process';
import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { promisify } from 'node:util';
import { median, type Result } from './harness.ts';

const ROUNDS = 9;
const root = join(import.meta.dirname, '..');
const execute = promisify(execFile);

/** What importing costs an application that has imported MikroORM already: the library as it is published, built here. */
export async function importTime(): Promise<Result> {
  // below node_modules, where its own imports are found
  const built = join(root, 'node_modules', '.cache', 'dejavu-bench');
  const compiler = join(root, 'node_modules', 'typescript', 'bin', 'tsc');
  const project = join(root, 'tsconfig.build.json');
  await execute(process.execPath, [compiler, '--project', project, '--outDir', built, '--noCheck']);
  const ours: number[] = [];
  const migrator: number[] = [];
  for (let round = 0; round <= ROUNDS; round += 1) {
    ours.push(await timeImport(pathToFileURL(join(built, 'index.js')).href));
    migrator.push(await timeImport('@mikro-orm/migrations'));
  }
  await rm(built, { recursive: true });
  return {
    what: 'importing it, on top of MikroORM',
    on: 'Node.js',
    ours: median(ours.slice(1)),
    migrator: median(migrator.slice(1)),
    budget: '≤ 15 ms',
  };
}

/** Imports a module in a process of its own, after what every application has imported. */
async function timeImport(module: string): Promise<number> {
  const source = `
    await import('@mikro-orm/postgresql');
    const began = performance.now();
    await import(${JSON.stringify(module)});
    console.log(performance.now() - began);
    process.exit();
  `;
  const { stdout } = await execute(process.execPath, ['--input-type=module', '--eval', source], { cwd: root });
  return Number(stdout);
}
